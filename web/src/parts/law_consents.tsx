// Separate consents of persons: recorded at the desk, with the person's own signature where there is one; checked by another desk; withdrawn. The person is a
// reference; the identifier lies in the registry.
import { Alert, Button, DatePicker, Form, Input, Modal, Select, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList, useOne } from '../api/hooks.ts';
import type { ConsentText, SignedConsent } from '../api/schema.ts';
import type { Party, Product, Vocabulary } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { base64 } from '../crypto/bytes.ts';
import { countText, dayText } from '../i18n/format.ts';
import { Facts, Name, Wide, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import { inForceChip } from './law_papers.tsx';
import { DESK, Person } from './law_person.tsx';
import type { Consent } from './law_types.ts';
import { ListTable } from './list_table.tsx';
import { Loaded, useReport } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const FILE_BYTES_MAX = 64 << 10;

export function Consents() {
  const { t } = useTranslation();
  const { act } = useAct();
  const list = useList<Consent>('/law/consents');
  const may = useHolds(...DESK);
  const [ask, setAsk] = useState<Ask | null>(null);
  const [recording, setRecording] = useState(false);
  const [seen, setSeen] = useState('');
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {may ? <div><Button type="primary" onClick={() => setRecording(true)}>{t('law.record')}</Button></div> : null}
      <ListTable<Consent>
        query={list} rowKey={(c) => c.id} empty={{ title: t('law.noConsents'), text: may ? t('consent.noneText') : '' }}
        columns={[
          { title: t('law.subject'), render: (_, c) => <><Person id={c.form.subject} /><br /><small>{c.form.evidence}{c.form.signature ? ` · ✎ ${t('consent.seen')}` : ''}</small></> }, { title: t('law.product'), render: (_, c) => <Name id={c.form.product} names={c.names} /> }, { title: t('law.recipient'), render: (_, c) => <Name id={c.form.recipient} names={c.names} /> },
          { title: t('law.purpose'), render: (_, c) => t(`purpose.${c.form.purpose}`, c.form.purpose) }, { title: t('law.columns'), render: (_, c) => <div className="mono" style={{ maxWidth: 240, whiteSpace: 'normal' }}>{c.form.columns.join(', ')}</div> }, { title: t('law.expires'), render: (_, c) => dayText(c.form.expires_ms) },
          { title: t('common.status'), render: (_, c) => <>{inForceChip(t(c.withdrawn ? 'law.withdrawn' : c.in_force ? 'law.inForce' : 'law.notInForce'), c.in_force ? 'in' : 'out')}{c.awaits_check && c.accepted === undefined ? <><br /><Chip tone="busy" icon="●" word={t('provision.consentWaits')} /></> : null}{c.accepted !== undefined ? <><br /><small>{t(c.accepted ? 'law.accept' : 'law.reject')} · <Name id={c.checked_by ?? ''} names={c.names} />{c.rows !== undefined ? ` · ${t('provision.consentRows', { n: countText(c.rows) })}` : ''}{c.check_note ? ` · ${c.check_note}` : ''}</small></> : null}{c.not_searched ? <><br /><Chip tone="warn" icon="!" word={t('provision.notSearchedYet')} /></> : null}{c.unsearchable_why ? <><br /><small>{t('provision.unsearchable')} · <Name id={c.unsearchable_by ?? ''} names={c.names} /> · {c.unsearchable_why}</small></> : null}{c.reason ? <><br /><small>{c.reason}</small></> : null}</> },
          { title: t('common.actions'), render: (_, c) => <Space wrap>
            {c.can.includes('check') ? <Button size="small" type="primary" onClick={() => setAsk({ title: t('provision.consentCheck'), text: t('provision.consentCheckText'), choice: { yes: t('law.accept'), no: t('law.reject') }, run: (a) => act(() => api.post(`/law/consents/${c.id}/check`, { accept: a.approve, note: a.reason })) })}>{t('law.check')}</Button> : null}
            {c.form.signature ? <Button size="small" onClick={() => setSeen(c.id)}>{t('consent.see')}</Button> : null}
            {c.can.includes('search') ? <Button size="small" onClick={() => void act(() => api.post(`/law/consents/${c.id}/search`))}>{t('provision.searchAgain')}</Button> : null}
            {c.can.includes('confirm-unsearchable') ? <Button size="small" onClick={() => setAsk({ title: t('provision.confirmUnsearchable'), text: t('provision.confirmUnsearchableText'), run: (a) => act(() => api.post(`/law/consents/${c.id}/confirm-unsearchable`, { why: a.reason })) })}>{t('provision.confirmUnsearchable')}</Button> : null}
            {c.can.includes('withdraw') && !c.withdrawn ? <Button size="small" danger onClick={() => setAsk({ title: t('law.withdraw'), text: t('law.withdrawText'), run: (a) => act(() => api.post(`/law/consents/${c.id}/withdraw`, { reason: a.reason })) })}>{t('law.withdraw')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {recording ? <RecordConsent onClose={() => setRecording(false)} /> : null}
      {seen ? <SignatureSeen id={seen} onClose={() => setSeen('')} /> : null}
    </div>
  );
}

interface NewConsent { identifier: string; product: string; recipient: string; purpose: string; columns: string[]; expires: Dayjs; evidence: string }

const bodyOf = ({ expires, ...v }: NewConsent): Omit<NewConsent, 'expires'> & { expires_ms: number } => ({ ...v, expires_ms: expires.endOf('day').valueOf() });

/** PEM as it is, DER as base64: what the node takes. */
const certificateOf = (bytes: Uint8Array): string => {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith('-----BEGIN ') ? text : base64(bytes);
};

function RecordConsent({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const report = useReport();
  const [form] = Form.useForm<NewConsent>();
  const chosen = Form.useWatch('product', form);
  const [signature, setSignature] = useState<{ name: string; value: object } | null>(null);
  const [certificate, setCertificate] = useState<{ name: string; value: string } | null>(null);
  const [problem, setProblem] = useState('');
  const signatureFile = useRef<HTMLInputElement>(null), certificateFile = useRef<HTMLInputElement>(null);
  const vocabulary = useOne<Vocabulary>('/vocabulary').data;
  const parties = useAll<Party>('/parties'), products = useAll<Product>('/products');
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: NewConsent): Promise<void> => {
    const proof = signature ? { signature: signature.value, ...(certificate ? { certificate: certificate.value } : {}) } : {};
    if (await act(() => api.post('/law/consents', { ...bodyOf(v), ...proof }))) onClose();
  };
  // The text names the person: made by the node, kept by nobody here.
  const make = async (): Promise<void> => {
    const values = await form.validateFields(['identifier', 'product', 'recipient', 'purpose', 'columns', 'expires']).catch(() => null);
    if (!values) return;
    const { identifier, product, recipient, purpose, columns, expires_ms } = bodyOf(values);
    try {
      const made = await api.post<ConsentText>('/law/consents/text', { identifier, product, recipient, purpose, columns, expires_ms });
      download(new Blob([JSON.stringify(made.document, null, 2)], { type: 'application/json' }), 'consent.json');
    } catch (error) {
      report(error);
    }
  };
  const takeSignature = async (file: File | undefined): Promise<void> => {
    setSignature(null);
    const { documentOf } = await import('./document_signature.ts');
    const read = file && file.size <= FILE_BYTES_MAX ? documentOf(await file.text()) : null;
    if (file && read?.['format'] === 'sluice-signature/1') setSignature({ name: file.name, value: read });
    setProblem(read?.['format'] === 'sluice-signature/1' ? '' : t('consent.notSignature'));
  };
  const takeCertificate = async (file: File | undefined): Promise<void> => {
    setCertificate(null);
    const fits = file && file.size <= FILE_BYTES_MAX;
    if (fits) setCertificate({ name: file.name, value: certificateOf(new Uint8Array(await file.arrayBuffer())) });
    setProblem(fits ? '' : t('consent.tooLarge'));
  };
  return (
    <Modal open title={t('law.record')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="identifier" label={t('law.identifier')} extra={t('law.identifierText')} rules={need}><Input autoComplete="off" /></Form.Item>
        <Form.Item name="product" label={t('law.product')} rules={need}><Select options={products.map((p) => ({ value: p.id, label: p.form.name }))} /></Form.Item>
        <Form.Item name="recipient" label={t('law.recipient')} rules={need}><Select options={parties.map((p) => ({ value: p.id, label: p.name }))} /></Form.Item>
        <Form.Item name="purpose" label={t('law.purpose')} rules={need}><Select options={(vocabulary?.purposes ?? []).map((p) => ({ value: p, label: t(`purpose.${p}`, p) }))} /></Form.Item>
        <Form.Item name="columns" label={t('law.columns')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={(products.find((p) => p.id === chosen)?.form.columns ?? []).map((c) => ({ value: c, label: c }))} /></Form.Item>
        <Form.Item name="expires" label={t('law.expires')} rules={need}><DatePicker /></Form.Item>
        <Form.Item name="evidence" label={t('law.evidence')} rules={need}><Input maxLength={200} /></Form.Item>
        <Form.Item label={t('consent.text')} extra={t('consent.signedText')}>
          <input ref={signatureFile} aria-label={t('consent.signature')} className="sr" type="file" accept=".json,.sig" onClick={(e) => { e.currentTarget.value = ''; }} onChange={(e) => void takeSignature(e.target.files?.[0])} />
          <input ref={certificateFile} aria-label={t('consent.certificate')} className="sr" type="file" accept=".pem,.crt,.cer,.der" onClick={(e) => { e.currentTarget.value = ''; }} onChange={(e) => void takeCertificate(e.target.files?.[0])} />
          <Space wrap>
            <Button onClick={() => void make()}>{t('consent.make')}</Button>
            <Button onClick={() => signatureFile.current?.click()}>{t('consent.signature')}</Button>{signature?.name}
            {signature ? <><Button onClick={() => certificateFile.current?.click()}>{t('consent.certificate')}</Button>{certificate?.name}</> : null}
          </Space>
        </Form.Item>
        {problem ? <Alert type="error" showIcon title={problem} /> : null}
      </Form>
    </Modal>
  );
}

/** The person's signature, checked by the node as it is shown; what was signed names the person, so its reading is a record. */
function SignatureSeen({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useOne<SignedConsent>(`/law/consents/${id}/signature`);
  return (
    <Modal open title={t('consent.seen')} footer={null} width={760} onCancel={onClose} destroyOnHidden>
      <Loaded query={query}>
        {(s) => (
          <div style={{ display: 'grid', gap: 12 }}>
            <div><Chip tone={s.holds ? 'good' : 'bad'} icon={s.holds ? '✓' : '✕'} word={t(s.holds ? 'consent.holds' : 'consent.broken')} /> <small>{t('consent.read')}</small></div>
            <Facts items={[[t('consent.subject'), s.certificate_subject ?? '']]} />
            <Wide label={t('consent.document')} height={320}><pre className="mono" style={{ margin: 0, whiteSpace: 'pre-wrap' }}>{JSON.stringify(s.document, null, 2)}</pre></Wide>
          </div>
        )}
      </Loaded>
    </Modal>
  );
}
