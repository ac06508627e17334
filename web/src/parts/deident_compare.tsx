// Two strategies side by side over the same rows: risk, class sizes, what each would be refused for, and what each leaves of every field.
import { Alert, Button, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComparedSide, DeidentStrategy, PreviewColumn, ShareType, StrategyComparison } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { ClassSizes } from '../pictures/class_sizes.tsx';
import { shareText } from '../pictures/gauge.tsx';
import { Wide } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Findings, Gauges, Models } from './deident_result.tsx';
import { Doing, useRun } from './long_work.tsx';
import type { StrategyText } from './strategy.ts';

/** The strategy that is being edited, among the adopted ones. */
const EDITED = 'edited';

export function CompareStrategies({ path, edited, adopted, share }: { path: string; edited: StrategyText; adopted: DeidentStrategy[]; share: ShareType }) {
  const { t } = useTranslation();
  const { run, start } = useRun();
  const [a, setA] = useState<string>(EDITED);
  const [b, setB] = useState<string | null>(adopted.at(-1)?.id ?? null);
  const [shown, setShown] = useState<{ comparison: StrategyComparison; names: [string, string] } | null>(null);
  const nameOf = (id: string): string => { const s = adopted.find((x) => x.id === id); return s?.name ?? t('strategy.edited'); };
  const options = [{ value: EDITED, label: t('strategy.edited') }, ...adopted.map((s) => ({ value: s.id, label: nameOf(s.id) }))];
  const compare = async (): Promise<void> => {
    const side = (id: string): unknown => (id === EDITED ? edited : id);
    const comparison = await start<StrategyComparison>(`${path}/compare`, { a: side(a), b: side(b!), share_type: share });
    if (comparison) setShown({ comparison, names: [nameOf(a), nameOf(b!)] });
  };
  if (adopted.length === 0) return <Alert type="info" showIcon title={t('strategy.nothingToCompare')} />;
  return (
    <div style={{ display: 'grid', gap: 14, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <div className="labelled" style={{ alignItems: 'end' }}>
        <label>{t('strategy.sideA')}<Select size="small" value={a} options={options} onChange={setA} aria-label={t('strategy.sideA')} /></label>
        <label>{t('strategy.sideB')}<Select size="small" value={b} options={options} onChange={setB} aria-label={t('strategy.sideB')} /></label>
        <Button type="primary" size="small" loading={run !== null} disabled={!b || a === b} onClick={() => void compare()}>{t('deident.compare')}</Button>
      </div>
      {run ? <Doing run={run} /> : null}
      {shown ? <Compared comparison={shown.comparison} names={shown.names} /> : <span style={{ color: 'var(--soft)' }}>{t('strategy.compareText')}</span>}
    </div>
  );
}

const kept = (x: PreviewColumn): number => (x.technique === 'suppress' ? 0 : x.distinct_before > 0 ? Math.min(1, x.distinct_after / x.distinct_before) : 1);

function Compared({ comparison: c, names }: { comparison: StrategyComparison; names: [string, string] }) {
  const { t } = useTranslation();
  const line = (metric: string, of: (s: ComparedSide) => number | null, text: (n: number) => string, lowIsBetter: -1 | 1) => {
    const a = of(c.a), b = of(c.b);
    const better = a === null || b === null || a === b ? '' : (a - b) * lowIsBetter > 0 ? 'b' : 'a';
    return { metric, a: a === null ? '—' : text(a), b: b === null ? '—' : text(b), better };
  };
  const mean = (s: ComparedSide, of: (x: PreviewColumn) => number): number => s.columns.reduce((n, x) => n + of(x), 0) / Math.max(s.columns.length, 1);
  const rows = [
    line(t('catalog.k'), (s) => s.risk_after?.k ?? null, countText, -1), line(t('deident.attacker.prosecutor'), (s) => s.risk_after?.prosecutor.max ?? null, shareText, 1), line(t('deident.attacker.marketer'), (s) => s.risk_after?.marketer.avg ?? null, shareText, 1),
    line(t('deident.uniqueRows'), (s) => s.risk_after?.unique_rows ?? null, countText, 1), line(t('deident.residual'), (s) => s.residual.reduce((n, r) => n + r.cells, 0), countText, 1), line(t('deident.refusals'), (s) => s.refusals.length, countText, 1),
    line(t('strategy.leftOut'), (s) => s.rows_suppressed ?? 0, countText, 1), line(t('strategy.fieldsLeft'), (s) => s.columns.filter((x) => x.technique !== 'suppress').length, countText, -1), line(t('deident.kept'), (s) => mean(s, kept), (n) => `${Math.round(n * 100)}%`, -1),
    line(t('strategy.lossMean'), (s) => (s.utility ? s.utility.columns.reduce((n, x) => n + x.loss, 0) / Math.max(s.utility.columns.length, 1) : null), shareText, 1), line(t('strategy.correlationLost'), (s) => s.utility?.correlation_lost ?? null, shareText, 1),
    line(t('strategy.queryError'), (s) => s.utility?.queries.error_median ?? null, shareText, 1),
    line(t('deident.changed'), (s) => mean(s, (x) => x.changed_permille), (n) => `${Math.round(n) / 10}%`, 1),
  ].filter((r) => r.a !== '—' || r.b !== '—');
  const cell = (side: 'a' | 'b') => (_: unknown, r: { a: string; b: string; better: string }) => <>{r[side]} {r.better === side ? <Chip tone="good" icon="▲" word={t('deident.better')} /> : null}</>;
  return (
    <div style={{ display: 'grid', gap: 18, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <span style={{ color: 'var(--soft)' }}>{t('deident.sampled', { n: countText(c.rows_sampled), total: countText(c.rows_total) })}</span>
      <Table size="small" rowKey="metric" pagination={false} dataSource={rows} columns={[{ title: t('deident.metric'), dataIndex: 'metric' }, { title: names[0], render: cell('a') }, { title: names[1], render: cell('b') }]} />
      {c.a.risk_after || c.b.risk_after ? <ClassSizes before={c.a.risk_after} after={c.b.risk_after} k={null} titles={names} /> : null}
      <div className="two">
        {([c.a, c.b] as const).map((side, i) => (
          <section key={i} className="part-of-strategy" aria-label={names[i]}>
            <strong>{names[i]}</strong>
            <Gauges before={c.risk_before} after={side.risk_after} />
            <Models models={side.models ?? []} suppressed={side.rows_suppressed ?? null} />
            <Findings findings={side.findings} refusals={side.refusals} residual={side.residual} />
          </section>
        ))}
      </div>
      <FieldsCompared comparison={c} names={names} />
    </div>
  );
}

function FieldsCompared({ comparison: c, names }: { comparison: StrategyComparison; names: [string, string] }) {
  const { t } = useTranslation();
  const of = (side: ComparedSide, column: string): PreviewColumn | undefined => side.columns.find((x) => x.column === column);
  const columns = [...new Set([...c.a.columns, ...c.b.columns].map((x) => x.column))];
  const show = (x: PreviewColumn | undefined) => (x ? <>{t(`deident.tech.${x.technique}`, x.technique)}<br /><small>{x.technique === 'suppress' ? '—' : `${countText(x.distinct_before)} → ${countText(x.distinct_after)} · ${t('deident.changed')} ${x.changed_permille / 10}%`}</small></> : '—');
  return (
    <Wide label={t('deident.utility')} height={440}><Table<string> size="small" rowKey={(column) => column} pagination={false} dataSource={columns} style={{ width: 'max-content', minWidth: '100%' }} title={() => <>{t('deident.utility')} <small style={{ color: 'var(--soft)' }}>{t('deident.utilityText')}</small></>} columns={[
      { title: t('deident.column'), render: (_, column) => <strong className="mono">{column}</strong> },
      { title: names[0], render: (_, column) => show(of(c.a, column)) }, { title: names[1], render: (_, column) => show(of(c.b, column)) },
      { title: t('deident.better'), render: (_, column) => {
        const a = of(c.a, column), b = of(c.b, column);
        if (!a || !b || kept(a) === kept(b)) return '';
        return <Chip tone="good" icon="▲" word={kept(a) > kept(b) ? t('strategy.sideA') : t('strategy.sideB')} />;
      } },
    ]} /></Wide>
  );
}
