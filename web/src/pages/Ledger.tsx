import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, Progress, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useList, useOne } from '../api/hooks.ts';
import type { LedgerEntry, LedgerHead, Verification, Vocabulary } from '../api/types.ts';
import { routeOfId } from '../app/routes.ts';
import { countText, timeText } from '../i18n/format.ts';
import { Digest, Facts, Name, download } from '../parts/bits.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Loaded, Page, ProblemNote, useReport } from '../parts/page.tsx';

export default function Ledger() {
  const { t } = useTranslation();
  const head = useOne<LedgerHead>('/ledger');
  const report = useReport();
  return (
    <Page
      title={t('ledger.title')} lead={t('ledger.lead')}
      actions={<Button onClick={() => { api.text('/ledger/trust').then((x) => download(new Blob([x], { type: 'text/plain' }), 'trust.txt')).catch(report); }}>{t('ledger.trust')}</Button>}
    >
      <Verify />
      <Loaded query={head}>
        {(h) => (
          <Card title={t('ledger.chain')} extra={`${t('ledger.size')} ${countText(h.size)}`}>
            <ol className="chain" tabIndex={0} aria-label={t('ledger.chain')}>
              {h.checkpoints.map((c) => <li key={c.size}><strong>{countText(c.size)}</strong><small>{c.at_ms ? timeText(c.at_ms) : t('ledger.size')}</small><Digest value={c.sm3_root} size={10} /></li>)}
            </ol>
            <details><summary>{t('ledger.note')}</summary><pre className="code" tabIndex={0}>{h.checkpoint}</pre></details>
            <Facts items={[[t('ledger.origin'), <span key="o" className="mono">{h.origin}</span>]]} />
          </Card>
        )}
      </Loaded>
      <Search />
    </Page>
  );
}

function Verify() {
  const { t } = useTranslation();
  const report = useReport();
  const [running, setRunning] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['verification', running], enabled: running !== null, retry: false,
    queryFn: () => api.get<Verification>(`/ledger/verification/${running ?? ''}`),
    refetchInterval: (q) => (q.state.data && q.state.data.state !== 'running' ? false : 500),
  });
  const start = async (): Promise<void> => {
    try {
      const { id } = await api.post<{ id: string }>('/ledger/verification');
      setRunning(id);
    } catch (error) {
      report(error);
    }
  };
  const v = query.data;
  const busy = running !== null && (!v || v.state === 'running');
  const share = v && v.total > 0 ? Math.min(100, Math.floor((100 * Math.min(v.done, v.total)) / v.total)) : 0;
  return (
    <Card>
      <div style={{ display: 'flex', gap: 20, alignItems: 'center', flexWrap: 'wrap' }}>
        <Button type="primary" loading={busy} onClick={() => void start()}>{t('ledger.verify')}</Button>
        {busy ? <div style={{ flex: 1, minWidth: 220 }}><Progress percent={share} aria-label={t('ledger.verifying')} format={() => (v ? t('ledger.progress', { done: countText(Math.min(v.done, v.total)), total: countText(v.total) }) : '')} /></div> : null}
        {v?.state === 'ok' ? <Alert type="success" showIcon title={t('ledger.intact', { n: countText(v.report?.entries ?? v.total), c: countText(v.report?.checkpoints ?? 0) })} /> : null}
        {v?.state === 'bad' ? <Alert type="error" showIcon title={t('ledger.broken', { what: v.report?.first_bad?.what ?? '' })} description={<span className="mono">{v.report?.first_bad?.reason}{v.report?.first_bad?.seq === undefined ? '' : ` · ${t('common.entry')} ${v.report.first_bad.seq}`}</span>} /> : null}
        {query.isError ? <ProblemNote error={query.error} /> : null}
      </div>
    </Card>
  );
}

interface Filter {
  kind?: string;
  actor?: string;
  object?: string;
  from?: string;
  to?: string;
}

function Search() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>({});
  const vocabulary = useOne<Vocabulary>('/vocabulary');
  const kinds = (vocabulary.data?.event_kinds ?? []).map((k) => ({ value: k, label: `${t(`event.${k.replace('.', '_')}`, k)} · ${k}` }));
  const params = new URLSearchParams();
  for (const key of ['kind', 'actor', 'object'] as const) if (filter[key]) params.set(key, filter[key]);
  if (filter.from) params.set('from_ms', String(Date.parse(filter.from)));
  if (filter.to) params.set('to_ms', String(Date.parse(filter.to)));
  const list = useList<LedgerEntry>(`/ledger/entries${params.size > 0 ? `?${params.toString()}` : ''}`);
  return (
    <Card>
      <Form layout="inline" onFinish={(v: Filter) => setFilter(v)} style={{ gap: 8, marginBottom: 14 }}>
        <Form.Item name="kind" label={t('ledger.kind')}><Select allowClear showSearch={{ optionFilterProp: 'label' }} style={{ minWidth: 230 }} options={kinds} placeholder={t('common.all')} /></Form.Item>
        <Form.Item name="actor" label={t('ledger.actor')}><Input allowClear placeholder="ps_…" /></Form.Item>
        <Form.Item name="object" label={t('ledger.object')}><Input allowClear placeholder="rl_…" /></Form.Item>
        <Form.Item name="from" label={t('ledger.from')}><Input type="datetime-local" /></Form.Item>
        <Form.Item name="to" label={t('ledger.to')}><Input type="datetime-local" /></Form.Item>
        <Button htmlType="submit">{t('ledger.search')}</Button>
      </Form>
      <ListTable<LedgerEntry>
        query={list} rowKey={(e) => String(e.seq)} empty={{ title: t('ledger.empty'), text: '' }}
        columns={[
          { title: t('ledger.seq'), dataIndex: 'seq', align: 'right' }, { title: t('common.time'), render: (_, e) => timeText(e.time_ms) }, { title: t('ledger.kind'), render: (_, e) => <>{t(`event.${e.kind.replace('.', '_')}`, e.kind)}<br /><small className="mono">{e.kind}</small></> },
          { title: t('ledger.actor'), render: (_, e) => <Name id={e.actor} /> },
          { title: t('ledger.object'), render: (_, e) => e.objects.map((o) => { const to = routeOfId(o); return <div key={o} className="mono">{to ? <Link to={to}><Name id={o} /></Link> : <Name id={o} />}</div>; }) },
          { title: t('ledger.fields'), render: (_, e) => <div style={{ color: 'var(--soft)', width: 280, whiteSpace: 'normal' }}>{e.fields.map((f) => t(`fact.${f}`, f)).join(' · ')}</div> },
        ]}
      />
    </Card>
  );
}
