// What programs of a party are known by on the wire: certificates and authorities, proposed by one and confirmed by another, removed at once; and
// whether calls are demanded to show one.
import { Alert, Button, Form, Input, Modal, Radio, Space, Table, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { PartyClientObject } from '../api/schema.ts';
import type { Party } from '../api/types.ts';
import { useNow } from '../app/now.ts';
import { base64 } from '../crypto/bytes.ts';
import { dayText, timeText } from '../i18n/format.ts';
import { Digest, Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const encoded = async (file: File): Promise<string> => base64(new Uint8Array(await file.arrayBuffer()));

/** From when on it is a task (src/node/views/desk_tasks.cc). */
const SOON_MS = 30 * 86_400_000;

/** Whether there is anything to see or to do here. */
export const hasClients = (p: Party): boolean => p.clients.length > 0 || p.mutual_tls || p.can.some((c) => c === 'client' || c.includes('mutual-tls'));

function State({ client: c }: { client: PartyClientObject }) {
  const { t } = useTranslation();
  const now = useNow();
  if (c.status === 'in_force' && c.not_after_ms <= now) return <Chip tone="bad" icon="!" word={t('clients.expired')} />;
  if (c.status === 'in_force' && c.not_after_ms - now <= SOON_MS) return <Chip tone="warn" icon="!" word={t('clients.soon')} />;
  if (c.status === 'in_force') return <Chip tone="good" icon="✓" word={t('clients.in_force')} />;
  return <Chip tone={c.status === 'proposed' ? 'busy' : 'idle'} icon={c.status === 'proposed' ? '…' : '–'} word={t(`clients.${c.status}`)} />;
}

export function PartyClients({ party: p }: { party: Party }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const now = useNow();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [adding, setAdding] = useState(false);
  const may = (action: string): boolean => p.can.includes(action);
  const at = `/parties/${p.id}`;
  const decide = (c: PartyClientObject): void => setAsk({
    title: t('clients.decide'), text: t('clients.decideText', { print: c.fingerprint, who: p.names[c.proposed_by] ?? '' }),
    ...(c.can.includes('confirm') ? { choice: { yes: t('admin.approve'), no: t('admin.refuse') } } : {}),
    run: (a) => act(() => api.post(`${at}/clients/${c.id}/decide`, { approve: a.approve && c.can.includes('confirm'), reason: a.reason })),
  });
  const reason = (title: string, text: string, path: string) => (): void => setAsk({ title, text, run: (a) => act(() => api.post(at + path, { reason: a.reason })) });
  const decideEnd = (): void => setAsk({
    title: t('clients.decideEnd'), text: t('clients.decideEndText', { reason: p.mutual_tls_end?.reason ?? '', who: p.names[p.mutual_tls_end?.by ?? ''] ?? '' }),
    ...(may('confirm-mutual-tls-end') ? { choice: { yes: t('admin.approve'), no: t('admin.refuse') } } : {}),
    run: (a) => act(() => api.post(`${at}/mutual-tls/end/decide`, { approve: a.approve && may('confirm-mutual-tls-end'), reason: a.reason })),
  });
  const list = (c: PartyClientObject) => (c.by !== 'authority' ? '—' : !c.revocations ? t('identity.noList')
    : c.revocations.next_update_ms <= now ? <Chip tone="bad" icon="!" word={t('identity.listLate')} /> : <>{t('clients.onList', { n: c.revocations.serials })}<br /><small>{t('identity.listNext', { time: dayText(c.revocations.next_update_ms) })}</small></>);
  return (
    <div style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('clients.text')}</p>
      <Space wrap>
        <Chip tone={p.mutual_tls ? 'good' : 'idle'} icon={p.mutual_tls ? '✓' : '–'} word={t(p.mutual_tls ? 'clients.demanded' : 'clients.notDemanded')} />
        {may('demand-mutual-tls') ? <Button size="small" onClick={reason(t('clients.demand'), t('clients.demandText'), '/mutual-tls')}>{t('clients.demand')}</Button> : null}
        {may('ask-mutual-tls-end') ? <Button size="small" onClick={reason(t('clients.askEnd'), t('clients.askEndText'), '/mutual-tls/end')}>{t('clients.askEnd')}</Button> : null}
        {may('refuse-mutual-tls-end') ? <Button size="small" type={may('confirm-mutual-tls-end') ? 'primary' : 'default'} onClick={decideEnd}>{t(may('confirm-mutual-tls-end') ? 'clients.decideEnd' : 'clients.takeBack')}</Button> : null}
        {may('client') ? <Button size="small" type="primary" onClick={() => setAdding(true)}>{t('clients.add')}</Button> : null}
      </Space>
      {p.mutual_tls && !p.clients.some((c) => c.status === 'in_force') ? <Alert type="warning" showIcon title={t('clients.noneThere')} /> : null}
      <Table<PartyClientObject> size="small" rowKey="id" pagination={false} dataSource={p.clients} scroll={{ x: 'max-content' }} locale={{ emptyText: t('clients.none') }} columns={[
        { title: t('clients.what'), render: (_, c) => <div style={{ maxWidth: 280, whiteSpace: 'normal' }}><strong>{c.subject || c.id}</strong><br /><small>{t(`clients.by_${c.by}`)}{c.name ? ` · ${c.name}` : ''}</small><br /><Digest value={c.fingerprint} size={16} /></div> },
        { title: t('identity.until'), render: (_, c) => dayText(c.not_after_ms) }, { title: t('identity.list'), render: (_, c) => list(c) },
        { title: t('common.status'), render: (_, c) => <><State client={c} />{c.reason ? <><br /><small>{c.reason}</small></> : null}</> },
        { title: t('admin.proposedBy'), render: (_, c) => <><Name id={c.proposed_by} names={p.names} /><br /><small>{timeText(c.at_ms)}</small></> },
        { title: t('common.actions'), render: (_, c) => <Space wrap>
          {c.can.includes('refuse') ? <Button size="small" type={c.can.includes('confirm') ? 'primary' : 'default'} onClick={() => decide(c)}>{t(c.can.includes('confirm') ? 'clients.decide' : 'clients.takeBack')}</Button> : null}
          {c.can.includes('revocations') ? <Upload accept=".crl,.pem,.der" showUploadList={false} beforeUpload={(f) => { void act(async () => api.post(`${at}/clients/${c.id}/revocations`, { list: await encoded(f) })); return false; }}><Button size="small" loading={busy}>{t('identity.takeList')}</Button></Upload> : null}
          {c.can.includes('end') ? <Button size="small" danger onClick={reason(t('clients.end'), t('clients.endText'), `/clients/${c.id}/end`)}>{t('clients.end')}</Button> : null}
        </Space> },
      ]} />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {adding ? <Propose party={p} onClose={() => setAdding(false)} /> : null}
    </div>
  );
}

interface Proposal { by: 'certificate' | 'authority'; name?: string }

function Propose({ party, onClose }: { party: Party; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [form] = Form.useForm<Proposal>();
  const by = Form.useWatch('by', form);
  const finish = async (v: Proposal): Promise<void> => {
    if (file && (await act(async () => api.post(`/parties/${party.id}/clients`, { by: v.by, certificate: await encoded(file), ...(v.by === 'authority' && v.name ? { name: v.name.trim() } : {}) })))) onClose();
  };
  return (
    <Modal open title={t('clients.add')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !file }}>
      <Form form={form} layout="vertical" initialValues={{ by: 'certificate' }} onFinish={(v) => void finish(v)}>
        <Form.Item name="by" label={t('clients.what')}><Radio.Group options={(['certificate', 'authority'] as const).map((value) => ({ value, label: t(`clients.by_${value}`) }))} /></Form.Item>
        <Form.Item label={t('identity.file')}><Upload accept=".pem,.crt,.cer,.der" maxCount={1} showUploadList={false} beforeUpload={(f) => { setFile(f); return false; }}><Button>{t('identity.choose')}</Button></Upload>{file ? <span style={{ marginLeft: 10 }}>{file.name}</span> : null}</Form.Item>
        {by === 'authority' ? <Form.Item name="name" label={t('clients.bears')} extra={t('clients.bearsText')}><Input maxLength={200} className="mono" /></Form.Item> : null}
      </Form>
    </Modal>
  );
}

/** The button that opens it, in the row of a party. */
export function ClientsButton({ party }: { party: Party }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!hasClients(party)) return null;
  const waiting = party.clients.some((c) => c.can.includes('confirm')) || party.can.includes('confirm-mutual-tls-end');
  return (
    <>
      <Button size="small" type={waiting ? 'primary' : 'default'} onClick={() => setOpen(true)}>{t('clients.title')}</Button>
      {open ? <Modal open width={1000} title={`${t('clients.title')}: ${party.name}`} onCancel={() => setOpen(false)} footer={<Button onClick={() => setOpen(false)}>{t('common.close')}</Button>}><PartyClients party={party} /></Modal> : null}
    </>
  );
}
