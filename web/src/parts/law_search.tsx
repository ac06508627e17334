// A person's request, looked for in the data: rows found, the other numbers that stand in them, decided by a person, and the deletion that follows.
import { Alert, Button, Modal, Radio, Space, Table } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { ProposedDeletion, SubjectLinks, SubjectLinkShown } from '../api/schema.ts';
import { countText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Name } from './bits.tsx';
import type { SubjectRequest } from './law_types.ts';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function SubjectSearch({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useOne<SubjectRequest>(`/law/requests/${id}`);
  return <Modal open title={t('finding.title')} footer={null} width={920} onCancel={onClose} destroyOnHidden><Loaded query={query}>{(r) => <Search request={r} />}</Loaded></Modal>;
}

function Search({ request: r }: { request: SubjectRequest }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { act } = useAct();
  const { run, start } = useRun();
  const [proposed, setProposed] = useState<ProposedDeletion | null>(null);
  const search = async (): Promise<void> => { if (await start(`/law/requests/${r.id}/search`, {})) await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' }); };
  const remove = async (): Promise<void> => { const done = await act(() => api.post<ProposedDeletion>(`/law/requests/${r.id}/delete`, {})); if (done) setProposed(done); };
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('finding.text')}</p>
      <Space wrap>
        {r.can.includes('search') ? <Button type="primary" disabled={run !== null} onClick={() => void search()}>{t('finding.search')}</Button> : null}
        {r.can.includes('delete') ? <Button danger disabled={run !== null} onClick={() => void remove()}>{t('finding.remove')}</Button> : null}
        {r.searched_ms ? <small>{timeText(r.searched_ms)}</small> : <small>{t('correcting.notSearched')}</small>}
      </Space>
      {run ? <Doing run={run} /> : null}
      {proposed ? <Alert type={proposed.kept > 0 ? 'warning' : 'success'} showIcon title={t('finding.proposed', { n: countText(proposed.versions) })} description={[proposed.kept > 0 ? t('finding.keptLonger', { n: countText(proposed.kept) }) : '', r.found.some((f) => f.in) ? t('finding.notRaw') : ''].filter(Boolean).join(' ') || undefined} /> : null}
      {r.can.includes('links') ? <Links request={r} /> : null}
      {r.searched_ms ? (
        <Table size="small" rowKey={(f) => f.version + f.column + (f.by ?? '')} pagination={false} dataSource={r.found} title={() => t('finding.rows')} locale={{ emptyText: t('finding.none') }} columns={[
          { title: t('finding.place'), render: (_, f) => <><Place at={f} names={r.names} /> <small className="mono">{f.column}</small></> },
          { title: t('finding.count'), render: (_, f) => countText(f.rows) }, { title: t('finding.by'), render: (_, f) => t(f.by ? 'finding.linked' : 'finding.own') },
        ]} />
      ) : null}
      {r.not_searched && r.not_searched.length > 0 ? (
        <Table size="small" rowKey={(n) => n.version + n.reason} pagination={false} dataSource={r.not_searched} title={() => t('finding.notSearched')} columns={[
          { title: t('finding.place'), render: (_, n) => <Place at={n} names={r.names} /> },
          { title: t('common.reason'), render: (_, n) => t(`finding.why.${n.reason.replaceAll('.', '_')}`, n.reason) },
        ]} />
      ) : null}
    </div>
  );
}

/** A version by its dataset and number; held rows are no version and have the dataset's name alone. The id shows when it is pointed at. */
function Place({ at, names }: { at: { dataset: string; version: string; in?: string }; names: Record<string, string> | undefined }) {
  const { t } = useTranslation();
  return <span title={at.version}>{names?.[at.version] ?? <Name id={at.dataset} names={names} />}{at.in === 'held' ? ` · ${t('finding.held')}` : at.in === 'masked' ? ` · ${t('catalog.masked')}` : ''}</span>;
}

function Links({ request: r }: { request: SubjectRequest }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const query = useOne<SubjectLinks>(`/law/requests/${r.id}/links`);
  const [said, setSaid] = useState<Record<string, boolean>>({});
  const [ask, setAsk] = useState<Ask | null>(null);
  const zh = currentLanguage() === 'zh';
  const named = (mine: boolean): string[] => Object.keys(said).filter((s) => said[s] === mine);
  const choose = (l: SubjectLinkShown) => (
    <Radio.Group value={said[l.subject]} onChange={(e) => setSaid({ ...said, [l.subject]: e.target.value as boolean })}>
      <Radio value>{t('finding.confirm')}</Radio><Radio value={false}>{t('finding.reject')}</Radio>
    </Radio.Group>
  );
  const decide = (): void => setAsk({ title: t('finding.decide'), run: async (a) => { const done = await act(() => api.post(`/law/requests/${r.id}/links`, { confirm: named(true), reject: named(false), reason: a.reason })); if (done) setSaid({}); return done; } });
  return (
    <Loaded query={query}>
      {(links) => (
        <div>
          <Table<SubjectLinkShown> size="small" rowKey="subject" pagination={false} dataSource={links.items} title={() => t('finding.links')} columns={[
            { title: t('finding.kind'), render: (_, l) => (zh ? l.kind_zh : l.kind_en) }, { title: t('finding.number'), render: (_, l) => <span className="mono">{l.masked || '—'}</span> },
            { title: t('finding.where'), render: (_, l) => `${l.title} · ${l.column_title}` }, { title: t('finding.count'), render: (_, l) => countText(l.rows) },
            { title: t('common.status'), render: (_, l) => (l.status === 'found' ? choose(l) : t(`finding.status.${l.status}`)) },
          ]} />
          {Object.keys(said).length > 0 ? <Button type="primary" style={{ marginTop: 8 }} onClick={decide}>{t('finding.decide')}</Button> : null}
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
        </div>
      )}
    </Loaded>
  );
}
