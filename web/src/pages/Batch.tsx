// One batch: what it came to; held rows with their reasons, corrected in place and sent again, or rejected with a reason; a receipt
// where the source cannot sign. Values are asked for on purpose, and each reading is on record.
import { Alert, Button, Card, Form, Input, InputNumber, Modal, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Batch, CorrectAnswer, HeldPage, HeldRow } from '../api/types.ts';
import { countText, timeText } from '../i18n/format.ts';
import { Digest, Facts, Name } from '../parts/bits.tsx';
import { Status } from '../parts/chips.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';
import { WholeFlow } from '../parts/whole_flow.tsx';

export default function BatchPage() {
  const { id = '' } = useParams();
  const query = useOne<Batch>(`/batches/${id}`);
  return <Loaded query={query}>{(b) => <BatchView batch={b} />}</Loaded>;
}

function BatchView({ batch }: { batch: Batch }) {
  const { t } = useTranslation();
  const can = batch.can ?? [];
  return (
    <Page title={batch.plan_title ?? batch.id} lead={<span className="mono">{batch.id}</span>} chips={<Status value={batch.status} />}>
      <div style={{ display: 'grid', gap: 16 }}>
        {batch.reason ? <Alert type="warning" showIcon message={t('batch.whole')} description={[batch.reason, batch.file_problem].filter(Boolean).join(' · ')} /> : null}
        <Card>
          <Facts items={[
            [t('batch.source'), batch.source_name], [t('batch.number'), batch.number], [t('catalog.manifest'), t(`batch.check.${batch.manifest}`, batch.manifest)],
            [t('catalog.rows'), countText(batch.rows)], [t('catalog.accepted'), countText(batch.accepted)], [t('catalog.warned'), countText(batch.warned)],
            [t('catalog.held'), countText(batch.held)], [t('batch.corrected'), countText(batch.corrected ?? 0)], [t('batch.rejected'), countText(batch.rejected ?? 0)],
            [t('batch.open'), countText(batch.open_rows ?? 0)], [t('common.who'), <Name key="w" id={batch.reported_by ?? ''} names={batch.names} />],
            [t('batch.receiptedBy'), batch.receipted_by ? <Name key="r" id={batch.receipted_by} names={batch.names} /> : ''], [t('common.time'), timeText(batch.at_ms)],
            [t('batch.replacedBy'), batch.replaced_by ? <span key="b" className="mono">{batch.replaced_by}</span> : ''], [t('batch.digest'), <Digest key="d" value={batch.file_digest ?? ''} />],
          ]} />
        </Card>
        {can.includes('receipt') ? <Receipt batch={batch} /> : null}
        {can.includes('held-reasons') ? <Held batch={batch} /> : null}
        <WholeFlow of={batch.id} />
      </div>
    </Page>
  );
}

function Receipt({ batch }: { batch: Batch }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ rows: number; receipt: string; reconciliation: string }>();
  return (
    <Card title={t('batch.receiptTitle')}>
      <p>{t('batch.receiptText')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void act(() => api.post('/collections/receipt', { plan: batch.plan, file_digest: batch.file_digest, ...v }))}>
        <Form.Item name="rows" label={t('batch.stated')} rules={[{ required: true, message: t('common.required') }]}><InputNumber min={0} precision={0} /></Form.Item>
        <Form.Item name="receipt" label={t('batch.paper')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}><Input maxLength={200} /></Form.Item>
        <Form.Item name="reconciliation" label={t('batch.compared')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>{t('batch.receiptDo')}</Button>
      </Form>
    </Card>
  );
}

const PAGE = 50;

function Held({ batch }: { batch: Batch }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [rows, setRows] = useState<HeldRow[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [edited, setEdited] = useState<Record<number, Record<string, string>>>({});
  const [editing, setEditing] = useState<HeldRow | null>(null);
  const [selected, setSelected] = useState<number[]>([]);
  const [ask, setAsk] = useState<Ask | null>(null);
  const can = batch.can ?? [];
  const [detail, setDetail] = useState<'reasons' | 'values'>('reasons');
  const read = async (wanted: 'reasons' | 'values', after: number): Promise<void> => {
    const page = await act(() => api.post<HeldPage>(`/batches/${batch.id}/held`, { detail: wanted, after, limit: PAGE }), t('batch.readDone'));
    if (!page) return;
    setDetail(wanted);
    setRows(after === 0 ? page.rows : [...(rows ?? []), ...page.rows]);
    setNext(page.next);
  };
  const send = async (body: object): Promise<CorrectAnswer | undefined> => {
    const done = await act(() => api.post<CorrectAnswer>(`/batches/${batch.id}/corrections`, body));
    if (!done) return undefined;
    const held = new Map(done.still_held.map((r) => [r.row, r.reasons]));
    const sent = new Set([...(body as { corrections?: { row: number }[] }).corrections?.map((c) => c.row) ?? [], ...(body as { rejected?: number[] }).rejected ?? []]);
    setRows((rows ?? []).filter((r) => !sent.has(r.row) || held.has(r.row))
      .map((r) => (held.has(r.row) ? { ...r, reasons: held.get(r.row)!.map((x) => ({ subject: x.slice(0, x.lastIndexOf(':')), rule: x.slice(x.lastIndexOf(':') + 1) })) } : r)));
    setSelected([]);
    return done;
  };
  const corrections = (rows ?? []).filter((r) => selected.includes(r.row)).map((r) => ({ row: r.row, cells: edited[r.row] ?? {} }));
  return (
    <Card title={`${t('batch.heldTitle')} (${countText(batch.open_rows ?? 0)})`}>
      <p>{t('batch.heldText')}</p>
      <Space wrap style={{ marginBottom: 12 }}>
        <Button loading={busy} onClick={() => void read('reasons', 0)}>{t('batch.readReasons')}</Button>
        {can.includes('held-values') ? <Button loading={busy} onClick={() => void read('values', 0)}>{t('batch.readValues')}</Button> : null}
        {can.includes('correct') && rows ? (
          <>
            <Button type="primary" disabled={selected.length === 0} loading={busy} onClick={() => void send({ corrections })}>{t('batch.resend', { n: selected.length })}</Button>
            <Button danger disabled={selected.length === 0} loading={busy} onClick={() => setAsk({ title: t('batch.reject', { n: selected.length }), run: ({ reason }) => send({ rejected: selected, reason }) })}>{t('batch.reject', { n: selected.length })}</Button>
          </>
        ) : null}
      </Space>
      {rows ? (
        <>
          <Table<HeldRow>
            rowKey="row" size="middle" dataSource={rows} pagination={false} scroll={{ x: 'max-content' }}
            {...(can.includes('correct') ? { rowSelection: { selectedRowKeys: selected, onChange: (keys: React.Key[]) => setSelected(keys.map(Number)), getCheckboxProps: (r: HeldRow) => ({ 'aria-label': String(r.row) }) } } : {})}
            columns={[
              { title: t('batch.row'), align: 'right', dataIndex: 'row' },
              { title: t('common.reason'), render: (_, r) => r.reasons.map((x) => <div key={`${x.subject}${x.rule}`}><strong className="mono">{x.subject}</strong> {t(`batch.rule.${x.rule.replaceAll('.', '_')}`, x.rule)}</div>) },
              { title: t('batch.changed'), render: (_, r) => Object.keys(edited[r.row] ?? {}).join(', ') || '—' },
              ...(detail === 'values' && can.includes('correct') ? [{ title: t('common.actions'), render: (_: unknown, r: HeldRow) => <Button size="small" onClick={() => setEditing(r)}>{t('batch.edit')}</Button> }] : []),
            ]}
          />
          {next !== null ? <Button style={{ marginTop: 12 }} loading={busy} onClick={() => void read(detail, next)}>{t('common.more')}</Button> : null}
        </>
      ) : null}
      <EditRow
        batch={batch} row={editing} changes={editing ? edited[editing.row] ?? {} : {}} onClose={() => setEditing(null)}
        onSave={(row, changes) => { setEdited({ ...edited, [row]: changes }); setSelected(selected.includes(row) ? selected : [...selected, row]); setEditing(null); }}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </Card>
  );
}

function EditRow({ batch, row, changes, onClose, onSave }: {
  batch: Batch; row: HeldRow | null; changes: Record<string, string>; onClose: () => void; onSave: (row: number, changes: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Record<string, string>>();
  if (!row) return null;
  const broken = new Set(row.reasons.map((r) => r.subject));
  const finish = (values: Record<string, string>): void => {
    onSave(row.row, Object.fromEntries(Object.entries(values).filter(([name, value]) => (value ?? '') !== (row.cells?.[name] ?? '')).map(([name, value]) => [name, value ?? ''])));
  };
  return (
    <Modal open title={t('batch.editTitle', { n: row.row })} onCancel={onClose} onOk={() => form.submit()} okText={t('common.confirm')} cancelText={t('common.cancel')} width={640}>
      <Form form={form} layout="vertical" key={row.row} initialValues={{ ...row.cells, ...changes }} onFinish={finish}>
        {(batch.plan_fields ?? []).map((f) => (
          <Form.Item key={f.name} name={f.name} label={<><span className="mono">{f.name}</span>&nbsp;{f.title}</>} {...(broken.has(f.name) ? { validateStatus: 'warning' as const, help: row.reasons.filter((r) => r.subject === f.name).map((r) => t(`batch.rule.${r.rule.replaceAll('.', '_')}`, r.rule)).join(', ') } : {})}>
            <Input autoComplete="off" />
          </Form.Item>
        ))}
      </Form>
    </Modal>
  );
}
