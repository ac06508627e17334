// Per source: what came, what is late, what is held and why.
import { Button, Space, Table, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList } from '../api/hooks.ts';
import type { SourceObject as Source } from '../api/schema.ts';
import { useNow } from '../app/now.ts';
import { countText, spanText, timeText } from '../i18n/format.ts';
import { Chip } from '../parts/chips.tsx';
import { CodeTables } from '../parts/code_tables.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Page } from '../parts/page.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';

export default function Sources() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const now = useNow();
  const list = useList<Source>('/sources');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [search, setSearch] = useSearchParams();
  const change = (s: Source, status: 'active' | 'paused' | 'removed', title: string, text?: string): void => setAsk({ title: `${title}: ${s.name}`, ...(text ? { text } : {}), run: (a) => act(() => api.post(`/sources/${s.id}/status`, { status, reason: a.reason })) });
  const sources = (
    <ListTable<Source>
      query={list} rowKey={(s) => s.id} empty={{ title: t('sources.none'), text: t('sources.noneText') }}
      columns={[
        { title: t('sources.source'), render: (_, s) => <><strong>{s.name}</strong><br /><small>{t(`sources.kind.${s.source_kind}`, s.source_kind)}</small></> },
        { title: t('sources.plan'), render: (_, s) => (s.dataset ? <Link to={`/catalog/${s.dataset}`}>{s.plan_title ?? s.plan_name ?? s.plan}</Link> : (s.plan_title ?? s.plan_name ?? s.plan)) },
        { title: t('sources.schedule'), render: (_, s) => (s.at.length > 0 ? t('sources.at', { time: s.at.join('、') }) : t('sources.every', { time: spanText(s.every_s * 1000) })) },
        { title: t('common.status'), render: (_, s) => <Space orientation="vertical" size={2}>
          <Chip tone={s.status === 'active' ? 'good' : 'idle'} icon={s.status === 'active' ? '●' : '‖'} word={t(`sources.status.${s.status}`, s.status)} />
          {s.late_since_ms ? <Chip tone="bad" icon="!" word={t('sources.late', { time: spanText(now - s.late_since_ms) })} /> : null}
          {s.failures > 0 ? <Chip tone="bad" icon="✕" word={t('sources.failures', { n: s.failures })} /> : null}
        </Space> },
        { title: t('sources.last'), render: (_, s) => (s.last_run_ms ? <>{t(`sources.outcome.${s.outcome ?? ''}`, s.outcome ?? '')}<br /><small>{timeText(s.last_run_ms)}</small>{s.reason ? <><br /><small className="mono" style={{ color: 'var(--bad)' }}>{s.reason}</small></> : null}</> : '—') },
        { title: t('sources.came'), render: (_, s) => <>{t('sources.cameText', { batches: countText(s.came.batches), rows: countText(s.came.rows) })}<br /><small>{s.last_taken_ms ? timeText(s.last_taken_ms) : ''}</small></> },
        { title: t('sources.held'), render: (_, s) => (s.held_batches + s.held_rows > 0 ? <Link to="/batches"><strong style={{ color: 'var(--warn)' }}>{[s.held_batches > 0 ? t('sources.heldBatches', { n: countText(s.held_batches) }) : '', s.held_rows > 0 ? t('sources.heldRows', { n: countText(s.held_rows) }) : ''].filter(Boolean).join('、')}</strong></Link> : 0) },
        { title: t('sources.next'), render: (_, s) => (s.status === 'active' && s.next_due_ms ? timeText(s.next_due_ms) : '—') },
        { title: t('common.actions'), render: (_, s) => <Space wrap>
          {s.can.includes('run') ? <Button size="small" type="primary" loading={busy} onClick={() => void act(() => api.work(`/sources/${s.id}/run`, {}))}>{t('sources.run')}</Button> : null}
          {s.can.includes('pause') ? <Button size="small" onClick={() => change(s, 'paused', t('sources.pause'))}>{t('sources.pause')}</Button> : null}
          {s.can.includes('resume') ? <Button size="small" onClick={() => change(s, 'active', t('sources.resume'))}>{t('sources.resume')}</Button> : null}
          {s.can.includes('remove') ? <Button size="small" danger onClick={() => change(s, 'removed', t('sources.remove'), t('sources.removeText'))}>{t('sources.remove')}</Button> : null}
        </Space> },
      ]}
      expand={{ has: (s) => s.held.length > 0, render: (s) => <Table size="small" rowKey="batch" pagination={false} dataSource={s.held} title={() => t('sources.details')} columns={[
        { title: t('sources.held'), render: (_, h) => <Link className="mono" to={`/batches/${h.batch}`}>{h.batch}</Link> }, { title: t('sources.reason'), render: (_, h) => <span className="mono">{h.reason}</span> }, { title: t('catalog.rows'), align: 'right', render: (_, h) => countText(h.rows) }, { title: t('common.time'), render: (_, h) => timeText(h.at_ms) },
      ]} /> }}
    />
  );
  return (
    <Page title={t('sources.title')} lead={t('sources.lead')} actions={<Link to="/batches"><Button>{t('sources.batches')}</Button></Link>}>
      <Tabs activeKey={search.get('tab') ?? 'sources'} onChange={(tab) => setSearch({ tab })} destroyOnHidden items={[{ key: 'sources', label: t('sources.tab.sources'), children: sources }, { key: 'tables', label: t('sources.tab.tables'), children: <CodeTables /> }]} />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </Page>
  );
}
