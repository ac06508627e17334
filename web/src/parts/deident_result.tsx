// What a strategy does, tried on a sealed sample: risk by attacker, class sizes, usefulness, refusals, before and after side by side.
import { Alert, Table, Tabs } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ModelReached, PreviewShown, RiskReport, StrategyFinding, StrategyPreview } from '../api/schema.ts';
import { countText, listComma } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { ClassSizes } from '../pictures/class_sizes.tsx';
import { Gauge, shareText } from '../pictures/gauge.tsx';
import { Wide } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Utility } from './deident_utility.tsx';

export function Gauges({ before, after }: { before: RiskReport | null; after: RiskReport | null }) {
  const { t } = useTranslation();
  const threshold = after?.threshold ?? before?.threshold ?? null;
  const of = (r: RiskReport | null, who: 'prosecutor' | 'journalist' | 'marketer'): number | null => (r ? (who === 'marketer' ? r.marketer.avg : r[who].max ?? r[who].avg) : null);
  return (
    <div>
      <h3 style={{ margin: '0 0 6px', fontSize: 15 }}>{t('deident.risk')} <small style={{ color: 'var(--soft)', fontWeight: 400 }}>{t(before && after ? 'deident.gaugeTextBoth' : 'deident.gaugeText')}</small></h3>
      <div className="gauges">
        {(['prosecutor', 'journalist', 'marketer'] as const).map((who) => <Gauge key={who} name={t(`deident.attacker.${who}`)} note={t(`deident.attackerText.${who}`)} before={of(before, who)} after={of(after, who)} threshold={threshold} />)}
      </div>
    </div>
  );
}

export function Findings({ findings, refusals, residual }: { findings: StrategyFinding[]; refusals: { reason: string; detail: string }[]; residual: { column: string; type: string; cells: number }[] }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const hints = findings.filter((f) => !f.serious);
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      {refusals.length > 0 ? <Alert type="error" showIcon title={t('deident.refusals')} description={<ul style={{ margin: 0, paddingLeft: 18 }}>{refusals.map((r) => <li key={r.reason + r.detail}>{t(`strategy.refusal.${r.reason.replace('.', '_')}`, r.reason)}{r.detail ? <> · <span className="mono">{r.detail}</span></> : null}</li>)}</ul>} /> : null}
      {residual.length > 0 ? <Alert type="error" showIcon title={t('deident.residual')} description={residual.map((r) => <div key={r.column + r.type}><span className="mono">{r.column}</span> · {r.type} · {countText(r.cells)} {t('deident.cells')}</div>)} /> : <Alert type="success" showIcon title={t('deident.noResidual')} />}
      {findings.filter((f) => f.serious).map((f) => <Alert key={f.rule + f.columns.join()} type="warning" showIcon title={<>{zh ? f.zh : f.en} <Chip tone="bad" icon="!" word={t('deident.serious')} /></>} />)}
      {hints.length > 0 ? <Alert type="info" showIcon title={<ul style={{ margin: 0, paddingLeft: 16 }}>{hints.map((f) => <li key={f.rule + f.columns.join()}>{zh ? f.zh : f.en}</li>)}</ul>} /> : null}
      {findings.length === 0 ? <span style={{ color: 'var(--soft)' }}>{t('deident.noFindings')}</span> : null}
    </div>
  );
}

/** Masked cells, and below them what they were where an approved operation shows it. Cells that need one have their form, with what becomes of an example. */
function Grid({ shown }: { shown: PreviewShown }) {
  const { t } = useTranslation();
  const was = (row: number, column: string): string | null | undefined => {
    const at = (shown.before_columns ?? []).indexOf(column);
    return shown.before && at >= 0 ? shown.before[row]?.[at] : undefined;
  };
  const forms = new Map((shown.forms ?? []).map((f) => [`${f.column} ⟨${f.form}⟩`, f]));
  const cell = (column: string, now: string | null): ReactNode => {
    if (now === null || now === '') return <span style={{ color: 'var(--soft)' }}>{t('deident.empty')}</span>;
    const form = forms.get(`${column} ${now}`);
    if (!form) return now;
    return <><span className="mono">{now}</span>{form.example && form.masked !== null ? <><br /><small style={{ color: 'var(--soft)' }}>{t('deident.example')} <span className="mono">{form.example} → {form.masked === '' ? t('deident.empty') : form.masked}</span></small></> : null}</>;
  };
  return (
    <>
      <p style={{ color: 'var(--soft)', marginTop: 0 }}>{t('deident.gridText')}{forms.size > 0 ? <> · {t('deident.formsText')}</> : null}{shown.before ? null : <> · {t('deident.beforeHidden')} <Link to="/access?tab=operations" style={{ textDecoration: 'underline', whiteSpace: 'nowrap' }}>{t('deident.askOperation')}</Link></>}</p>
      <Wide label={t('deident.grid')} height={480}><Table<{ key: number; cells: (string | null)[] }>
        size="small" pagination={false} style={{ width: 'max-content', minWidth: '100%' }} dataSource={shown.after.map((cells, i) => ({ key: i, cells }))}
        columns={[
          { title: t('deident.row'), width: 70, render: (_, r) => countText(shown.rows[r.key] ?? r.key) },
          ...shown.columns.map((column, i) => ({ title: <span className="mono">{column}</span>, render: (_: unknown, r: { key: number; cells: (string | null)[] }) => {
            const before = was(r.key, column);
            const now = r.cells[i] ?? null;
            return <div style={{ width: 'max-content', maxWidth: 240, overflowWrap: 'anywhere' as const }}>{before !== undefined && before !== now ? <><del style={{ color: 'var(--soft)' }}>{before ?? t('deident.empty')}</del><br /></> : null}{cell(column, now)}</div>;
          } })),
        ]}
      /></Wide>
    </>
  );
}

interface Disclosed { column: string; rows_uniform: number; rows_uniform_in_groups: number; share_uniform: number }

export function RiskTables({ report }: { report: RiskReport }) {
  const { t } = useTranslation();
  const singled = (report.outliers as { rows_by_smallest_combination: { columns: number; rows: number }[] }).rows_by_smallest_combination.filter((o) => o.rows > 0);
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Table size="small" rowKey="share_type" pagination={false} dataSource={report.profiles} title={() => t('deident.profiles')} columns={[
        { title: t('deident.share'), render: (_, p) => t(`share.${p.share_type}`) }, { title: t('deident.threshold'), align: 'right', render: (_, p) => shareText(p.threshold) }, { title: t('deident.kMin'), align: 'right', dataIndex: 'k_min' },
        { title: t('deident.rowsAbove'), align: 'right', render: (_, p) => countText(p.rows_above) }, { title: t('common.status'), render: (_, p) => <Chip tone={p.acceptable ? 'good' : 'bad'} icon={p.acceptable ? '✓' : '✕'} word={t(p.acceptable ? 'deident.acceptable' : 'deident.notAcceptable')} /> },
      ]} />
      {report.unique_combinations.length > 0 ? <Table size="small" rowKey={(c) => c.columns.join()} pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }} dataSource={report.unique_combinations} title={() => <>{t('deident.combos')} <small style={{ color: 'var(--soft)' }}>{t('deident.combosText')}</small></>} columns={[
        { title: t('deident.column'), render: (_, c) => <span className="mono">{c.columns.join(' + ')}</span> }, { title: t('deident.uniqueRows'), align: 'right', render: (_, c) => `${countText(c.minimal_rows)} (${shareText(c.minimal_rows / Math.max(report.rows, 1))})` },
      ]} /> : null}
      {singled.length > 0 ? <span>{t('strategy.singled')}{singled.map((o) => t('strategy.singledBy', { columns: o.columns, rows: countText(o.rows) })).join(listComma())}</span> : null}
      <Table size="small" rowKey="name" pagination={false} dataSource={report.columns} title={() => t('strategy.spread')} columns={[
        { title: t('deident.column'), render: (_, c) => <strong className="mono">{c.name}</strong> }, { title: t('deident.distinct'), align: 'right', render: (_, c) => countText(c.distinct) },
        { title: t('strategy.topShare'), align: 'right', render: (_, c) => <>{c.dominant ? <Chip tone="warn" icon="!" word={t('strategy.dominant')} /> : null} {shareText(c.top_share)}</> },
        { title: t('strategy.rare'), align: 'right', render: (_, c) => `${countText(c.rare_values)} (${countText(c.rare_rows)})` },
      ]} />
    </div>
  );
}

/** Against whom the journalist's risk was measured, and in what it was counted. */
export function Basis({ report: r }: { report: RiskReport }) {
  const { t } = useTranslation();
  const basis = r.journalist.basis ?? 'table', models = r.population_models;
  const estimate = models && models.chosen !== 'none' && models.uniques !== null ? t('strategy.popUniques', { n: countText(Math.round(models.uniques)), of: countText(Math.round(models.population_rows)), model: t(`strategy.popModelIs.${models.chosen}`, models.chosen) }) : '';
  return (
    <div role="note" aria-label={t('strategy.basis')} style={{ color: 'var(--soft)', display: 'grid', gap: 4 }}>
      {r.person ? <span>{t('strategy.inPersons', { column: r.person.column, persons: countText(r.person.persons), rows: countText(r.person.rows) })}</span> : null}
      <span>{t(`strategy.basisIs.${basis}`, basis)} {estimate}</span>
    </div>
  );
}

/** Whether being in a class gives a sensitive value away. */
export function Disclosure({ report }: { report: RiskReport }) {
  const { t } = useTranslation();
  const shown = report.attribute_disclosure as Disclosed[];
  if (shown.length === 0) return null;
  return (
    <Table<Disclosed> size="small" rowKey="column" pagination={false} dataSource={shown} title={() => <>{t('strategy.sensitive')} <small style={{ color: 'var(--soft)' }}>{t('strategy.sensitiveText')}</small></>} columns={[
      { title: t('deident.column'), render: (_, d) => <strong className="mono">{d.column}</strong> },
      { title: t('strategy.uniformRows'), align: 'right', render: (_, d) => `${countText(d.rows_uniform)} (${shareText(d.share_uniform)})` }, { title: t('strategy.uniformGroups'), align: 'right', render: (_, d) => countText(d.rows_uniform_in_groups) },
    ]} />
  );
}

/** The strategy's targets and what the rows reach; how many rows stand in small classes and would not go out. */
export function Models({ models, suppressed }: { models: ModelReached[]; suppressed: number | null }) {
  const { t } = useTranslation();
  if (models.length === 0 && suppressed === null) return null;
  return (
    <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }} aria-label={t('strategy.targets')}>
      {models.map((m) => <Chip key={m.model + m.column} tone={m.holds ? 'good' : 'bad'} icon={m.holds ? '✓' : '✕'} word={`${t(`strategy.model.${m.model}`, m.model)}${m.column ? ` ${m.column}` : ''}: ${m.reached} / ${m.wanted}`} />)}
      {suppressed === null ? null : <Chip tone={suppressed > 0 ? 'warn' : 'idle'} icon="–" word={t('strategy.rowsSuppressed', { n: countText(suppressed) })} />}
    </div>
  );
}

export function PreviewResult({ preview: p }: { preview: StrategyPreview }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: 'grid', gap: 18, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <span style={{ color: 'var(--soft)' }}>{t('deident.sampled', { n: countText(p.rows_sampled), total: countText(p.rows_total) })}</span>
      <Findings findings={p.findings} refusals={p.refusals} residual={p.residual} />
      <Models models={p.models ?? []} suppressed={p.rows_suppressed ?? null} />
      {p.risk_before || p.risk_after ? <><Gauges before={p.risk_before} after={p.risk_after} /><ClassSizes before={p.risk_before} after={p.risk_after} k={p.k_min} /></> : null}
      <Tabs items={[
        { key: 'grid', label: t('deident.grid'), children: <Grid shown={p.shown} /> }, { key: 'utility', label: t('deident.utility'), children: <Utility columns={p.columns} report={p.utility ?? null} /> },
        ...(p.risk_after ? [{ key: 'risk', label: t('deident.profiles'), children: <RiskTables report={p.risk_after} /> }] : []),
      ]} />
    </div>
  );
}
