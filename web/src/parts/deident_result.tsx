// What a strategy does, tried on a sealed sample: risk by attacker, class sizes, usefulness, refusals, before and after side by side.
import { Alert, Card, Table, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ComparedSide, PreviewColumn, PreviewShown, RiskReport, StrategyComparison, StrategyFinding, StrategyPreview } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { ClassSizes } from '../pictures/class_sizes.tsx';
import { Gauge, shareText } from '../pictures/gauge.tsx';
import { Chip, GradeChip } from './chips.tsx';

type Side = Pick<ComparedSide, 'columns' | 'risk_after' | 'residual' | 'findings' | 'refusals'>;

export function Gauges({ before, after }: { before: RiskReport | null; after: RiskReport | null }) {
  const { t } = useTranslation();
  const threshold = after?.threshold ?? before?.threshold ?? null;
  const of = (r: RiskReport | null, who: 'prosecutor' | 'journalist' | 'marketer'): number | null => (r ? (who === 'marketer' ? r.marketer.avg : r[who].max ?? r[who].avg) : null);
  return (
    <div>
      <h3 style={{ margin: '0 0 6px', fontSize: 15 }}>{t('deident.risk')}</h3>
      <div className="gauges">
        {(['prosecutor', 'journalist', 'marketer'] as const).map((who) => <div key={who} title={t(`deident.attackerText.${who}`)}><Gauge name={t(`deident.attacker.${who}`)} before={of(before, who)} after={of(after, who)} threshold={threshold} /></div>)}
      </div>
    </div>
  );
}

export function Findings({ findings, refusals, residual }: { findings: StrategyFinding[]; refusals: { reason: string; detail: string }[]; residual: { column: string; type: string; cells: number }[] }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      {refusals.length > 0 ? <Alert type="error" showIcon title={t('deident.refusals')} description={<ul style={{ margin: 0, paddingLeft: 18 }}>{refusals.map((r) => <li key={r.reason + r.detail}><span className="mono">{r.reason}</span> {r.detail}</li>)}</ul>} /> : null}
      {residual.length > 0 ? <Alert type="error" showIcon title={t('deident.residual')} description={residual.map((r) => <div key={r.column + r.type}><span className="mono">{r.column}</span> · {r.type} · {countText(r.cells)} {t('deident.cells')}</div>)} /> : <Alert type="success" showIcon title={t('deident.noResidual')} />}
      {findings.map((f) => <Alert key={f.rule + f.columns.join()} type={f.serious ? 'warning' : 'info'} showIcon title={<>{zh ? f.zh : f.en} {f.serious ? <Chip tone="bad" icon="!" word={t('deident.serious')} /> : null}</>} />)}
      {findings.length === 0 ? <span style={{ color: 'var(--soft)' }}>{t('deident.noFindings')}</span> : null}
    </div>
  );
}

export function Utility({ columns }: { columns: PreviewColumn[] }) {
  const { t } = useTranslation();
  return (
    <>
      <p style={{ color: 'var(--soft)', marginTop: 0 }}>{t('deident.utilityText')}</p>
      <Table<PreviewColumn>
        size="small" rowKey="column" pagination={false} dataSource={columns} scroll={{ x: 'max-content', y: 520 }}
        columns={[
          { title: t('deident.column'), render: (_, c) => <strong className="mono">{c.column}</strong> }, { title: t('deident.technique'), render: (_, c) => t(`deident.tech.${c.technique}`, c.technique) },
          { title: t('deident.levels'), render: (_, c) => (c.technique === 'suppress' ? '—' : <span style={{ whiteSpace: 'nowrap' }}><GradeChip level={c.level_before} />{c.level_after !== c.level_before ? <> → <GradeChip level={c.level_after} /></> : null}</span>) },
          { title: t('deident.distinct'), render: (_, c) => <Kept before={c.distinct_before} after={c.distinct_after} /> },
          { title: t('deident.changed'), align: 'right', render: (_, c) => `${c.changed_permille / 10}%` }, { title: t('deident.nulls'), align: 'right', render: (_, c) => countText(c.nulls) },
          { title: t('deident.failed'), align: 'right', render: (_, c) => (c.failed > 0 ? <strong style={{ color: 'var(--bad)' }}>{countText(c.failed)}</strong> : 0) },
        ]}
      />
    </>
  );
}

function Kept({ before, after }: { before: number; after: number }) {
  const share = before > 0 ? Math.min(1, after / before) : 0;
  return (
    <div style={{ width: 150 }}>
      <div style={{ height: 8, borderRadius: 4, background: 'var(--idle-ground)' }}><div style={{ height: 8, borderRadius: 4, width: `${share * 100}%`, background: 'var(--brand)' }} /></div>
      <small>{countText(before)} → {countText(after)}</small>
    </div>
  );
}

/** Masked cells, and below them what they were where an approved operation shows it. */
function Grid({ shown }: { shown: PreviewShown }) {
  const { t } = useTranslation();
  const was = (row: number, column: string): string | null | undefined => {
    const at = (shown.before_columns ?? []).indexOf(column);
    return shown.before && at >= 0 ? shown.before[row]?.[at] : undefined;
  };
  return (
    <>
      <p style={{ color: 'var(--soft)', marginTop: 0 }}>{t('deident.gridText')}{shown.before ? '' : ` · ${t('deident.beforeHidden')}`}</p>
      <Table<{ key: number; cells: (string | null)[] }>
        size="small" pagination={false} scroll={{ x: 'max-content', y: 460 }} dataSource={shown.after.map((cells, i) => ({ key: i, cells }))}
        columns={[
          { title: t('deident.row'), width: 70, fixed: 'left' as const, render: (_, r) => countText(shown.rows[r.key] ?? r.key) },
          ...shown.columns.map((column, i) => ({ title: <span className="mono">{column}</span>, render: (_: unknown, r: { key: number; cells: (string | null)[] }) => {
            const before = was(r.key, column);
            const now = r.cells[i] ?? null;
            return <div style={{ maxWidth: 240, overflowWrap: 'anywhere' as const }}>{before !== undefined && before !== now ? <><del style={{ color: 'var(--soft)' }}>{before ?? t('deident.empty')}</del><br /></> : null}{now === null || now === '' ? <span style={{ color: 'var(--soft)' }}>{t('deident.empty')}</span> : now}</div>;
          } })),
        ]}
      />
    </>
  );
}

export function RiskTables({ report }: { report: RiskReport }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Table size="small" rowKey="share_type" pagination={false} dataSource={report.profiles} title={() => t('deident.profiles')} columns={[
        { title: t('deident.share'), render: (_, p) => t(`share.${p.share_type}`) }, { title: t('deident.threshold'), align: 'right', render: (_, p) => shareText(p.threshold) }, { title: t('deident.kMin'), align: 'right', dataIndex: 'k_min' },
        { title: t('deident.rowsAbove'), align: 'right', render: (_, p) => countText(p.rows_above) }, { title: t('common.status'), render: (_, p) => <Chip tone={p.acceptable ? 'good' : 'bad'} icon={p.acceptable ? '✓' : '✕'} word={t(p.acceptable ? 'deident.acceptable' : 'deident.notAcceptable')} /> },
      ]} />
      {report.unique_combinations.length > 0 ? <Table size="small" rowKey={(c) => c.columns.join()} pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }} dataSource={report.unique_combinations} title={() => <>{t('deident.combos')} <small style={{ color: 'var(--soft)' }}>{t('deident.combosText')}</small></>} columns={[
        { title: t('deident.columns'), render: (_, c) => <span className="mono">{c.columns.join(' + ')}</span> }, { title: t('deident.uniqueRows'), align: 'right', render: (_, c) => `${countText(c.minimal_rows)} (${shareText(c.minimal_rows / Math.max(report.rows, 1))})` },
      ]} /> : null}
    </div>
  );
}

export function PreviewResult({ preview: p }: { preview: StrategyPreview }) {
  const { t } = useTranslation();
  return (
    <Card title={t('deident.result')} extra={<span style={{ color: 'var(--soft)' }}>{t('deident.sampled', { n: countText(p.rows_sampled), total: countText(p.rows_total) })}</span>}>
      <div style={{ display: 'grid', gap: 18 }}>
        <Findings findings={p.findings} refusals={p.refusals} residual={p.residual} />
        {p.risk_before || p.risk_after ? <><Gauges before={p.risk_before} after={p.risk_after} /><ClassSizes before={p.risk_before} after={p.risk_after} k={p.k_min} /></> : null}
        <Tabs items={[
          { key: 'grid', label: t('deident.grid'), children: <Grid shown={p.shown} /> }, { key: 'utility', label: t('deident.utility'), children: <Utility columns={p.columns} /> },
          ...(p.risk_after ? [{ key: 'risk', label: t('deident.profiles'), children: <RiskTables report={p.risk_after} /> }] : []),
        ]} />
      </div>
    </Card>
  );
}

/** Two strategies over the same rows: one line a measure, the better side marked. */
export function Compared({ comparison: c, name }: { comparison: StrategyComparison; name: string }) {
  const { t } = useTranslation();
  const sides: [Side, Side] = [c.a, c.b];
  const line = (metric: string, of: (s: Side) => number | null, text: (n: number) => string, lowIsBetter: -1 | 1) => {
    const [a, b] = sides.map(of) as [number | null, number | null];
    const better = a === null || b === null || a === b ? '' : (a - b) * lowIsBetter > 0 ? 'b' : 'a';
    return { metric, a: a === null ? '—' : text(a), b: b === null ? '—' : text(b), better };
  };
  const kept = (s: Side): number => s.columns.reduce((n, x) => n + (x.distinct_before > 0 ? Math.min(1, x.distinct_after / x.distinct_before) : 0), 0) / Math.max(s.columns.length, 1);
  const rows = [
    line(t('catalog.k'), (s) => s.risk_after?.k ?? null, countText, -1), line(t('deident.attacker.prosecutor'), (s) => s.risk_after?.prosecutor.max ?? null, shareText, 1), line(t('deident.attacker.marketer'), (s) => s.risk_after?.marketer.avg ?? null, shareText, 1),
    line(t('deident.uniqueRows'), (s) => s.risk_after?.unique_rows ?? null, countText, 1), line(t('deident.residual'), (s) => s.residual.reduce((n, r) => n + r.cells, 0), countText, 1), line(t('deident.refusals'), (s) => s.refusals.length, countText, 1),
    line(t('deident.columns'), (s) => s.columns.filter((x) => x.technique !== 'suppress').length, countText, -1), line(t('deident.kept'), kept, (n) => `${Math.round(n * 100)}%`, -1),
    line(t('deident.changed'), (s) => s.columns.reduce((n, x) => n + x.changed_permille, 0) / Math.max(s.columns.length, 1), (n) => `${Math.round(n) / 10}%`, 1),
  ];
  const cell = (side: 'a' | 'b') => (_: unknown, r: { a: string; b: string; better: string }) => <>{r[side]} {r.better === side ? <Chip tone="good" icon="▲" word={t('deident.better')} /> : null}</>;
  return (
    <Card title={t('deident.compareTitle')} extra={<span style={{ color: 'var(--soft)' }}>{t('deident.sampled', { n: countText(c.rows_sampled), total: countText(c.rows_total) })}</span>}>
      <div style={{ display: 'grid', gap: 18 }}>
        <Table size="small" rowKey="metric" pagination={false} dataSource={rows} columns={[{ title: t('deident.metric'), dataIndex: 'metric' }, { title: t('deident.sideA'), render: cell('a') }, { title: t('deident.sideB', { name }), render: cell('b') }]} />
        {c.a.risk_after || c.b.risk_after ? <ClassSizes before={c.a.risk_after} after={c.b.risk_after} k={null} titles={[t('deident.sideA'), t('deident.sideB', { name })]} /> : null}
      </div>
    </Card>
  );
}
