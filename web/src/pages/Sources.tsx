// Per source: what came, what is late, what is held and why.
import { Alert, Button, Card, Dropdown, type MenuProps, Space, Table, Tabs } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import type { SourceObject as Source, SourceRun, SourceWaiting } from '../api/schema.ts';
import { useNow } from '../app/now.ts';
import { useHolds } from '../app/session.tsx';
import { countText, listComma, spanText, timeText } from '../i18n/format.ts';
import { Name } from '../parts/bits.tsx';
import { Chip } from '../parts/chips.tsx';
import { CodeTables } from '../parts/code_tables.tsx';
import { Doing, useRun } from '../parts/long_work.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Page } from '../parts/page.tsx';
import { Plans } from '../parts/plans_tab.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';
import { ChangePassword, ChangeSchedule, HandOver } from '../parts/source_changes.tsx';
import { RegisterSource } from '../parts/source_form.tsx';
import { AllowedHosts } from '../parts/source_hosts.tsx';
import { RefusedFiles, RefusedOf } from '../parts/source_refused.tsx';
import { Merges, SourceDeletions } from '../parts/version_changes.tsx';

export default function Sources() {
  const { t } = useTranslation();
  const { act } = useAct();
  const { run, start } = useRun();
  const queries = useQueryClient();
  const [ran, setRan] = useState<{ name: string; found: SourceRun } | null>(null);
  const now = useNow();
  const list = useList<Source>('/sources');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [dialog, setDialog] = useState<{ what: 'change' | 'password' | 'hand-over'; source: Source } | null>(null);
  const [adding, setAdding] = useState(false);
  const mayAdd = useHolds('data_manager'), seesHosts = useHolds('data_manager', 'system_admin');
  const closed = (): void => setDialog(null);
  const [search, setSearch] = useSearchParams();
  const collect = async (s: Source): Promise<void> => {
    setRan(null);
    const found = await start<SourceRun>(`/sources/${s.id}/run`, {});
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    if (found) setRan({ name: s.name, found });
  };
  const change = (s: Source, status: 'active' | 'paused' | 'removed', title: string, text?: string): void => setAsk({ title: `${title}: ${s.name}`, ...(text ? { text } : {}), run: (a) => act(() => api.post(`/sources/${s.id}/status`, { status, reason: a.reason })) });
  const more = (s: Source): NonNullable<MenuProps['items']> => ([
    ['change', t('sourceForm.change'), () => setDialog({ what: 'change', source: s })], ['password', t(s.source_kind === 'sftp' ? 'sourceForm.newKey' : 'sourceForm.newPassword'), () => setDialog({ what: 'password', source: s })], ['hand-over', t('sourceForm.handOver'), () => setDialog({ what: 'hand-over', source: s })],
    ['pause', t('sources.pause'), () => change(s, 'paused', t('sources.pause'))], ['resume', t('sources.resume'), () => change(s, 'active', t('sources.resume'))],
    ['take-over', t('sources.takeOver'), () => setAsk({ title: `${t('sources.takeOver')}: ${s.name}`, run: (a) => act(() => api.post(`/sources/${s.id}/take-over`, { reason: a.reason })) })],
    ['remove', t('sources.remove'), () => change(s, 'removed', t('sources.remove'), t('sources.removeText'))],
  ] as [string, string, () => void][]).filter(([what]) => s.can.includes(what)).map(([key, label, onClick]) => ({ key, label, onClick, danger: key === 'remove' }));
  const sources = (
    <ListTable<Source>
      query={list} rowKey={(s) => s.id} empty={{ title: t('sources.none'), text: t('sourceForm.noneText') }}
      columns={[
        { title: t('sources.source'), render: (_, s) => <><strong>{s.name}</strong><br /><small>{t(`sources.kind.${s.source_kind}`, s.source_kind)}</small><br /><small>{t('sourceForm.manager')}: <Name id={s.registered_by} names={s.names} /></small></> },
        { title: t('sources.plan'), render: (_, s) => (s.dataset ? <Link to={`/catalog/${s.dataset}`}>{s.plan_title ?? s.plan_name ?? s.plan}</Link> : (s.plan_title ?? s.plan_name ?? s.plan)) },
        { title: t('sources.schedule'), render: (_, s) => (s.at.length > 0 ? t('sources.at', { time: s.at.join(listComma()) }) : t('sources.every', { time: spanText(s.every_s * 1000) })) },
        { title: t('common.status'), render: (_, s) => <Space orientation="vertical" size={2}>
          <Chip tone={s.status === 'active' ? 'good' : 'idle'} icon={s.status === 'active' ? '●' : '‖'} word={t(`sources.status.${s.status}`, s.status)} />
          {s.late_since_ms ? <Chip tone="bad" icon="!" word={t('sources.late', { time: spanText(now - s.late_since_ms) })} /> : null}
          {s.failures > 0 ? <Chip tone="bad" icon="✕" word={t('sources.failures', { n: s.failures })} /> : null}
        </Space> },
        { title: t('sources.last'), render: (_, s) => (s.last_run_ms ? <>{t(`sources.outcome.${s.outcome ?? ''}`, s.outcome ?? '')}<br /><small>{timeText(s.last_run_ms)}</small>{s.reason ? <Why reason={s.reason} /> : null}</> : '—') },
        { title: t('sources.came'), render: (_, s) => <>{t('sources.cameText', { batches: countText(s.came.batches), rows: countText(s.came.rows) })}<br /><small>{s.last_taken_ms ? timeText(s.last_taken_ms) : ''}{s.of_plan.batches > s.came.batches ? <><br />{t('sourceMore.ofPlan', { batches: countText(s.of_plan.batches), rows: countText(s.of_plan.rows) })}</> : null}</small></> },
        { title: t('sources.held'), render: (_, s) => <>{s.refused_files > 0 ? <div><Chip tone="bad" icon="✕" word={t('sourceMore.refusedCount', { n: countText(s.refused_files) })} /></div> : null}{s.held_batches + s.held_rows > 0 ? <Link to="/batches"><strong style={{ color: 'var(--warn)' }}>{[s.held_batches > 0 ? t('sources.heldBatches', { n: countText(s.held_batches) }) : '', s.held_rows > 0 ? t('sources.heldRows', { n: countText(s.held_rows) }) : ''].filter(Boolean).join(listComma())}</strong></Link> : s.refused_files > 0 ? null : 0}</> },
        { title: t('sources.next'), render: (_, s) => (s.status === 'active' && s.next_due_ms ? timeText(s.next_due_ms) : '—') },
        { title: t('common.actions'), render: (_, s) => <Space>
          {s.can.includes('run') ? <Button size="small" type="primary" disabled={run !== null} onClick={() => void collect(s)}>{t('sources.run')}</Button> : null}
          {more(s).length > 0 ? <Dropdown autoFocus trigger={['click']} menu={{ items: more(s) }}><Button size="small" aria-label={`${t('sourceForm.more')} ${s.name}`}>{t('sourceForm.more')} ▾</Button></Dropdown> : null}
        </Space> },
      ]}
      expand={{ has: () => true, render: (s) => <Findings source={s} /> }}
    />
  );
  return (
    <Page title={t('sources.title')} lead={t('sources.lead')} actions={<>{mayAdd ? <Button type="primary" onClick={() => setAdding(true)}>{t('sourceForm.add')}</Button> : null}<Link to="/batches"><Button>{t('sources.batches')}</Button></Link></>}>
      <Tabs activeKey={search.get('tab') ?? 'sources'} onChange={(tab) => setSearch({ tab })} destroyOnHidden items={[{ key: 'sources', label: t('sources.tab.sources'), children: <div style={{ display: 'grid', gap: 14 }}>{run ? <Card size="small"><Doing run={run} /></Card> : null}{ran ? <Came {...ran} onClose={() => setRan(null)} /> : null}{sources}</div> }, { key: 'plans', label: t('plans.tab'), children: <Plans /> }, { key: 'refused', label: t('sourceMore.tab.refused'), children: <RefusedFiles /> }, { key: 'merges', label: t('sourceMore.tab.merges'), children: <Merges /> }, { key: 'deletions', label: t('sourceMore.tab.deletions'), children: <SourceDeletions /> }, { key: 'tables', label: t('sources.tab.tables'), children: <CodeTables /> }, ...(seesHosts ? [{ key: 'hosts', label: t('sourceMore.tab.hosts'), children: <AllowedHosts /> }] : [])]} />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {adding ? <RegisterSource onClose={() => setAdding(false)} /> : null}
      {dialog?.what === 'change' ? <ChangeSchedule source={dialog.source} onClose={closed} /> : null}
      {dialog?.what === 'password' ? <ChangePassword source={dialog.source} onClose={closed} /> : null}
      {dialog?.what === 'hand-over' ? <HandOver source={dialog.source} onClose={closed} /> : null}
    </Page>
  );
}

/** Why a run brought nothing, in words where there are some. */
function Why({ reason }: { reason: string }) {
  const { t } = useTranslation();
  const words = t(`sourceForm.failure.${reason.replace('source.', '')}`, '');
  return <div style={{ maxWidth: 260, whiteSpace: 'normal', color: 'var(--bad)' }}><small>{words} <span className="mono">{reason}</span></small></div>;
}

/** What a look at a source brought: batches to look into, files that wait and why. */
function Came({ name, found, onClose }: { name: string; found: SourceRun; onClose: () => void }) {
  const { t } = useTranslation();
  const outcome = found.outcome ?? 'absent';
  return (
    <Alert
      showIcon closable={{ onClose }} type={outcome === 'failed' ? 'error' : outcome === 'held' ? 'warning' : 'success'}
      title={`${name}: ${t(`sources.outcome.${outcome}`, outcome)}`}
      description={<>
        {found.reason ? <Why reason={found.reason} /> : null}
        {found.batches && found.batches.length > 0 ? <Space wrap>{found.batches.map((b) => <Link key={b} className="mono" to={`/batches/${b}`}>{b}</Link>)}</Space> : null}
        {found.waiting && found.waiting.length > 0 ? <Waiting files={found.waiting} /> : null}
      </>}
    />
  );
}

function Waiting({ files }: { files: SourceWaiting[] }) {
  const { t } = useTranslation();
  return <div><strong>{t('sources.waiting')}</strong><ul style={{ margin: 0, paddingLeft: 18 }}>{files.map((f) => <li key={f.file}><span className="mono">{f.file}</span> · {t(`holdings.waits.${f.reason.replace('.', '_')}`, f.reason)}</li>)}</ul></div>;
}

/** Held batches with their reasons, and the files that wait to be whole. */
function Findings({ source }: { source: Source }) {
  const { t } = useTranslation();
  const one = useOne<Source>(`/sources/${source.id}`).data;
  const waiting = one?.waiting ?? [], refused = one?.refused ?? source.refused;
  return (
    <div style={{ display: 'grid', gap: 10 }}>
      {waiting.length > 0 ? <Waiting files={waiting} /> : null}
      {refused.length > 0 ? <RefusedOf files={refused} /> : null}
      {source.held.length === 0 ? (waiting.length + refused.length === 0 ? <span style={{ color: 'var(--soft)' }}>{t('holdings.waits.nothing')}{one?.looked_ms ? ` · ${timeText(one.looked_ms)}` : ''}</span> : null) : (
        <Table size="small" rowKey="batch" pagination={false} dataSource={source.held} title={() => t('sources.details')} columns={[
          { title: t('sources.held'), render: (_, h) => <Link className="mono" to={`/batches/${h.batch}`}>{h.batch}</Link> }, { title: t('sources.reason'), render: (_, h) => <span className="mono">{h.reason}</span> }, { title: t('catalog.rows'), align: 'right', render: (_, h) => countText(h.rows) }, { title: t('common.time'), render: (_, h) => timeText(h.at_ms) },
        ]} />
      )}
    </div>
  );
}
