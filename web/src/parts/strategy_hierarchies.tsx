// The hierarchies that a strategy brings: taken in from ARX's CSV, built over a public domain, looked at, used for fields, and given out again.
import { Alert, Button, Input, InputNumber, Segmented, Select, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HierarchyPicture } from '../pictures/hierarchy_picture.tsx';
import { ArxError, type Hierarchy, cutFromRight, intervals, readArx, writeArx } from './arx.ts';
import { download } from './bits.tsx';
import { type StrategyText, withMember, withRule } from './strategy.ts';

const BYTES_MAX = 2 * 1024 * 1024;

export function StrategyHierarchies({ strategy: s, columns, onChange }: { strategy: StrategyText; columns: readonly string[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const given = s.hierarchies ?? {};
  const [problem, setProblem] = useState('');
  const [building, setBuilding] = useState(false);
  const take = (name: string, h: Hierarchy): void => onChange(withMember(s, 'hierarchies', { ...given, [name]: writeArx(h) }));
  const read = async (file: File): Promise<void> => {
    setProblem('');
    const name = file.name.replace(/\.[^.]*$/, '').replace(/[^\w-]+/g, '_').slice(0, 40) || 'hierarchy';
    try {
      if (file.size > BYTES_MAX) setProblem(t('strategy.hierarchyTooLarge'));
      else take(name, readArx(await textOf(file)));
    } catch (error) {
      setProblem(error instanceof ArxError ? `${file.name}: ${t(`strategy.arx.${error.reason}`)} · ${t('strategy.atLine', { n: error.line })}` : t('strategy.arx.malformed'));
    }
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('strategy.hierarchiesText')}</p>
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
        <Upload accept=".csv,.txt" multiple showUploadList={false} beforeUpload={(f) => { void read(f); return false; }}><Button>{t('strategy.importArx')}</Button></Upload>
        <Button onClick={() => setBuilding(!building)} aria-expanded={building}>{t('strategy.build')}</Button>
      </div>
      {problem ? <Alert type="error" showIcon title={problem} closable={{ onClose: () => setProblem('') }} /> : null}
      {building ? <Build onBuilt={(name, h) => { take(name, h); setBuilding(false); }} /> : null}
      {Object.entries(given).map(([name, csv]) => <One key={name} name={name} csv={csv} strategy={s} columns={columns} onChange={onChange} />)}
    </div>
  );
}

/** UTF-8, or GB18030 as ARX writes it on a Chinese system. */
async function textOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function One({ name, csv, strategy: s, columns, onChange }: { name: string; csv: string; strategy: StrategyText; columns: readonly string[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const users = s.fields.filter((f) => f.technique === 'hierarchy' && f['hierarchy'] === name).map((f) => f.column);
  const remove = (): void => onChange(withMember(s, 'hierarchies', Object.fromEntries(Object.entries(s.hierarchies ?? {}).filter(([n]) => n !== name))));
  let h: Hierarchy | null = null;
  try {
    h = readArx(csv);
  } catch {
    h = null;
  }
  return (
    <section className="part-of-strategy" aria-label={name}>
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap', alignItems: 'center' }}>
        <strong className="mono">{name}</strong>
        <Select size="small" value={null} placeholder={t('strategy.useFor')} aria-label={`${t('strategy.useFor')} ${name}`} style={{ width: 170 }} options={columns.map((c) => ({ value: c, label: c }))} onChange={(column: string) => onChange(withRule(s, columns, column, { column, technique: 'hierarchy', hierarchy: name, height: 1 }))} showSearch={{ optionFilterProp: 'label' }} />
        <Button size="small" onClick={() => download(new Blob([csv], { type: 'text/csv;charset=utf-8' }), `${name}.csv`)}>{t('strategy.exportArx')}</Button>
        <Button size="small" disabled={users.length > 0} title={users.length > 0 ? t('strategy.inUse', { columns: users.join(' ') }) : ''} onClick={remove} aria-label={`${t('strategy.removePart')} ${name}`}>{t('strategy.removePart')}</Button>
        {users.length > 0 ? <small className="mono">→ {users.join(' ')}</small> : null}
      </div>
      {h ? <HierarchyPicture name={name} hierarchy={h} /> : null}
    </section>
  );
}

function Build({ onBuilt }: { onBuilt: (name: string, h: Hierarchy) => void }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<string>('intervals');
  const [name, setName] = useState('');
  const [from, setFrom] = useState<number | null>(0);
  const [to, setTo] = useState<number | null>(100);
  const [widths, setWidths] = useState('5, 10, 20');
  const [values, setValues] = useState('');
  const [steps, setSteps] = useState<number | null>(2);
  const [problem, setProblem] = useState('');
  const build = (): void => {
    try {
      const h = kind === 'intervals'
        ? intervals(from ?? 0, to ?? 0, widths.split(/[,，\s]+/).map(Number).filter((w) => Number.isInteger(w) && w > 1))
        : cutFromRight(values.split(/\r?\n/), steps ?? 1);
      onBuilt(name.trim() || kind, h);
    } catch (error) {
      setProblem(t(`strategy.arx.${error instanceof ArxError ? error.reason : 'malformed'}`));
    }
  };
  return (
    <section className="part-of-strategy" aria-label={t('strategy.build')}>
      <Segmented value={kind} onChange={(k) => { setKind(k); setProblem(''); }} options={['intervals', 'cut'].map((k) => ({ value: k, label: t(`strategy.builder.${k}`) }))} style={{ justifySelf: 'start' }} />
      <div className="labelled">
        <label>{t('strategy.hierarchyName')}<Input size="small" className="mono" value={name} maxLength={40} onChange={(e) => setName(e.target.value.replace(/[^\w-]+/g, ''))} /></label>
        {kind === 'intervals' ? <>
          <label>{t('strategy.from')}<InputNumber size="small" precision={0} value={from} onChange={setFrom} /></label>
          <label>{t('strategy.to')}<InputNumber size="small" precision={0} value={to} onChange={setTo} /></label>
          <label>{t('strategy.widths')}<Input size="small" value={widths} onChange={(e) => setWidths(e.target.value)} /></label>
        </> : <label>{t('strategy.steps')}<InputNumber size="small" min={1} max={20} precision={0} value={steps} onChange={setSteps} /></label>}
      </div>
      {kind === 'cut' ? <Input.TextArea rows={4} className="mono" value={values} aria-label={t('strategy.valuesOneALine')} placeholder={t('strategy.valuesOneALine')} onChange={(e) => setValues(e.target.value)} /> : null}
      {problem ? <Alert type="error" showIcon title={problem} /> : null}
      <div><Button type="primary" size="small" onClick={build}>{t('strategy.buildIt')}</Button></div>
    </section>
  );
}
