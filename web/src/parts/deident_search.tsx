// The best full-domain generalisation: of all ways to coarsen the quasi-identifiers by their hierarchies the one that loses least and still
// reaches k and the further models; or what local recoding reaches, which gives each class heights of its own. Either is put into the strategy at the press of a
// button: of local recoding the coarsest and the finest heights, between which each run finds its classes anew, and the targets that it must stay within.
import { Alert, Button, InputNumber, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnonymityReport, GeneraliseAsk } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { shareText } from '../pictures/gauge.tsx';
import { Facts } from './bits.tsx';
import { Doing, useRun } from './long_work.tsx';
import { NOTHING_FURTHER, type SearchFurther, askedFurther, beyondStrategy, withTargets } from './search_ask.ts';
import { SearchModels } from './search_models.tsx';
import { type StrategyText, hierarchiesUsed, withGeneralisation, withMember } from './strategy.ts';

const METRICS = ['loss', 'entropy', 'discernibility'] as const;

export function SearchGeneralisation({ path, strategy: s, columns, onChange }: { path: string; strategy: StrategyText; columns: readonly string[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const { run, start } = useRun();
  const [metric, setMetric] = useState<(typeof METRICS)[number]>('loss');
  const [answer, setAnswer] = useState<{ report: AnonymityReport; about: string } | null>(null);
  const [k, setK] = useState<number | null>(s.k_min ?? 5);
  const [permille, setPermille] = useState<number | null>(s.suppress_permille ?? 0);
  const [further, setFurther] = useState<SearchFurther>(NOTHING_FURTHER);
  const used = hierarchiesUsed(s);
  // Of other fields or hierarchies an answer says nothing.
  const about = JSON.stringify([s.quasi_identifiers, used, further]);
  const found = answer?.about === about ? answer.report : null;
  const search = async (): Promise<void> => {
    const diversity = (s.targets?.diversity ?? []).filter((d) => d.l !== undefined);
    const more = askedFurther(further, s.quasi_identifiers, s.hierarchies ?? {});
    // The strategy's own targets are asked of the search too.
    const closeness = [...(s.targets?.closeness ?? []).filter((c) => c.t_permille !== undefined).map((c) => ({ column: c.column, t_permille: c.t_permille! })), ...(more.closeness ?? [])];
    const ask: GeneraliseAsk = {
      quasi: s.quasi_identifiers, k: k ?? 5, suppression_permille: further.recoding === 'local' ? 0 : permille ?? 0, metric,
      hierarchies: Object.fromEntries(Object.entries(used).map(([column, name]) => [column, s.hierarchies![name]!])),
      ...more, ...(closeness.length > 0 ? { closeness } : {}),
      ...(diversity.length > 0 ? { l: Object.fromEntries(diversity.map((d) => [d.column, d.l!])) } : {}),
    };
    const report = await start<AnonymityReport>(`${path}/anonymize`, ask);
    setAnswer(report ? { report, about } : null);
  };
  const taken = (): void => onChange({ ...withGeneralisation(s, columns, found!.transformation!), k_min: k ?? 5, suppress_permille: permille ?? 0 });
  const takenLocally = (): void => {
    const heights = (of: (a: AnonymityReport['attributes'][number]) => number): Record<string, number> => Object.fromEntries(found!.attributes.map((a) => [a.name, of(a)]));
    const next = withGeneralisation(s, columns, heights((a) => a.level), heights((a) => a.lowest_level ?? a.level));
    const dropped = new Set(found!.attributes.filter((a) => a.level > 0 && !used[a.name]).map((a) => a.name));
    onChange(withMember({ ...next, k_min: k ?? 5, suppress_permille: 0, quasi_identifiers: s.quasi_identifiers.filter((c) => !dropped.has(c)) }, 'targets', withTargets(s.targets ?? {}, further, k ?? 5)));
  };
  // Heights for some classes only want a hierarchy; without one the field would go out of all of them.
  const partly = found && !found.transformation ? found.attributes.filter((a) => !used[a.name] && a.level > (a.lowest_level ?? a.level)).map((a) => a.name) : [];
  return (
    <div style={{ display: 'grid', gap: 14, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('strategy.searchText')}</p>
      <div className="labelled" style={{ alignItems: 'end' }}>
        <label>{t('deident.kMin')}<InputNumber size="small" min={1} max={100_000} precision={0} value={k} onChange={setK} /></label>
        <label>{t('deident.suppress')}<InputNumber size="small" min={0} max={1000} precision={0} disabled={further.recoding === 'local'} value={further.recoding === 'local' ? 0 : permille} onChange={setPermille} /></label>
        <label>{t('strategy.metric')}<Select size="small" value={metric} onChange={setMetric} aria-label={t('strategy.metric')} options={METRICS.map((m) => ({ value: m, label: t(`strategy.metricIs.${m}`) }))} /></label>
        <Button type="primary" size="small" loading={run !== null} disabled={s.quasi_identifiers.length === 0} onClick={() => void search()}>{t('strategy.search')}</Button>
      </div>
      <SearchModels value={further} quasi={s.quasi_identifiers} columns={columns} hierarchies={Object.keys(s.hierarchies ?? {})} onChange={setFurther} />
      {run ? <Doing run={run} /> : null}
      {found?.transformation ? (
        <>
          <Reached report={found} />
          <Table size="small" rowKey="column" pagination={false} dataSource={Object.entries(found.transformation).map(([column, level]) => ({ column, level }))} columns={[
            { title: t('deident.column'), render: (_, r) => <strong className="mono">{r.column}</strong> },
            { title: t('strategy.height'), render: (_, r) => (r.level === 0 ? t('strategy.asItIs') : used[r.column] ? `${used[r.column]!} · ${t('strategy.heightN', { n: r.level })}` : t('deident.tech.suppress')) },
          ]} />
          <div><Button onClick={taken}>{t('strategy.take')}</Button></div>
        </>
      ) : null}
      {found && !found.transformation ? (
        <>
          <Reached report={found} />
          <Table size="small" rowKey="name" pagination={false} dataSource={found.attributes} columns={[
            { title: t('deident.column'), render: (_, a) => <strong className="mono">{a.name}</strong> },
            { title: t('strategy.height'), render: (_, a) => (a.lowest_level === a.level ? t('strategy.heightN', { n: a.level }) : t('strategy.heightsN', { from: a.lowest_level ?? 0, to: a.level })) },
            { title: t('strategy.loss'), align: 'right', render: (_, a) => shareText(a.loss) },
          ]} />
          {beyondStrategy(further) ? <Alert type="warning" showIcon title={t('strategy.localBeyond')} /> : (k ?? 5) < 2 ? <Alert type="warning" showIcon title={t('strategy.localK')} /> : (
            <>
              <Alert type="info" showIcon title={t('strategy.localText')} />
              {partly.length > 0 ? <Alert type="warning" showIcon title={t('strategy.localDropped', { columns: partly.join(' · ') })} /> : null}
              <div><Button onClick={takenLocally}>{t('strategy.takeLocal')}</Button></div>
            </>
          )}
        </>
      ) : null}
      {s.quasi_identifiers.length === 0 ? <Alert type="info" showIcon title={t('strategy.noQuasi')} /> : null}
    </div>
  );
}

function Reached({ report: r }: { report: AnonymityReport }) {
  const { t } = useTranslation();
  const proven = r.optimal === undefined ? t('strategy.localGreedy') : t(r.optimal ? 'strategy.optimal' : 'strategy.notOptimal');
  return (
    <Facts items={[
      [t('strategy.score'), `${r.score.toPrecision(4)} · ${proven}`], [t('strategy.leftOut'), `${countText(r.suppressed_rows)} / ${countText(r.rows)}`],
      [t('strategy.classes'), countText(r.classes)], [t('catalog.k'), countText(r.smallest_class)], ...(r.person ? [[t('strategy.fewestPersons'), countText(r.person.smallest_class)] as [string, string]] : []),
    ]} />
  );
}
