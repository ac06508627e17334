import { Button, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import type { InboxItem } from '../api/types.ts';
import { useInbox } from '../app/Shell.tsx';
import { routeOfTask } from '../app/routes.ts';
import { listComma, timeText } from '../i18n/format.ts';
import { Due } from '../parts/bits.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { PartyDialog } from '../parts/party_actions.tsx';
import { LinkDialog } from '../parts/providers.tsx';

const byUrgency = (a: InboxItem, b: InboxItem): number => (a.due_ms || Infinity) - (b.due_ms || Infinity) || a.since_ms - b.since_ms;

export default function Inbox() {
  const { t } = useTranslation();
  const go = useNavigate();
  const inbox = useInbox();
  const items = [...(inbox.data?.items ?? [])].sort(byUrgency);
  const [search, setSearch] = useSearchParams();
  const party = search.get('party'), identity = search.get('identity');
  const [only, setOnly] = useState<string | null>(null);
  const kinds = [...new Set(items.map((i) => i.kind))];
  const open = (item: InboxItem): void => { void go(routeOfTask(item.kind, item.object)); };
  return (
    <Page
      title={t('inbox.title')} lead={t('inbox.lead')}
      actions={<>{kinds.length > 1 && items.length > 8 ? <Select<string> allowClear value={only} onChange={(k?: string) => setOnly(k ?? null)} placeholder={t('inbox.only')} aria-label={t('inbox.only')} style={{ minWidth: 200 }} options={kinds.map((k) => ({ value: k, label: `${t(`inbox.kind.${k}`, k)} (${items.filter((i) => i.kind === k).length})` }))} /> : null}{items[0] ? <Button type="primary" onClick={() => open(items[0]!)}>{t('inbox.openNext')}</Button> : null}</>}
    >
      <Loaded query={inbox} isEmpty={(d) => d.items.length === 0} empty={{ title: t('inbox.empty'), text: t('inbox.emptyText') }}>
        {() => (
          <Table<InboxItem>
            rowKey={(i) => `${i.kind}-${i.object}`} dataSource={items.filter((i) => !only || i.kind === only)} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} size="middle"
            columns={[
              { title: t('inbox.task'), render: (_, i) => <><strong>{t(`inbox.kind.${i.kind}`, i.kind)}</strong><br />{i.title || i.object}<Questions item={i} /></> },
              { title: t('common.party'), dataIndex: 'party_name', render: (v?: string) => v ?? '—' },
              { title: t('common.time'), dataIndex: 'since_ms', render: (v: number) => (v ? t('inbox.since', { time: timeText(v) }) : '—') },
              { title: t('inbox.clock'), render: (_, i) => <Due at={i.due_ms} /> },
              { title: t('common.actions'), align: 'right', render: (_, i) => <Button onClick={() => open(i)}>{t('inbox.open')}</Button> },
            ]}
          />
        )}
      </Loaded>
      {party ? <PartyDialog id={party} onClose={() => setSearch({})} /> : null}
      {identity ? <LinkDialog person={{ id: identity }} onClose={() => setSearch({})} /> : null}
    </Page>
  );
}

/** What is asked; of columns that no plan knows, which. */
function Questions({ item }: { item: InboxItem }) {
  const { t } = useTranslation();
  if (!item.questions || item.questions.length === 0) return null;
  const columns = item.kind === 'unplanned_columns';
  return <><br /><small style={{ color: 'var(--soft)' }}>{t(columns ? 'holdings.newColumns' : 'holdings.asked', { what: item.questions.map((q) => (columns ? q : t(`holdings.question.${q}`, q))).join(listComma()) })}</small></>;
}
