// The workbench of one version: compose a strategy, try it on a sealed sample, compare, adopt, apply.
import { Alert, App, Button, Card, Select, Space } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useAll, useOne } from '../api/hooks.ts';
import type { DeidentOverview, RiskReport, ShareType, StrategyComparison, StrategyPlan, StrategyPreview } from '../api/schema.ts';
import { SHARE_TYPE_NAMES } from '../api/schema.ts';
import type { Operation } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { countText } from '../i18n/format.ts';
import { Name } from '../parts/bits.tsx';
import { Compared, Gauges, PreviewResult, RiskTables } from '../parts/deident_result.tsx';
import { Doing, useRun } from '../parts/long_work.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { StrategyEditor } from '../parts/strategy_editor.tsx';
import { type StrategyText, completed, emptyStrategy } from '../parts/strategy.ts';
import { ClassSizes } from '../pictures/class_sizes.tsx';

export default function DeidentWork() {
  const { dataset = '', version = '' } = useParams();
  const query = useOne<DeidentOverview>(`/datasets/${dataset}/versions/${version}/deident`);
  return <Loaded query={query}>{(o) => <Bench overview={o} key={o.version} />}</Loaded>;
}

type Result = { kind: 'risk'; report: RiskReport } | { kind: 'preview'; preview: StrategyPreview } | { kind: 'comparison'; comparison: StrategyComparison; name: string } | null;

function Bench({ overview: o }: { overview: DeidentOverview }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const go = useNavigate();
  const { run, start } = useRun();
  const names = o.columns.map((c) => c.column);
  const [strategy, setStrategy] = useState<StrategyText>(() => emptyStrategy('strategy-1', names, o.suggested_quasi));
  const [share, setShare] = useState<ShareType>('controlled');
  const [result, setResult] = useState<Result>(null);
  const [operation, setOperation] = useState<string | null>(null);
  const me = useMe();
  const operations = useAll<Operation>('/operations').filter((x) => x.what === 'list_values' && x.version === o.version && x.requested_by === me.person && x.status === 'approved');
  const can = (what: string): boolean => o.can.includes(what);
  const path = `/datasets/${o.dataset}/versions/${o.version}`;
  const busy = run !== null;
  const compose = async (given?: string): Promise<void> => {
    const plan = await start<StrategyPlan>(`${path}/plan`, { share_type: share, name: strategy.id, ...(given ? { strategy: given } : {}) });
    if (plan) setStrategy(completed(plan.strategy as StrategyText, names));
  };
  const measure = async (): Promise<void> => {
    const report = await start<RiskReport>(`${path}/risk`, { quasi: strategy.quasi_identifiers, share_type: share });
    if (report) setResult({ kind: 'risk', report });
  };
  const preview = async (): Promise<void> => {
    const shown = await start<StrategyPreview>(`${path}/preview`, { strategy, share_type: share, ...(operation ? { operation } : {}) });
    if (shown && operation) {
      // It was carried out: it shows values once.
      setOperation(null);
      await queries.invalidateQueries({ queryKey: ['list', '/operations'] });
    }
    if (shown) setResult({ kind: 'preview', preview: shown });
  };
  const compare = async (id: string): Promise<void> => {
    const comparison = await start<StrategyComparison>(`${path}/compare`, { a: strategy, b: id, share_type: share });
    if (comparison) setResult({ kind: 'comparison', comparison, name: o.strategies.find((s) => s.id === id)?.name ?? id });
  };
  const adopt = (): void => void modal.confirm({
    title: t('deident.adoptTitle'), content: t('deident.adoptText'), okText: t('common.submit'), cancelText: t('common.cancel'),
    onOk: async () => {
      const done = await start(`/datasets/${o.dataset}/strategies`, { text: strategy });
      if (!done) return;
      void message.success(t('deident.adopted'));
      await queries.invalidateQueries();
    },
  });
  const apply = (id: string): void => void modal.confirm({
    title: t('deident.apply'), content: t('deident.applyText'), okText: t('common.submit'), cancelText: t('common.cancel'),
    onOk: () => {
      void start<{ version: string }>(`/strategies/${id}/apply`, { version: o.version }).then(async (done) => {
        if (!done) return;
        void message.success(t('deident.applied'));
        await queries.invalidateQueries();
        void go('/deident?tab=receipts');
      });
    },
  });
  const adopted = o.strategies.map((s) => ({ value: s.id, label: `${s.name}${s.current ? '' : ` (${t('deident.outdated')})`}` }));
  return (
    <Page
      title={t('deident.work')} lead={<><Link to={`/catalog/${o.dataset}`}><Name id={o.dataset} names={o.names} /></Link> · <Name id={o.version} names={o.names} /> · {countText(o.rows)} {t('common.rows')}</>}
      actions={<>
        {can('preview') ? <Button type="primary" loading={busy} onClick={() => void preview()}>{t('deident.preview')}</Button> : null}
        {can('adopt') ? <Button disabled={busy} onClick={adopt}>{t('deident.adopt')}</Button> : null}
      </>}
    >
      <Card size="small">
        <Space wrap size="middle">
          <span>{t('deident.share')} <Select size="small" value={share} onChange={setShare} style={{ width: 150 }} aria-label={t('deident.share')} options={SHARE_TYPE_NAMES.map((s) => ({ value: s, label: t(`share.${s}`) }))} /></span>
          {can('plan') ? <Button size="small" disabled={busy} onClick={() => void compose()}>{t('deident.compose')}</Button> : null}
          {can('risk') ? <Button size="small" disabled={busy || strategy.quasi_identifiers.length === 0} onClick={() => void measure()}>{t('deident.measure')}</Button> : null}
          {can('compare') && adopted.length > 0 ? <Select<string> size="small" value={null} disabled={busy} placeholder={`${t('deident.compare')}…`} style={{ width: 220 }} aria-label={t('deident.compare')} options={adopted} onChange={(id) => void compare(id)} /> : null}
          {can('apply') && adopted.length > 0 ? <Select<string> size="small" value={null} disabled={busy} placeholder={`${t('deident.apply')}…`} style={{ width: 220 }} aria-label={t('deident.apply')} options={adopted} onChange={apply} /> : null}
          {can('preview') && operations.length > 0 ? <Select<string> size="small" allowClear value={operation} onChange={(id?: string) => setOperation(id ?? null)} disabled={busy} placeholder={`${t('deident.showBefore')}…`} title={t('deident.showBeforeText')} style={{ width: 200 }} aria-label={t('deident.showBefore')} options={operations.map((x) => ({ value: x.id, label: `${x.reason} · ${x.rows} ${t('common.rows')}` }))} /> : null}
        </Space>
        {run ? <Doing run={run} /> : null}
      </Card>
      <div className="grid-two">
        <Card title={t('deident.columns')}><StrategyEditor strategy={strategy} columns={o.columns} onChange={setStrategy} /></Card>
        <Shown result={result} />
      </div>
    </Page>
  );
}

function Shown({ result }: { result: Result }) {
  const { t } = useTranslation();
  if (!result) return <Alert type="info" showIcon title={t('deident.noResult')} />;
  if (result.kind === 'preview') return <PreviewResult preview={result.preview} />;
  if (result.kind === 'comparison') return <Compared comparison={result.comparison} name={result.name} />;
  return <Card title={t('deident.measure')}><div style={{ display: 'grid', gap: 18 }}><Gauges before={result.report} after={null} /><ClassSizes before={result.report} after={null} k={null} /><RiskTables report={result.report} /></div></Card>;
}
