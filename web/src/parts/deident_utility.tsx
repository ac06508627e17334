// What a strategy leaves of use: how many distinct values a field keeps, how far distributions and correlations move, how wrong random queries become.
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PreviewColumn, UtilityReport } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { shareText } from '../pictures/gauge.tsx';
import { Wide } from './bits.tsx';
import { GradeChip } from './chips.tsx';

export function Utility({ columns, report }: { columns: PreviewColumn[]; report: UtilityReport | null }) {
  const { t } = useTranslation();
  const measured = new Map((report?.columns ?? []).map((c) => [c.name, c]));
  const share = (n: number | undefined): string => (n === undefined ? '—' : shareText(n));
  return (
    <div style={{ display: 'grid', gap: 14, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {report ? <Summary report={report} /> : null}
      <p style={{ color: 'var(--soft)', margin: 0 }}>{t('deident.utilityText')}</p>
      <Wide label={t('deident.utility')} height={540}><Table<PreviewColumn>
        size="small" rowKey="column" pagination={false} dataSource={columns} style={{ width: 'max-content', minWidth: '100%' }}
        columns={[
          { title: t('deident.column'), render: (_, c) => <strong className="mono">{c.column}</strong> }, { title: t('deident.technique'), render: (_, c) => <span style={{ whiteSpace: 'nowrap' }}>{t(`deident.tech.${c.technique}`, c.technique)}</span> },
          { title: t('deident.levels'), render: (_, c) => (c.technique === 'suppress' ? '—' : <div style={{ display: 'grid', gap: 2, justifyItems: 'start' }}><GradeChip level={c.level_before} />{c.level_after !== c.level_before ? <span style={{ whiteSpace: 'nowrap' }}>→ <GradeChip level={c.level_after} /></span> : null}</div>) },
          { title: t('deident.distinct'), render: (_, c) => <Kept before={c.distinct_before} after={c.distinct_after} /> },
          { title: t('deident.changed'), align: 'right', render: (_, c) => `${c.changed_permille / 10}%` },
          ...(report ? [{ title: t('strategy.loss'), align: 'right' as const, render: (_: unknown, c: PreviewColumn) => share(measured.get(c.column)?.loss) }, { title: t('strategy.distance'), align: 'right' as const, render: (_: unknown, c: PreviewColumn) => share(measured.get(c.column)?.total_variation) }] : []),
          { title: t('deident.nulls'), align: 'right', render: (_, c) => countText(c.nulls) },
          { title: t('deident.failed'), align: 'right', render: (_, c) => (c.failed > 0 ? <strong style={{ color: 'var(--bad)' }}>{countText(c.failed)}</strong> : 0) },
        ]}
      /></Wide>
    </div>
  );
}

const PAIRS_SHOWN = 8;

function Summary({ report: r }: { report: UtilityReport }) {
  const { t } = useTranslation();
  const worst = [...r.pairs].sort((a, b) => Math.abs(b.before - b.after) - Math.abs(a.before - a.after)).slice(0, PAIRS_SHOWN);
  return (
    <>
      <div className="indicators">
        <div className="indicator"><span>{t('strategy.queryError')}</span><strong>{shareText(r.queries.error_median)}</strong><small>{t('strategy.queryErrorText', { n: countText(r.queries.random), mean: shareText(r.queries.error_mean), p95: shareText(r.queries.error_p95) })}</small></div>
        <div className="indicator"><span>{t('strategy.correlationLost')}</span><strong>{shareText(r.correlation_lost)}</strong><small>{t('strategy.correlationText', { n: r.pairs.length })}</small></div>
        <div className="indicator"><span>{t('strategy.lossMean')}</span><strong>{shareText(r.columns.reduce((n, c) => n + c.loss, 0) / Math.max(r.columns.length, 1))}</strong><small>{t('strategy.lossText')}</small></div>
      </div>
      {worst.length > 0 ? (
        <details className="foldable"><summary>{t('strategy.pairs')}</summary>
          <Table size="small" rowKey={(p) => `${p.a} ${p.b}`} pagination={false} dataSource={worst} columns={[
            { title: t('deident.columns'), render: (_, p) => <span className="mono">{p.a} × {p.b}</span> }, { title: t('deident.metric'), dataIndex: 'measure' }, { title: t('deident.before'), align: 'right', render: (_, p) => p.before.toFixed(2) }, { title: t('deident.after'), align: 'right', render: (_, p) => p.after.toFixed(2) },
          ]} />
        </details>
      ) : null}
    </>
  );
}

function Kept({ before, after }: { before: number; after: number }) {
  const share = before > 0 ? Math.min(1, after / before) : 0;
  return (
    <div style={{ width: 110 }}>
      <div style={{ height: 8, borderRadius: 4, background: 'var(--idle-ground)' }}><div style={{ height: 8, borderRadius: 4, width: `${share * 100}%`, background: 'var(--brand)' }} /></div>
      <small>{countText(before)} → {countText(after)}</small>
    </div>
  );
}
