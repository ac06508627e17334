// A list from the node as a table, with "n of m shown" and more on demand.
import { Button, Empty, Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { useList } from '../api/hooks.ts';
import { ProblemNote } from './page.tsx';

export function ListTable<T extends object>({ query, columns, rowKey, to, empty, expand }: {
  query: ReturnType<typeof useList<T>>; columns: TableProps<T>['columns']; rowKey: (row: T) => string; to?: (row: T) => string; empty: { title: string; text: string }; expand?: { has: (row: T) => boolean; render: (row: T) => React.ReactNode };
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  if (query.isError) return <ProblemNote error={query.error} retry={() => void query.refetch()} />;
  const rows = query.data?.items ?? [];
  // What can be done stays in sight when the rest is wider than the window.
  const shown = (columns ?? []).map((c) => (c.title === t('common.actions') ? { ...c, fixed: 'right' as const } : c));
  return (
    <div style={{ minWidth: 0 }}>
      <Table<T>
        rowKey={rowKey} loading={query.isPending} dataSource={rows} columns={shown} pagination={false} size="middle" scroll={{ x: 'max-content' }} {...(expand ? { expandable: { rowExpandable: expand.has, expandedRowRender: expand.render } } : {})}
        onRow={(row) => (to ? { onClick: () => void go(to(row)), style: { cursor: 'pointer' } } : {})}
        locale={{ emptyText: query.isPending ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{empty.title}</strong><br />{empty.text}</>} /> }}
      />
      {rows.length > 0 ? (
        <p style={{ color: 'var(--soft)', display: 'flex', gap: 12, alignItems: 'center' }}>
          {query.data?.total == null ? t('common.shownSoFar', { shown: rows.length }) : t('common.shown', { shown: rows.length, total: query.data.total })}
          {query.hasNextPage ? <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button> : null}
        </p>
      ) : null}
    </div>
  );
}
