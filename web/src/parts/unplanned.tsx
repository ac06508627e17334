// Columns that a source sends and no plan knows: not taken in, shown with what their names say.
import { Card, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { UnplannedColumn } from '../api/schema.ts';
import { currentLanguage } from '../i18n/index.ts';
import { GradeChip } from './chips.tsx';

export function Unplanned({ columns }: { columns: UnplannedColumn[] }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  if (columns.length === 0) return null;
  return (
    <Card title={t('holdings.unplanned.title', { n: columns.length })}>
      <p style={{ margin: '0 0 10px', color: 'var(--soft)' }}>{t('holdings.unplanned.text')}</p>
      <Table<UnplannedColumn> size="small" rowKey="column" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} dataSource={columns} columns={[
        { title: t('catalog.field'), render: (_, c) => <strong className="mono">{c.column}</strong> }, { title: t('catalog.type'), render: (_, c) => (zh ? c.type_zh : c.type) || '—' },
        { title: t('catalog.category'), render: (_, c) => t(`category.${c.category as 'none'}`, c.category) }, { title: t('catalog.level'), render: (_, c) => <GradeChip level={c.level} /> },
        { title: t('holdings.unplanned.confidence'), align: 'right', render: (_, c) => `${Math.round(c.confidence_permille / 10)}%` },
      ]} />
    </Card>
  );
}
