// The strategy as a form (one line a field; rules for classes; limits and targets; hierarchies), or as its text.
import { Alert, Button, Checkbox, Input, InputNumber, Segmented, Table, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeidentColumn, DeidentStrategy } from '../api/schema.ts';
import { GradeChip } from './chips.tsx';
import { type FieldRule, type StrategyText, completed, hasParts, withRule } from './strategy.ts';
import { StrategyClasses, fitsClass } from './strategy_classes.tsx';
import { StrategyHierarchies } from './strategy_hierarchies.tsx';
import { StrategyLimits } from './strategy_limits.tsx';
import { TreatmentEdit } from './strategy_treatment.tsx';

interface Props {
  strategy: StrategyText;
  columns: DeidentColumn[];
  adopted: DeidentStrategy[];
  onChange: (next: StrategyText) => void;
  /** Text that is not JSON: read by the node. */
  readText: (text: string) => Promise<StrategyText | undefined>;
}

const VIEWS = ['fields', 'classes', 'limits', 'hierarchies', 'text'] as const;

export function StrategyEditor(props: Props) {
  const { t } = useTranslation();
  const [view, setView] = useState<string>('fields');
  const { strategy, columns, onChange } = props;
  return (
    <div style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Segmented value={view} onChange={setView} options={VIEWS.map((v) => ({ value: v, label: t(`strategy.view.${v}`) }))} style={{ justifySelf: 'start', maxWidth: '100%', overflowX: 'auto' }} />
      {view === 'fields' ? <Fields {...props} /> : null}
      {view === 'classes' ? <StrategyClasses strategy={strategy} columns={columns} onChange={onChange} /> : null}
      {view === 'limits' ? <StrategyLimits strategy={strategy} columns={columns} adopted={props.adopted} onChange={onChange} /> : null}
      {view === 'hierarchies' ? <StrategyHierarchies strategy={strategy} columns={columns.map((c) => c.column)} onChange={onChange} /> : null}
      {view === 'text' ? <Text {...props} onTaken={() => setView('fields')} /> : null}
    </div>
  );
}

function Text({ strategy, columns, onChange, readText, onTaken }: Props & { onTaken: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(strategy, null, 2));
  const [bad, setBad] = useState(false);
  const [busy, setBusy] = useState(false);
  const take = async (): Promise<void> => {
    let next: StrategyText | undefined;
    try {
      next = JSON.parse(text) as StrategyText;
    } catch {
      setBusy(true);
      next = await readText(text);
      setBusy(false);
    }
    if (!next || !Array.isArray(next.fields)) {
      setBad(true);
      return;
    }
    onChange(completed(next, columns.map((c) => c.column)));
    onTaken();
  };
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('strategy.textText')}</p>
      <Input.TextArea className="mono" rows={22} value={text} aria-label={t('deident.textHint')} onChange={(e) => { setText(e.target.value); setBad(false); }} />
      {bad ? <Alert type="error" showIcon title={t('deident.badText')} /> : null}
      <div style={{ display: 'flex', gap: 8 }}>
        <Button type="primary" loading={busy} onClick={() => void take()}>{t('common.confirm')}</Button>
        <Upload accept=".json,.yaml,.yml" showUploadList={false} beforeUpload={(f) => { void f.text().then((read) => { setText(read); setBad(false); }); return false; }}><Button>{t('strategy.openFile')}</Button></Upload>
      </div>
    </div>
  );
}

function Fields({ strategy, columns, onChange }: Props) {
  const { t } = useTranslation();
  const names = columns.map((c) => c.column);
  const around = { columns: names, hierarchies: Object.keys(strategy.hierarchies ?? {}) };
  const ruleOf = (column: string): FieldRule | null => strategy.fields.find((f) => f.column === column) ?? null;
  const [find, setFind] = useState('');
  const [treated, setTreated] = useState(false);
  const wanted = find.trim().toLowerCase();
  const shown = columns.filter((c) => `${c.column} ${c.title}`.toLowerCase().includes(wanted) && (!treated || ruleOf(c.column)?.technique !== 'keep'));
  const setQuasi = (column: string, on: boolean): void => onChange({ ...strategy, quasi_identifiers: on ? [...strategy.quasi_identifiers, column] : strategy.quasi_identifiers.filter((q) => q !== column) });
  const number = (member: 'k_min' | 'suppress_permille', value: number | null): void => {
    const next = { ...strategy };
    if (value === null) delete next[member];
    else next[member] = value;
    onChange(next);
  };
  const unnamed = (c: DeidentColumn): string => {
    const at = (strategy.classes ?? []).findIndex((rule) => fitsClass(rule, c));
    if (at >= 0) return t('strategy.byClass', { n: at + 1, what: t(`deident.tech.${strategy.classes![at]!.apply.technique}`) });
    return strategy.extends ? t('strategy.byBase') : t(`strategy.unlistedIs.${strategy.unlisted}`);
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
          { title: t('deident.column'), render: (_, c) => <div style={{ maxWidth: 150, overflowWrap: 'anywhere' }}><strong className="mono">{c.column}</strong><br /><small>{c.title}</small><br /><GradeChip level={c.level} /></div> },
          { title: t('deident.technique'), render: (_, c) => <TreatmentEdit<FieldRule> rule={ruleOf(c.column)} of={c.column} around={around} fresh={(technique) => ({ column: c.column, technique })} onChange={(next) => onChange(withRule(strategy, names, c.column, next))} {...(hasParts(strategy) || !ruleOf(c.column) ? { unnamed: unnamed(c) } : {})} /> },
          { title: t('deident.quasi'), align: 'center', width: 84, fixed: 'right', render: (_, c) => <Checkbox checked={strategy.quasi_identifiers.includes(c.column)} onChange={(e) => setQuasi(c.column, e.target.checked)} aria-label={`${t('deident.quasi')} ${c.column}`} /> },
        ]}
      />
    </>
  );
}
