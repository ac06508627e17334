import { Button, Card, Empty, Segmented, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { Product } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { countText, yuanText } from '../i18n/format.ts';
import { Status } from '../parts/chips.tsx';
import { FlowChip } from '../parts/flow_grade.tsx';
import { DraftProduct } from '../parts/draft_product.tsx';
import { Page, ProblemNote } from '../parts/page.tsx';

export default function Products() {
  const { t } = useTranslation();
  const me = useMe();
  const list = useList<Product>('/products');
  const [status, setStatus] = useState('');
  const [drafting, setDrafting] = useState(false);
  const items = (list.data?.items ?? []).filter((p) => status === '' || p.status === status);
  return (
    <Page
      title={t('product.title')} lead={t('product.lead')}
      actions={me.duties.includes('data_manager') ? <Button type="primary" onClick={() => setDrafting(true)}>{t('product.draft')}</Button> : null}
    >
      <Segmented
        value={status} onChange={setStatus} style={{ justifySelf: 'start', alignSelf: 'flex-start' }} aria-label={t('common.status')}
        options={[{ value: '', label: t('common.all') }, ...['registered', 'reviewed', 'checked', 'drafted'].map((s) => ({ value: s, label: t(`status.${s}`) }))]}
      />
      {list.isError ? <ProblemNote error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isPending ? <Skeleton active /> : null}
      {list.isSuccess && items.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{t('product.empty')}</strong><br />{t('product.emptyText')}</>} /> : null}
      <div className="cards">{items.map((p) => <ProductCard key={p.id} product={p} />)}</div>
      {list.data && items.length > 0 ? <p style={{ color: 'var(--soft)' }}>{t('common.shown', { shown: items.length, total: list.data.total ?? items.length })} {list.hasNextPage ? <Button size="small" onClick={() => void list.fetchNextPage()}>{t('common.more')}</Button> : null}</p> : null}
      {drafting ? <DraftProduct onClose={() => setDrafting(false)} /> : null}
    </Page>
  );
}

function ProductCard({ product }: { product: Product }) {
  const { t } = useTranslation();
  const { form, quality } = product;
  return (
    <Card size="small" styles={{ body: { display: 'grid', gap: 9 } }}>
      <div style={{ display: 'flex', gap: 8, justifyContent: 'space-between' }}><FlowChip level={product.level} grade={product.grade} /><Status value={product.status} /></div>
      <Link to={`/products/${product.id}`} style={{ fontSize: 16, fontWeight: 600 }}>{form.name}</Link>
      <div style={{ color: 'var(--soft)', minHeight: 44 }}>{form.summary.length > 90 ? `${form.summary.slice(0, 90)}…` : form.summary}</div>
      <div>{form.forms.map((f) => <Tag key={f}>{t(`form.${f}`)}</Tag>)}<Tag>{t(`flow.${form.flow}`)}</Tag></div>
      <div style={{ color: 'var(--soft)', fontSize: 13 }}>
        {countText(product.rows)} {t('common.rows')} · {form.columns.length} {t('product.fields')}
        {quality && quality.rows > 0 ? ` · ${t('product.quality')} ${((100 * quality.accepted) / quality.rows).toFixed(1)}% (${countText(quality.accepted)}/${countText(quality.rows)})` : ''}
        {form.flow === 'trade' ? ` · ${yuanText(form.price_fen)}` : ''}
      </div>
    </Card>
  );
}
