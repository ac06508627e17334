// The workbench of one version: how risky it is, a strategy that is composed with its effect beside it, comparison, adoption, a run.
import { Alert, Button, Card, ConfigProvider, Select, Space, Switch, Tabs } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useAll, useOne } from '../api/hooks.ts';
import type { DeidentOverview, RiskReport, ShareType, StrategyDraft, StrategyPlan, StrategyPreview } from '../api/schema.ts';
import { SHARE_TYPE_NAMES } from '../api/schema.ts';
import type { Operation } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { countText } from '../i18n/format.ts';
import { Name } from '../parts/bits.tsx';
import { CompareStrategies } from '../parts/deident_compare.tsx';
import { Basis, Disclosure, Gauges, PreviewResult, RiskTables } from '../parts/deident_result.tsx';
import { SearchGeneralisation } from '../parts/deident_search.tsx';
import { type Live, useLive } from '../parts/live_preview.ts';
import { Doing, useRun } from '../parts/long_work.tsx';
import { Loaded, Page, ProblemNote } from '../parts/page.tsx';
import { AdoptStrategy } from '../parts/strategy_adopt.tsx';
import { ApplyStrategy } from '../parts/strategy_apply.tsx';
import { StrategyEditor } from '../parts/strategy_editor.tsx';
import { type RiskFurther, RiskOptions } from '../parts/risk_options.tsx';
import { SubmitDraft } from '../parts/submit_draft.tsx';
import { type StrategyText, completed, emptyStrategy } from '../parts/strategy.ts';
import { ClassSizes } from '../pictures/class_sizes.tsx';

export default function DeidentWork() {
  const { dataset = '', version = '' } = useParams();
  const [search] = useSearchParams();
  const given = search.get('draft');
  const query = useOne<DeidentOverview>(`/datasets/${dataset}/versions/${version}/deident`);
  const draft = useOne<StrategyDraft>(`/strategy-drafts/${given ?? ''}`, { enabled: given !== null });
  const bench = (o: DeidentOverview, d: StrategyDraft | null) => <Bench overview={o} draft={d} key={o.version + (d?.id ?? '')} />;
  return <Loaded query={query}>{(o) => (given === null ? bench(o, null) : <Loaded query={draft}>{(d) => bench(o, d)}</Loaded>)}</Loaded>;
}

/** Up to this size a version is measured with every change; of a larger one on demand. */
const LIVE_ROWS_MAX = 200_000;

type View = 'risk' | 'preview' | 'compare' | 'search';

function Bench({ overview: o, draft }: { overview: DeidentOverview; draft: StrategyDraft | null }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const names = o.columns.map((c) => c.column);
  const [strategy, setStrategy] = useState<StrategyText>(() => (draft ? completed(draft.written as StrategyText, names) : emptyStrategy('strategy-1', names, o.suggested_quasi)));
  const [touched, setTouched] = useState(draft !== null);
  const [share, setShare] = useState<ShareType>('controlled');
  const [view, setView] = useState<View>(draft ? 'preview' : 'risk');
  const [sensitive, setSensitive] = useState<string[]>([]);
  const [further, setFurther] = useState<{ ask: RiskFurther; from: React.ComponentProps<typeof RiskOptions>['from'] }>({ ask: {}, from: 'whole' });
  const [composing, setComposing] = useState(false);
  const [live, setLive] = useState(o.rows <= LIVE_ROWS_MAX);
  const [once, setOnce] = useState<StrategyPreview | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'submit' | 'adopt' | 'apply' | null>(null);
  const me = useMe();
  const operations = useAll<Operation>('/operations').filter((x) => x.what === 'list_values' && x.version === o.version && x.requested_by === me.person && x.status === 'approved');
  const can = (what: string): boolean => o.can.includes(what);
  const path = `/datasets/${o.dataset}/versions/${o.version}`;
  const busy = run !== null;
  // Only what is looked at follows the hand.
  const risk = useLive<RiskReport>(`${path}/risk`, { quasi: strategy.quasi_identifiers, sensitive: sensitive.filter((c) => !strategy.quasi_identifiers.includes(c)), share_type: share, ...further.ask }, live && view === 'risk' && can('risk') && strategy.quasi_identifiers.length > 0);
  const preview = useLive<StrategyPreview>(`${path}/preview`, { strategy, share_type: share }, live && touched && view === 'preview' && can('preview'));

  const change = (next: StrategyText): void => {
    setStrategy(next);
    setOnce(null);
    setTouched(true);
    if (view === 'risk') setView('preview');
  };
  const plan = async (given?: string): Promise<StrategyText | undefined> => {
    const answer = await start<StrategyPlan>(`${path}/plan`, { share_type: share, name: strategy.id, ...(given === undefined ? {} : { strategy: given }) });
    return answer ? completed(answer.strategy as StrategyText, names) : undefined;
  };
  const compose = async (given?: string): Promise<void> => {
    // What would be typed meanwhile would be lost when the answer comes.
    setComposing(true);
    const next = await plan(given);
    setComposing(false);
    if (!next) return;
    change(given === undefined ? next : { ...next, title: next.title ?? next.id });
  };
  const showOnce = async (): Promise<void> => {
    const shown = await start<StrategyPreview>(`${path}/preview`, { strategy, share_type: share, ...(operation ? { operation } : {}) });
    if (!shown) return;
    if (operation) {
      // It was carried out: it shows values once.
      setOperation(null);
      await queries.invalidateQueries({ queryKey: ['list', '/operations'] });
    }
    setOnce(shown);
    setView('preview');
  };
  const adopted = o.strategies.map((s) => ({ value: s.id, label: `${s.name}${s.current ? '' : ` (${t('deident.outdated')})`}` }));
  return (
    <Page
      title={t('deident.work')} lead={<><Link to={`/catalog/${o.dataset}`}><Name id={o.dataset} names={o.names} /></Link> · <Name id={o.version} names={o.names} /> · {countText(o.rows)} {t('common.rows')}</>}
      actions={<>
        {can('preview') ? <Button type={live ? 'default' : 'primary'} loading={busy} onClick={() => void showOnce()}>{t('deident.preview')}</Button> : null}
        {can('plan') ? <Button disabled={busy || !touched} onClick={() => setDialog('submit')}>{t('drafts.submit')}</Button> : null}
        {can('adopt') ? <Button disabled={busy || !touched} onClick={() => setDialog('adopt')}>{t('deident.adopt')}</Button> : null}
        {can('apply') ? <Button type={live ? 'primary' : 'default'} disabled={busy || adopted.length === 0} onClick={() => setDialog('apply')}>{t('deident.apply')}</Button> : null}
      </>}
    >
      <Card size="small">
        <Space wrap size="middle">
          <span>{t('deident.share')} <Select size="small" value={share} onChange={setShare} style={{ width: 150 }} aria-label={t('deident.share')} options={SHARE_TYPE_NAMES.map((s) => ({ value: s, label: t(`share.${s}`) }))} /></span>
          {can('plan') ? <Button size="small" disabled={busy} onClick={() => void compose()}>{t('deident.compose')}</Button> : null}
          {can('plan') && adopted.length > 0 ? <Select<string> size="small" value={null} disabled={busy} placeholder={`${t('deident.load')}…`} style={{ width: 220 }} aria-label={t('deident.load')} options={adopted} onChange={(id) => void compose(id)} /> : null}
          {can('preview') && operations.length > 0 ? <Select<string> size="small" allowClear value={operation} onChange={(id?: string) => setOperation(id ?? null)} disabled={busy} placeholder={`${t('deident.showBefore')}…`} title={t('deident.showBeforeText')} style={{ width: 200 }} aria-label={t('deident.showBefore')} options={operations.map((x) => ({ value: x.id, label: `${x.reason} · ${x.rows} ${t('common.rows')}` }))} /> : null}
          <label style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }} title={t('strategy.liveText')}><Switch size="small" checked={live} onChange={setLive} aria-label={t('strategy.live')} />{t('strategy.live')}</label>
        </Space>
        {run ? <Doing run={run} /> : null}
      </Card>
      <div className="grid-two">
        <Card title={t('deident.columns')}><ConfigProvider componentDisabled={composing}><StrategyEditor strategy={strategy} columns={o.columns} adopted={o.strategies} onChange={change} readText={plan} /></ConfigProvider></Card>
        <Card styles={{ body: { paddingTop: 4 } }}>
          <Tabs activeKey={view} onChange={(v) => setView(v as View)} items={[
            { key: 'risk', label: t('strategy.viewRisk'), children: <>
              <div className="labelled"><label title={t('strategy.sensitiveText')}>{t('strategy.sensitive')}<Select mode="multiple" size="small" value={sensitive} onChange={setSensitive} aria-label={t('strategy.sensitive')} options={names.map((c) => ({ value: c, label: c, disabled: strategy.quasi_identifiers.includes(c) }))} /></label></div>
              <RiskOptions value={further.ask} from={further.from} columns={names.filter((c) => !strategy.quasi_identifiers.includes(c))} onChange={(ask, from) => setFurther({ ask, from })} />
              <Shown live={risk} idle={t('strategy.noRisk')}>{(r) => <RiskNow report={r} />}</Shown>
            </> },
            { key: 'preview', label: t('deident.preview'), children: once ? <PreviewResult preview={once} /> : <Shown live={preview} idle={t('deident.noResult')}>{(p) => <PreviewResult preview={p} />}</Shown> },
            ...(can('risk') ? [{ key: 'search', label: t('strategy.viewSearch'), children: <SearchGeneralisation path={path} strategy={strategy} columns={names} onChange={(next) => { change(next); setView('preview'); }} /> }] : []),
            ...(can('compare') ? [{ key: 'compare', label: t('deident.compare'), children: <CompareStrategies path={path} edited={strategy} adopted={o.strategies} share={share} /> }] : []),
          ]} />
        </Card>
      </div>
      {dialog === 'submit' ? <SubmitDraft dataset={o.dataset} strategy={strategy} onClose={() => setDialog(null)} /> : null}
      {dialog === 'adopt' ? <AdoptStrategy dataset={o.dataset} strategy={strategy} onClose={() => setDialog(null)} /> : null}
      {dialog === 'apply' ? <ApplyStrategy overview={o} onClose={() => setDialog(null)} /> : null}
    </Page>
  );
}

/** What follows the hand: what it says now, or why it cannot say anything. */
function Shown<T>({ live, idle, children }: { live: Live<T>; idle: string; children: (result: T) => React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }} aria-busy={live.busy}>
      <div role="status" style={{ minHeight: 20, color: 'var(--soft)' }}>{live.busy ? t('strategy.following') : live.behind ? t('strategy.resting') : ''}</div>
      {live.error && !live.busy ? <ProblemNote error={live.error} /> : null}
      {live.result !== undefined && !live.error ? <div style={{ minWidth: 0 }}>{children(live.result)}</div> : null}
      {live.result === undefined && !live.error && !live.busy ? <Alert type="info" showIcon title={idle} /> : null}
    </div>
  );
}

function RiskNow({ report }: { report: RiskReport }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: 'grid', gap: 18, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <span style={{ color: 'var(--soft)' }}>{t('strategy.riskOver', { columns: report.quasi_identifiers.join(' + '), rows: countText(report.rows) })}</span>
      <Gauges before={report} after={null} />
      <Basis report={report} />
      <ClassSizes before={report} after={null} k={null} />
      <Disclosure report={report} />
      <RiskTables report={report} />
    </div>
  );
}
