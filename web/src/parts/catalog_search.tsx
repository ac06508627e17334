// The catalog searched by Chinese, pinyin, initials or English: datasets, fields and described items, the best first. What is asked
// stands in the address.
import { Card, Empty, Input, Table, Tag } from 'antd';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import type { CatalogFound, FoundInCatalog as Hit } from '../api/schema.ts';
import { currentLanguage } from '../i18n/index.ts';
import { GradeChip } from './chips.tsx';
import { ProblemNote } from './page.tsx';

const MOST = 50;
const placeOf = (h: Hit): string => (h.kind === 'item' ? '/grading?tab=items' : h.kind === 'field' ? `/catalog/${h.dataset}?field=${encodeURIComponent(h.column)}` : `/catalog/${h.id}`);

export function CatalogSearch() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState(search.get('q') ?? '');
  const asked = useDeferredValue(text.trim());
  const query = useQuery({ queryKey: ['one', '/catalog/search', asked], enabled: asked !== '', placeholderData: keepPreviousData, queryFn: () => api.get<CatalogFound>(`/catalog/search?limit=${MOST}&q=${encodeURIComponent(asked)}`) });
  const change = (value: string): void => {
    setText(value);
    setSearch(value.trim() ? { q: value.trim() } : {}, { replace: true });
  };
  return (
    <Card size="small">
      <Input.Search size="large" allowClear value={text} onChange={(e) => change(e.target.value)} placeholder={t('holdings.search.ask')} aria-label={t('holdings.search.ask')} loading={query.isFetching} maxLength={200} />
      {asked !== '' && query.isError ? <div style={{ marginTop: 12 }}><ProblemNote error={query.error} retry={() => void query.refetch()} /></div> : null}
      {asked !== '' && query.data ? <Found found={query.data} /> : null}
    </Card>
  );
}

function Found({ found }: { found: CatalogFound }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  if (found.items.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{t('holdings.search.nothing')}</strong><br />{t('holdings.search.nothingText')}</>} />;
  return (
    <Table<Hit>
      size="small" style={{ marginTop: 10 }} rowKey={(h) => `${h.kind}${h.id}${h.column}`} pagination={false} dataSource={found.items} scroll={{ x: 'max-content' }}
      title={() => <span aria-live="polite">{t('holdings.search.found', { n: found.total })}{found.total > found.items.length ? ` · ${t('holdings.search.shown', { n: found.items.length })}` : ''}</span>}
      columns={[
        { title: t('common.name'), render: (_, h) => <Link to={placeOf(h)}><strong>{h.title || h.column || h.id}</strong>{h.column ? <> <span className="mono">{h.column}</span></> : null}</Link> },
        { title: t('catalog.dataset'), render: (_, h) => (h.kind === 'field' ? h.dataset_title : <Tag>{t(`holdings.search.kind.${h.kind}`)}</Tag>) },
        { title: t('catalog.type'), render: (_, h) => (zh && h.type_zh) || '—' },
        { title: t('catalog.category'), render: (_, h) => (h.category === 'none' && h.level === 0 ? '—' : t(`category.${h.category}`)) },
        { title: t('catalog.level'), render: (_, h) => (h.kind === 'dataset' ? '—' : <GradeChip level={h.level} />) },
        { title: t('holdings.search.usesTitle'), align: 'right', render: (_, h) => (h.uses > 0 ? t('holdings.search.uses', { n: h.uses }) : '—') },
        { title: t('holdings.search.by'), render: (_, h) => <small>{t(`holdings.search.matched.${h.matched}`)}</small> },
      ]}
    />
  );
}
