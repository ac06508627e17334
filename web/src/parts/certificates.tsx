// Certificates of people and the authorities that issue them: adopted, ended, revocation lists taken in.
import { Button, Card, Form, Input, Modal, Space, Table, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { AuthorityObject, CertificateObject, Certificates as Seen, RevocationsAnswer } from '../api/schema.ts';
import { useNow } from '../app/now.ts';
import { useHolds } from '../app/session.tsx';
import { dayText, timeText } from '../i18n/format.ts';
import { Digest, Name } from './bits.tsx';
import { encodedFile } from './certificate_file.ts';
import { Chip } from './chips.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function Certificates() {
  const { t } = useTranslation();
  const query = useOne<Seen>('/certificates');
  return (
    <Loaded query={query}>
      {(seen) => (
        <div style={{ display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <Authorities items={seen.authorities} />
          <Card title={t('identity.people')}><CertificateTable items={seen.items} /></Card>
        </div>
      )}
    </Loaded>
  );
}

function Authorities({ items }: { items: AuthorityObject[] }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const now = useNow();
  const may = useHolds('security_admin');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [adopting, setAdopting] = useState(false);
  const [told, setTold] = useState('');
  const take = async (a: AuthorityObject, file: File): Promise<void> => {
    const done = await act(async () => api.post<RevocationsAnswer>(`/certificate-authorities/${a.id}/revocations`, { list: await encodedFile(file) }));
    if (done) setTold(t('identity.taken', { n: done.on_list, r: done.revoked }));
  };
  const list = (a: AuthorityObject) => (a.next_update_ms === 0 ? t('identity.noList') : a.next_update_ms < now ? <Chip tone="bad" icon="!" word={t('identity.listLate')} /> : <>{timeText(a.this_update_ms)}<br /><small>{t('identity.listNext', { time: dayText(a.next_update_ms) })}</small></>);
  const state = (a: AuthorityObject) => (a.ended ? <Chip tone="idle" icon="–" word={t('identity.ended')} /> : <Chip tone={a.not_after_ms < now ? 'bad' : 'good'} icon={a.not_after_ms < now ? '!' : '✓'} word={a.not_after_ms < now ? t('identity.listLate') : t('identity.inForce')} />);
  return (
    <Card title={t('identity.authorities')} extra={may ? <Button size="small" type="primary" onClick={() => setAdopting(true)}>{t('identity.adopt')}</Button> : null}>
      <p style={{ marginTop: 0, color: 'var(--soft)' }}>{t('identity.authoritiesText')}{told ? <> <strong role="status">{told}</strong></> : null}</p>
      <Table<AuthorityObject> size="small" rowKey="id" pagination={false} dataSource={items} scroll={{ x: 'max-content' }} locale={{ emptyText: t('identity.noAuthorities') }} columns={[
        { title: t('identity.subject'), render: (_, a) => <div style={{ maxWidth: 260, whiteSpace: 'normal' }}><strong>{a.subject}</strong><br /><Digest value={a.fingerprint} size={16} /></div> },
        { title: t('identity.until'), render: (_, a) => dayText(a.not_after_ms) }, { title: t('identity.list'), render: (_, a) => list(a) }, { title: t('common.status'), render: (_, a) => <>{state(a)}{a.reason ? <><br /><small>{a.reason}</small></> : null}</> },
        { title: t('common.actions'), render: (_, a) => <Space wrap>
          {a.can.includes('revocations') ? <Upload accept=".crl,.pem,.der" showUploadList={false} beforeUpload={(f) => { void take(a, f); return false; }}><Button size="small" loading={busy}>{t('identity.takeList')}</Button></Upload> : null}
          {a.can.includes('end') ? <Button size="small" danger onClick={() => setAsk({ title: `${t('identity.end')}: ${a.subject}`, text: t('identity.endText'), run: (v) => act(() => api.post(`/certificate-authorities/${a.id}/end`, { reason: v.reason })) })}>{t('identity.end')}</Button> : null}
        </Space> },
      ]} />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {adopting ? <Adopt onClose={() => setAdopting(false)} /> : null}
    </Card>
  );
}

function Adopt({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [form] = Form.useForm<{ reason: string }>();
  const finish = async (v: { reason: string }): Promise<void> => { if (file && (await act(async () => api.post('/certificate-authorities', { certificate: await encodedFile(file), reason: v.reason })))) onClose(); };
  return (
    <Modal open title={t('identity.adopt')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !file }}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item label={t('identity.file')}><Upload accept=".pem,.crt,.cer,.der" maxCount={1} showUploadList={false} beforeUpload={(f) => { setFile(f); return false; }}><Button>{t('identity.choose')}</Button></Upload>{file ? <span style={{ marginLeft: 10 }}>{file.name}</span> : null}</Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

export function CertificateTable({ items }: { items: CertificateObject[] }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const why = (c: CertificateObject): string => (c.revoked ? `${t('identity.revoked')} · ${timeText(c.revoked_ms)}` : c.why);
  return (
    <>
      <Table<CertificateObject> size="small" rowKey="id" pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }} dataSource={items} scroll={{ x: 'max-content' }} locale={{ emptyText: t('identity.noCertificates') }} columns={[
        { title: t('identity.person'), render: (_, c) => <Name id={c.person} names={c.names} /> },
        { title: t('identity.subject'), render: (_, c) => <div style={{ maxWidth: 240, whiteSpace: 'normal' }}>{c.subject ?? '—'}<br /><Digest value={c.fingerprint} size={12} /></div> },
        { title: t('identity.until'), render: (_, c) => dayText(c.not_after_ms) }, { title: t('identity.registered'), render: (_, c) => timeText(c.at_ms) },
        { title: t('common.status'), render: (_, c) => <><Chip tone={c.in_force ? 'good' : 'idle'} icon={c.in_force ? '✓' : '–'} word={c.in_force ? t('identity.inForce') : why(c)} />{c.reason ? <><br /><small>{c.reason}</small></> : null}</> },
        { title: t('common.actions'), render: (_, c) => (c.can.includes('revoke') && !c.revoked ? <Button size="small" danger onClick={() => setAsk({ title: `${t('identity.revoke')}: ${c.subject ?? ''}`, text: t('identity.revokeText'), run: (v) => act(() => api.post(`/certificates/${c.id}/revoke`, { reason: v.reason })) })}>{t('identity.revoke')}</Button> : null) },
      ]} />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </>
  );
}
