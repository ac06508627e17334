import { Button, Card, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { Dataset } from '../api/types.ts';
import { countText } from '../i18n/format.ts';
import { CatalogSearch } from '../parts/catalog_search.tsx';
import { GradeChip } from '../parts/chips.tsx';
import { HeatMap, gradeOf } from '../parts/heat_map.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Page } from '../parts/page.tsx';

const highest = (d: Dataset): number => Math.max(0, ...d.columns.map((c) => gradeOf(c).level));
const pending = (d: Dataset): number => d.columns.filter((c) => !c.confirmed).length;

export default function Catalog() {
  const { t } = useTranslation();
  const list = useList<Dataset>('/datasets');
  const [only, setOnly] = useState<string>('');
  const datasets = list.data?.items ?? [];
  const fields = datasets.filter((d) => only === '' || d.id === only).flatMap((d) => d.columns);
  return (
    <Page title={t('catalog.title')} lead={t('catalog.lead')} actions={<><Link to="/grading"><Button type="primary">{t('grading.tab.review')}</Button></Link><Link to="/grading?tab=list"><Button>{t('grading.tab.list')}</Button></Link><Link to="/sources"><Button>{t('sources.title')}</Button></Link><Link to="/batches"><Button>{t('batch.title')}</Button></Link></>}>
      {datasets.length > 0 ? <CatalogSearch /> : null}
      {datasets.length > 0 ? (
        <Card
          title={t('catalog.heat')}
          extra={<Select
            value={only} onChange={setOnly} style={{ minWidth: 180 }} aria-label={t('catalog.dataset')}
            options={[{ value: '', label: t('common.all') }, ...datasets.map((d) => ({ value: d.id, label: d.title || d.name }))]}
          />}
        >
          <HeatMap fields={fields} chosen={null} />
        </Card>
      ) : null}
      <ListTable<Dataset>
        query={list} rowKey={(d) => d.id} to={(d) => `/catalog/${d.id}`} empty={{ title: t('catalog.empty'), text: t('catalog.emptyText') }}
        columns={[
          { title: t('catalog.dataset'), render: (_, d) => <Link to={`/catalog/${d.id}`}><strong>{d.title || d.name}</strong><br /><span className="mono">{d.name}</span></Link> },
          { title: t('catalog.highest'), render: (_, d) => <GradeChip level={highest(d)} /> },
          { title: t('catalog.fields'), align: 'right', render: (_, d) => d.columns.length },
          { title: t('catalog.pending'), align: 'right', render: (_, d) => (pending(d) > 0 ? <strong style={{ color: 'var(--warn)' }}>{pending(d)}</strong> : 0) },
          { title: t('catalog.rows'), align: 'right', render: (_, d) => countText(d.versions.at(-1)?.rows ?? 0) },
          { title: t('catalog.versions'), align: 'right', render: (_, d) => d.versions.length },
        ]}
      />
    </Page>
  );
}
