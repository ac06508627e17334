// The best full-domain generalisation: of all ways to coarsen the quasi-identifiers by their hierarchies the one that loses least and still
// reaches k; put into the strategy at the press of a button.
import { Alert, Button, InputNumber, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnonymityReport, GeneraliseAsk } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { Facts } from './bits.tsx';
import { Doing, useRun } from './long_work.tsx';
import { type StrategyText, hierarchiesUsed, withGeneralisation } from './strategy.ts';

const METRICS = ['loss', 'entropy', 'discernibility'] as const;

export function SearchGeneralisation({ path, strategy: s, columns, onChange }: { path: string; strategy: StrategyText; columns: readonly string[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const { run, start } = useRun();
  const [metric, setMetric] = useState<(typeof METRICS)[number]>('loss');
  const [answer, setAnswer] = useState<{ report: AnonymityReport; about: string } | null>(null);
  const [k, setK] = useState<number | null>(s.k_min ?? 5);
  const [permille, setPermille] = useState<number | null>(s.suppress_permille ?? 0);
  const used = hierarchiesUsed(s);
  // Of other fields or hierarchies an answer says nothing.
  const about = JSON.stringify([s.quasi_identifiers, used]);
  const found = answer?.about === about ? answer.report : null;
  const search = async (): Promise<void> => {
    const diversity = (s.targets?.diversity ?? []).filter((d) => d.l !== undefined);
    const ask: GeneraliseAsk = {
      quasi: s.quasi_identifiers, k: k ?? 5, suppression_permille: permille ?? 0, metric,
      hierarchies: Object.fromEntries(Object.entries(used).map(([column, name]) => [column, s.hierarchies![name]!])),
      ...(diversity.length > 0 ? { l: Object.fromEntries(diversity.map((d) => [d.column, d.l!])) } : {}),
    };
    const report = await start<AnonymityReport>(`${path}/anonymize`, ask);
    setAnswer(report ? { report, about } : null);
  };
  const taken = (): void => onChange({ ...withGeneralisation(s, columns, found!.transformation!), k_min: k ?? 5, suppress_permille: permille ?? 0 });
  return (
    <div style={{ display: 'grid', gap: 14, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('strategy.searchText')}</p>
      <div className="labelled" style={{ alignItems: 'end' }}>
        <label>{t('deident.kMin')}<InputNumber size="small" min={1} max={100_000} precision={0} value={k} onChange={setK} /></label>
        <label>{t('deident.suppress')}<InputNumber size="small" min={0} max={1000} precision={0} value={permille} onChange={setPermille} /></label>
        <label>{t('strategy.metric')}<Select size="small" value={metric} onChange={setMetric} aria-label={t('strategy.metric')} options={METRICS.map((m) => ({ value: m, label: t(`strategy.metricIs.${m}`) }))} /></label>
        <Button type="primary" size="small" loading={run !== null} disabled={s.quasi_identifiers.length === 0} onClick={() => void search()}>{t('strategy.search')}</Button>
      </div>
      {run ? <Doing run={run} /> : null}
      {found?.transformation ? (
        <>
          <Facts items={[
            [t('strategy.score'), `${found.score.toPrecision(4)} · ${t(found.optimal ? 'strategy.optimal' : 'strategy.notOptimal')}`], [t('strategy.leftOut'), `${countText(found.suppressed_rows)} / ${countText(found.rows)}`],
            [t('strategy.classes'), countText(found.classes)], [t('catalog.k'), countText(found.smallest_class)],
          ]} />
          <Table size="small" rowKey="column" pagination={false} dataSource={Object.entries(found.transformation).map(([column, level]) => ({ column, level }))} columns={[
            { title: t('deident.column'), render: (_, r) => <strong className="mono">{r.column}</strong> },
            { title: t('strategy.height'), render: (_, r) => (r.level === 0 ? t('strategy.asItIs') : used[r.column] ? `${used[r.column]!} · ${t('strategy.heightN', { n: r.level })}` : t('deident.tech.suppress')) },
          ]} />
          <div><Button onClick={taken}>{t('strategy.take')}</Button></div>
        </>
      ) : null}
      {s.quasi_identifiers.length === 0 ? <Alert type="info" showIcon title={t('strategy.noQuasi')} /> : null}
    </div>
  );
}
