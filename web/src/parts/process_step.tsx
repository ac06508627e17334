// One step of a business process: shown, and in the editor changed (its data, who reaches them with which rights, the units that
// process, store and send them, and where it leads).
import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Input, Select, Space } from 'antd';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DescribedItemObject, ProcessDiagram, ProcessNode } from '../api/schema.ts';
import type { Dataset, Organisation } from '../api/types.ts';
import { listComma } from '../i18n/format.ts';
import { Facts, Name } from './bits.tsx';
import { GradeChip } from './chips.tsx';
import { KINDS, RIGHTS, withArrowsFrom, withStep } from './process_draft.ts';

type Names = Record<string, string> | undefined;

export function StepDetails({ node: n, level, names }: { node: ProcessNode; level: number; names: Names }) {
  const { t } = useTranslation();
  return (
    <Card title={<>{n.title} {level > 0 ? <GradeChip level={level} /> : null}</>} extra={t(`holdings.process.kinds.${n.kind}`, n.kind)}>
      <Facts items={[
        [t('holdings.process.data'), n.data.length > 0 ? <ul key="d" style={{ margin: 0, paddingLeft: 18 }}>{n.data.map((x) => <li key={x.dataset + x.item}>{x.item ? <Link to="/grading?tab=items">{names?.[x.item] ?? x.item}</Link> : <><Link to={`/catalog/${x.dataset}`}><Name id={x.dataset} names={names} /></Link> <span className="mono">{x.columns.length > 0 ? x.columns.join(', ') : t('holdings.process.allFields')}</span></>}</li>)}</ul> : ''],
        [t('holdings.process.access'), n.access.length > 0 ? <ul key="a" style={{ margin: 0, paddingLeft: 18 }}>{n.access.map((a, i) => <li key={i}>{a.unit ? <Name id={a.unit} names={names} /> : null} {a.who}: {a.rights.map((r) => t(`holdings.process.right.${r}`, r)).join(listComma())}</li>)}</ul> : ''],
        [t('holdings.process.processing'), n.processing], [t('holdings.process.storage'), n.storage], [t('holdings.process.transmission'), n.transmission],
      ]} />
      {n.data.length + n.access.length === 0 && !n.processing && !n.storage && !n.transmission ? <span style={{ color: 'var(--soft)' }}>{t('holdings.process.nothing')}</span> : null}
    </Card>
  );
}

function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return <div className="field"><label htmlFor={id}>{label}</label>{children(id)}</div>;
}

export function StepForm({ diagram, node: n, datasets, items, units, onChange }: { diagram: ProcessDiagram; node: ProcessNode; datasets: Dataset[]; items: DescribedItemObject[]; units: Organisation['units']; onChange: (diagram: ProcessDiagram) => void }) {
  const { t } = useTranslation();
  const set = (change: Partial<ProcessNode>): void => onChange(withStep(diagram, n.id, change));
  const replaced = <T,>(list: T[], at: number, change: Partial<T>): T[] => list.map((x, i) => (i === at ? { ...x, ...change } : x));
  const without = <T,>(list: T[], at: number): T[] => list.filter((_, i) => i !== at);
  const out = diagram.edges.filter((e) => e.from === n.id);
  const others = diagram.nodes.filter((x) => x.id !== n.id);
  const sources = [{ label: t('catalog.dataset'), options: datasets.map((d) => ({ value: d.id, label: d.title || d.name })) }, { label: t('holdings.tab.items'), options: items.map((i) => ({ value: i.id, label: i.facts.title })) }];
  const remove = (label: string, run: () => void) => <Button type="text" size="small" icon={<MinusCircleOutlined />} aria-label={label} title={label} onClick={run} />;
  const unit = (name: 'processing' | 'storage' | 'transmission') => <Labelled label={t(`holdings.process.${name}`)}>{(id) => <Input id={id} value={n[name]} maxLength={200} placeholder={t(`holdings.process.hint.${name}`)} onChange={(e) => set({ [name]: e.target.value })} />}</Labelled>;
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <div className="two" style={{ gap: 12 }}>
        <Labelled label={t('holdings.process.step')}>{(id) => <Input id={id} value={n.title} maxLength={100} status={n.title.trim() ? '' : 'warning'} onChange={(e) => set({ title: e.target.value })} />}</Labelled>
        <Labelled label={t('holdings.process.kind')}>{(id) => <Select id={id} value={n.kind} onChange={(kind: string) => set({ kind })} options={KINDS.map((k) => ({ value: k, label: t(`holdings.process.kinds.${k}`) }))} />}</Labelled>
      </div>
      <fieldset className="part">
        <legend>{t('holdings.process.data')}</legend>
        {n.data.map((x, at) => {
          const dataset = datasets.find((d) => d.id === x.dataset);
          return (
            <div key={at} className="line">
              <Select aria-label={`${t('holdings.process.data')} ${at + 1}`} showSearch={{ optionFilterProp: 'label' }} value={x.item || x.dataset || null} style={{ flex: 1, minWidth: 150 }} options={sources} onChange={(id: string) => set({ data: replaced(n.data, at, items.some((i) => i.id === id) ? { item: id, dataset: '', columns: [] } : { dataset: id, item: '', columns: [] }) })} />
              {dataset ? <Select aria-label={`${t('holdings.process.columns')} ${at + 1}`} mode="multiple" showSearch={{ optionFilterProp: 'label' }} maxTagCount={2} placeholder={t('holdings.process.allFields')} value={x.columns} style={{ flex: 1, minWidth: 150 }} options={dataset.columns.map((c) => ({ value: c.column, label: `${c.column} ${c.title}` }))} onChange={(columns: string[]) => set({ data: replaced(n.data, at, { columns }) })} /> : null}
              {remove(`${t('holdings.process.remove')} ${t('holdings.process.data')} ${at + 1}`, () => set({ data: without(n.data, at) }))}
            </div>
          );
        })}
        <Button size="small" icon={<PlusOutlined />} onClick={() => set({ data: [...n.data, { dataset: '', columns: [], item: '' }] })}>{t('holdings.process.addData')}</Button>
      </fieldset>
      <fieldset className="part">
        <legend>{t('holdings.process.access')}</legend>
        {n.access.map((a, at) => (
          <div key={at} className="line">
            <Input aria-label={`${t('holdings.process.who')} ${at + 1}`} placeholder={t('holdings.process.who')} value={a.who} maxLength={100} style={{ flex: 1, minWidth: 110 }} onChange={(e) => set({ access: replaced(n.access, at, { who: e.target.value }) })} />
            <Select aria-label={`${t('holdings.process.unit')} ${at + 1}`} allowClear placeholder={t('holdings.process.unit')} value={a.unit || null} style={{ flex: 1, minWidth: 110 }} options={units.map((u) => ({ value: u.id, label: u.name }))} onChange={(id?: string | null) => set({ access: replaced(n.access, at, { unit: id ?? '' }) })} />
            <Select aria-label={`${t('holdings.process.rights')} ${at + 1}`} mode="multiple" showSearch={{ optionFilterProp: 'label' }} placeholder={t('holdings.process.rights')} value={a.rights} style={{ flex: 1.4, minWidth: 150 }} options={RIGHTS.map((r) => ({ value: r, label: t(`holdings.process.right.${r}`) }))} onChange={(rights: string[]) => set({ access: replaced(n.access, at, { rights }) })} />
            {remove(`${t('holdings.process.remove')} ${t('holdings.process.who')} ${at + 1}`, () => set({ access: without(n.access, at) }))}
          </div>
        ))}
        <Button size="small" icon={<PlusOutlined />} onClick={() => set({ access: [...n.access, { who: '', unit: '', rights: ['read'] }] })}>{t('holdings.process.addAccess')}</Button>
      </fieldset>
      <div className="three">{unit('processing')}{unit('storage')}{unit('transmission')}</div>
      <fieldset className="part">
        <legend>{t('holdings.process.next')}</legend>
        <Select aria-label={t('holdings.process.next')} mode="multiple" showSearch={{ optionFilterProp: 'label' }} style={{ width: '100%' }} placeholder={t('holdings.process.nextHint')} value={out.map((e) => e.to)} options={others.map((x) => ({ value: x.id, label: x.title || x.id }))} onChange={(ids: string[]) => onChange(withArrowsFrom(diagram, n.id, ids.map((to) => ({ to, label: out.find((e) => e.to === to)?.label ?? '' }))))} />
        {out.map((e) => (
          <Space key={e.to} style={{ marginTop: 6, display: 'flex' }}>→ {others.find((x) => x.id === e.to)?.title || e.to}
            <Input aria-label={`${t('holdings.process.label')} ${others.find((x) => x.id === e.to)?.title || e.to}`} placeholder={t('holdings.process.label')} value={e.label} maxLength={60} onChange={(event) => onChange(withArrowsFrom(diagram, n.id, out.map((o) => ({ to: o.to, label: o === e ? event.target.value : o.label }))))} />
          </Space>
        ))}
      </fieldset>
    </div>
  );
}
