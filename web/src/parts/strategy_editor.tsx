// The strategy as a form, one line a field, or as its text.
import { Alert, Button, Checkbox, Input, InputNumber, Segmented, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeidentColumn } from '../api/schema.ts';
import { GradeChip } from './chips.tsx';
import { type FieldRule, type Parameter, type StrategyText, TECHNIQUES, completed, withParameter, withTechnique } from './strategy.ts';

export function StrategyEditor({ strategy, columns, onChange }: { strategy: StrategyText; columns: DeidentColumn[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<string>('form');
  return (
    <div style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Segmented value={mode} onChange={(m) => setMode(m)} options={[{ value: 'form', label: t('deident.form') }, { value: 'text', label: t('deident.text') }]} style={{ justifySelf: 'start' }} />
      {mode === 'form' ? <Form strategy={strategy} columns={columns} onChange={onChange} /> : <Text strategy={strategy} columns={columns} onChange={(s) => { onChange(s); setMode('form'); }} />}
    </div>
  );
}

function Text({ strategy, columns, onChange }: { strategy: StrategyText; columns: DeidentColumn[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(strategy, null, 2));
  const [bad, setBad] = useState(false);
  const take = (): void => {
    try {
      const next = JSON.parse(text) as StrategyText;
      if (!Array.isArray(next.fields)) throw new Error('fields');
      onChange(completed(next, columns.map((c) => c.column)));
    } catch {
      setBad(true);
    }
  };
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <Input.TextArea className="mono" rows={22} value={text} aria-label={t('deident.textHint')} onChange={(e) => { setText(e.target.value); setBad(false); }} />
      {bad ? <Alert type="error" showIcon title={t('deident.badText')} /> : null}
      <div><Button onClick={take}>{t('common.confirm')}</Button></div>
    </div>
  );
}

function Form({ strategy, columns, onChange }: { strategy: StrategyText; columns: DeidentColumn[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const rule = (column: string): FieldRule => strategy.fields.find((f) => f.column === column) ?? { column, technique: 'suppress' };
  const [find, setFind] = useState('');
  const [treated, setTreated] = useState(false);
  const wanted = find.trim().toLowerCase();
  const shown = columns.filter((c) => `${c.column} ${c.title}`.toLowerCase().includes(wanted) && (!treated || rule(c.column).technique !== 'keep'));
  const setRule = (next: FieldRule): void => onChange({ ...strategy, fields: strategy.fields.map((f) => (f.column === next.column ? next : f)) });
  const setQuasi = (column: string, on: boolean): void => onChange({ ...strategy, quasi_identifiers: on ? [...strategy.quasi_identifiers, column] : strategy.quasi_identifiers.filter((q) => q !== column) });
  const number = (member: 'k_min' | 'suppress_permille', value: number | null): void => {
    const next = { ...strategy };
    if (value === null) delete next[member];
    else next[member] = value;
    onChange(next);
  };
  return (
    <>
      <div className="labelled">
        <label>{t('deident.strategyTitle')}<Input value={strategy.title} maxLength={100} onChange={(e) => onChange({ ...strategy, title: e.target.value })} /></label>
        <label>{t('deident.name')}<Input className="mono" value={strategy.id} maxLength={60} onChange={(e) => onChange({ ...strategy, id: e.target.value })} /></label>
        <label>{t('deident.version')}<Input value={strategy.version} maxLength={20} onChange={(e) => onChange({ ...strategy, version: e.target.value })} /></label>
        <label>{t('deident.kMin')}<InputNumber min={1} max={100_000} precision={0} value={strategy.k_min ?? null} onChange={(v) => number('k_min', v)} /></label>
        <label>{t('deident.suppress')}<InputNumber min={0} max={1000} precision={0} value={strategy.suppress_permille ?? null} onChange={(v) => number('suppress_permille', v)} /></label>
      </div>
      {columns.length > 8 ? (
        <div style={{ display: 'flex', gap: 14, flexWrap: 'wrap', alignItems: 'center' }}>
          <Input.Search allowClear size="small" value={find} onChange={(e) => setFind(e.target.value)} placeholder={t('deident.findColumn')} aria-label={t('deident.findColumn')} style={{ width: 200 }} />
          <Checkbox checked={treated} onChange={(e) => setTreated(e.target.checked)}>{t('deident.onlyChanged')}</Checkbox>
        </div>
      ) : null}
      <Table<DeidentColumn>
        size="small" rowKey="column" pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} dataSource={shown} scroll={{ x: 'max-content', y: 560 }} aria-label={t('deident.columns')}
        columns={[
          { title: t('deident.column'), render: (_, c) => <div style={{ maxWidth: 170 }}><strong className="mono">{c.column}</strong><br /><small>{c.title}</small></div> },
          { title: t('deident.level'), render: (_, c) => <GradeChip level={c.level} /> },
          { title: t('deident.technique'), render: (_, c) => <Technique column={c} rule={rule(c.column)} onChange={setRule} /> },
          { title: t('deident.quasi'), align: 'center', render: (_, c) => <Checkbox checked={strategy.quasi_identifiers.includes(c.column)} onChange={(e) => setQuasi(c.column, e.target.checked)} aria-label={`${t('deident.quasi')} ${c.column}`} /> },
        ]}
      />
    </>
  );
}

function Technique({ column, rule, onChange }: { column: DeidentColumn; rule: FieldRule; onChange: (next: FieldRule) => void }) {
  const { t } = useTranslation();
  const parameters = TECHNIQUES[rule.technique] ?? [];
  return (
    <div style={{ display: 'grid', gap: 4, width: 236 }}>
      <Select
        size="small" value={rule.technique} onChange={(v) => onChange(withTechnique(rule, v))} aria-label={`${t('deident.technique')} ${column.column}`} showSearch={{ optionFilterProp: 'label' }}
        options={Object.keys(TECHNIQUES).map((k) => ({ value: k, label: t(`deident.tech.${k}`) }))}
      />
      {parameters.length > 0 ? <div style={{ display: 'flex', gap: 4, flexWrap: 'wrap' }}>{parameters.map((p) => <Told key={p.name} parameter={p} rule={rule} column={column.column} onChange={onChange} />)}</div> : null}
    </div>
  );
}

function Told({ parameter: p, rule, column, onChange }: { parameter: Parameter; rule: FieldRule; column: string; onChange: (next: FieldRule) => void }) {
  const { t } = useTranslation();
  const name = t(`deident.param.${p.name}`, p.name);
  const label = `${name} ${column}`;
  const value = rule[p.name];
  if (p.kind === 'number') return <InputNumber size="small" style={{ width: 116 }} prefix={<small>{name}</small>} aria-label={label} value={value === undefined ? null : Number(value)} onChange={(v) => onChange(withParameter(rule, p, v))} />;
  if (p.kind === 'text') return <Input size="small" style={{ width: 116 }} prefix={<small>{name}</small>} aria-label={label} value={value === undefined ? '' : String(value)} onChange={(e) => onChange(withParameter(rule, p, e.target.value))} />;
  return <Select size="small" style={{ width: 116 }} aria-label={label} value={value === undefined ? null : String(value)} options={p.kind.map((k) => ({ value: k, label: t(`deident.choice.${k}`, k) }))} onChange={(v) => onChange(withParameter(rule, p, v))} />;
}
