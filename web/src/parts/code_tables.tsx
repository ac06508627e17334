// Code tables as reference data: which versions there are and from when each holds; a row is checked against the one of its own day.
import { Alert, Button, DatePicker, Form, Input, Modal, Table, Upload } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { CodeTable, CodeTableVersion, References } from '../api/schema.ts';
import { countText, timeText } from '../i18n/format.ts';
import { Digest, Name } from './bits.tsx';
import { Loaded } from './page.tsx';

const dayOf = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);
const BYTES_MAX = 6 << 20;

export function CodeTables() {
  const { t } = useTranslation();
  const query = useOne<References>('/references');
  const [adopting, setAdopting] = useState<CodeTable | 'new' | null>(null);
  return (
    <Loaded query={query}>
      {(all) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('sources.tablesText')}</p>
          {all.can.includes('add') ? <div><Button type="primary" onClick={() => setAdopting('new')}>{t('sources.adoptTable')}</Button></div> : null}
          <Table<CodeTable>
            rowKey="name" size="middle" dataSource={all.items} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} locale={{ emptyText: <><strong>{t('sources.noTables')}</strong><br />{t('sources.noTablesText')}</> }} expandable={{ expandedRowRender: (table) => <Versions versions={table.versions} /> }}
            columns={[
              { title: t('sources.table'), render: (_, x) => <><strong>{x.title}</strong><br /><span className="mono">{x.name}</span></> }, { title: t('custody.versions'), align: 'right', render: (_, x) => countText(x.versions.length) },
              { title: t('sources.holdsFrom'), render: (_, x) => { const last = x.versions.at(-1); return last ? `${dayOf(last.from_day)}${last.to_day === undefined ? '' : ` – ${dayOf(last.to_day)}`}` : '—'; } }, { title: t('catalog.rows'), align: 'right', render: (_, x) => countText(x.versions.at(-1)?.rows ?? 0) },
              { title: t('common.actions'), render: (_, x) => (all.can.includes('add') ? <Button size="small" onClick={() => setAdopting(x)}>{t('sources.newVersion')}</Button> : null) },
            ]}
          />
          {adopting ? <Adopt table={adopting === 'new' ? null : adopting} onClose={() => setAdopting(null)} /> : null}
        </div>
      )}
    </Loaded>
  );
}

function Versions({ versions }: { versions: CodeTableVersion[] }) {
  const { t } = useTranslation();
  return (
    <Table<CodeTableVersion> size="small" rowKey="number" pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }} dataSource={[...versions].reverse()} columns={[
      { title: t('custody.versions'), render: (_, v) => `#${v.number}` }, { title: t('sources.holdsFrom'), render: (_, v) => `${dayOf(v.from_day)} – ${v.to_day === undefined ? '' : dayOf(v.to_day)}` }, { title: t('catalog.rows'), align: 'right', render: (_, v) => countText(v.rows) },
      { title: t('common.digest'), render: (_, v) => <Digest value={v.content} size={12} /> }, { title: t('common.who'), render: (_, v) => <><Name id={v.adopted_by} /><br /><small>{timeText(v.at_ms)}</small></> },
    ]} />
  );
}

interface Values { name: string; title: string; valid_from: Dayjs; valid_to?: Dayjs | null }

function Adopt({ table, onClose }: { table: CodeTable | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const [file, setFile] = useState<File | null>(null);
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: Values): Promise<void> => {
    if (!file) return;
    const body = { name: v.name, title: v.title, valid_from: v.valid_from.format('YYYY-MM-DD'), ...(v.valid_to ? { valid_to: v.valid_to.format('YYYY-MM-DD') } : {}) };
    if (await act(async () => api.post('/references', { ...body, text: await file.text() }))) onClose();
  };
  return (
    <Modal open title={table ? `${t('sources.newVersion')}: ${table.title}` : t('sources.adoptTable')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !file || file.size > BYTES_MAX }}>
      <Form form={form} layout="vertical" initialValues={table ? { name: table.name, title: table.title } : {}} onFinish={(v) => void finish(v)}>
        <Form.Item name="name" label={t('sources.tableName')} rules={need}><Input className="mono" maxLength={60} readOnly={table !== null} /></Form.Item>
        <Form.Item name="title" label={t('sources.table')} rules={need}><Input maxLength={200} /></Form.Item>
        <div className="two" style={{ rowGap: 0 }}><Form.Item name="valid_from" label={t('sources.validFrom')} rules={need}><DatePicker /></Form.Item><Form.Item name="valid_to" label={t('sources.validTo')}><DatePicker /></Form.Item></div>
        <Form.Item label={t('sources.tableFile')} required><Upload accept=".csv,.txt" maxCount={1} showUploadList={false} beforeUpload={(f) => { setFile(f); return false; }}><Button>{t('law.choose')}</Button></Upload>{file ? <span style={{ marginLeft: 10 }}>{file.name}</span> : null}</Form.Item>
        {file && file.size > BYTES_MAX ? <Alert type="warning" showIcon title={t('sources.tableLarge')} /> : null}
      </Form>
    </Modal>
  );
}
