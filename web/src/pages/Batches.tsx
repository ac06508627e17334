// What came, what is held and why: one line for each batch, newest first.
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { Batch } from '../api/types.ts';
import { countText, timeText } from '../i18n/format.ts';
import { Status } from '../parts/chips.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Page } from '../parts/page.tsx';

export default function Batches() {
  const { t } = useTranslation();
  const [status, setStatus] = useState('');
  const list = useList<Batch>(status ? `/batches?status=${status}` : '/batches');
  return (
    <Page title={t('batch.title')} lead={t('batch.lead')}>
      <Select
        aria-label={t('common.status')} value={status} onChange={setStatus} style={{ width: 180, marginBottom: 12 }}
        options={[{ value: '', label: t('common.all') }, ...['sealed', 'held', 'receipted', 'replaced'].map((s) => ({ value: s, label: t(`status.${s}`) }))]}
      />
      <ListTable<Batch>
        query={list} rowKey={(b) => b.id} to={(b) => `/batches/${b.id}`} empty={{ title: t('batch.empty'), text: t('batch.emptyText') }}
        columns={[
          { title: t('batch.one'), render: (_, b) => <Link to={`/batches/${b.id}`}><strong>{b.plan_title ?? b.id}</strong><br /><span className="mono">{b.number ?? b.id}</span></Link> },
          { title: t('batch.source'), render: (_, b) => b.source_name ?? '—' },
          { title: t('common.status'), render: (_, b) => <Status value={b.status} /> },
          { title: t('catalog.rows'), align: 'right', render: (_, b) => countText(b.rows) },
          { title: t('catalog.accepted'), align: 'right', render: (_, b) => countText(b.accepted + b.warned) },
          { title: t('batch.open'), align: 'right', render: (_, b) => countText(b.open_rows ?? b.held) },
          { title: t('common.reason'), render: (_, b) => b.reason || '—' },
          { title: t('common.time'), render: (_, b) => timeText(b.at_ms) },
        ]}
      />
    </Page>
  );
}
