// Collection plans: what may be collected from whom. One is adopted from its file; the key by which its source signs is changed with a reason.
import { Alert, Button, Form, Input, Modal, Space } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList } from '../api/hooks.ts';
import type { PlanObject } from '../api/schema.ts';
import { useHolds } from '../app/session.tsx';
import { base64, fromHex } from '../crypto/bytes.ts';
import { countText } from '../i18n/format.ts';
import { Chip } from './chips.tsx';
import { ListTable } from './list_table.tsx';
import { keyNumber } from './party_key_proof.ts';
import { sourceKeyIn } from './source_key.ts';

const PLAN_BYTES_MAX = 1 << 20;

export function Plans() {
  const { t } = useTranslation();
  const list = useList<PlanObject>('/plans');
  const may = useHolds('data_manager');
  const [adopting, setAdopting] = useState(false);
  const [changing, setChanging] = useState<PlanObject | null>(null);
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('plans.text')}</p>
      {may ? <div><Button type="primary" onClick={() => setAdopting(true)}>{t('plans.adopt')}</Button></div> : null}
      <ListTable<PlanObject>
        query={list} rowKey={(p) => p.id} empty={{ title: t('plans.none'), text: t('plans.noneText') }}
        columns={[
          { title: t('sources.plan'), render: (_, p) => <><Link to={`/catalog/${p.dataset}`}><strong>{p.title || p.name}</strong></Link><br /><small className="mono">{p.name}</small></> },
          { title: t('plans.source'), render: (_, p) => <>{p.source_name}<br /><small className="mono">{p.source_uscc}</small></> },
          { title: t('plans.why'), render: (_, p) => <div style={{ maxWidth: 320, whiteSpace: 'normal' }}>{p.purpose}<br /><small>{p.legal_basis}</small></div> },
          { title: t('plans.frequency'), dataIndex: 'frequency' },
          { title: t('catalog.fields'), align: 'right', render: (_, p) => countText(p.fields.length) },
          { title: t('plans.key'), render: (_, p) => (p.source_key ? <KeyShown value={p.source_key} /> : <Chip tone="warn" icon="!" word={t('plans.noKey')} />) },
          { title: t('common.actions'), render: (_, p) => (p.can.includes('source-key') ? <Button size="small" onClick={() => setChanging(p)}>{t('plans.changeKey')}</Button> : null) },
        ]}
      />
      {adopting ? <AdoptPlan onClose={() => setAdopting(false)} /> : null}
      {changing ? <ChangeKey plan={changing} onClose={() => setChanging(null)} /> : null}
    </div>
  );
}

const KeyShown = ({ value }: { value: string }) => <span className="mono">{keyNumber(value).slice(0, 16)}…</span>;

/** A file that is read here, and what was made of it. */
function FileChoice({ id, label, accept, chosen, onText }: { id: string; label: string; accept: string; chosen: ReactNode; onText: (text: string, name: string) => void }) {
  const chooser = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined): Promise<void> => onText(file && file.size <= PLAN_BYTES_MAX ? await file.text() : '', file?.name ?? '');
  return (
    <>
      {/* The same file again is chosen anew. */}
      <input ref={chooser} id={id} aria-label={label} className="sr" type="file" accept={accept} onClick={(e) => { e.currentTarget.value = ''; }} onChange={(e) => void read(e.target.files?.[0])} />
      <Space wrap><Button onClick={() => chooser.current?.click()}>{label}</Button>{chosen}</Space>
    </>
  );
}

interface ChosenKey { fields: ReactNode; key: string; bad: boolean }

/** The source's public key from its .pub file, or typed; may be left out. */
function useSourceKey(id: string, extra: string): ChosenKey {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const key = sourceKeyIn(text), bad = text.trim() !== '' && key === null;
  const fields = (
    <Form.Item label={t('plans.key')} htmlFor={`${id}-text`} extra={extra} validateStatus={bad ? 'error' : ''} help={bad ? t('plans.badKey') : undefined}>
      <FileChoice id={`${id}-file`} label={t('plans.keyFile')} accept=".pub,.json" chosen={key ? <small>{t('contract.keyId')} <span className="mono">{keyNumber(base64(fromHex(key)!))}</span></small> : null} onText={setText} />
      <Input.TextArea id={`${id}-text`} rows={2} className="mono" style={{ marginTop: 8 }} value={text} onChange={(e) => setText(e.target.value)} placeholder={t('plans.keyHex')} maxLength={4000} />
    </Form.Item>
  );
  return { fields, key: key ?? '', bad };
}

function AdoptPlan({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [plan, setPlan] = useState({ text: '', name: '' });
  const source = useSourceKey('plan-key', t('plans.keyText'));
  const adopt = async (): Promise<void> => { if (await act(() => api.post('/plans', { plan: plan.text, source_key: source.key }))) onClose(); };
  return (
    <Modal open width={720} title={t('plans.adopt')} onCancel={onClose} onOk={() => void adopt()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: plan.text.trim() === '' || source.bad }}>
      <Alert type="info" showIcon title={t('plans.adoptText')} style={{ marginBottom: 16 }} />
      <Form layout="vertical">
        <Form.Item label={t('plans.file')} htmlFor="plan-text" required>
          <FileChoice id="plan-file" label={t('plans.choose')} accept=".yaml,.yml,.json" chosen={plan.name} onText={(text, name) => setPlan({ text, name })} />
          <Input.TextArea id="plan-text" rows={12} className="mono" style={{ marginTop: 8 }} value={plan.text} onChange={(e) => setPlan({ ...plan, text: e.target.value })} maxLength={PLAN_BYTES_MAX} spellCheck={false} />
        </Form.Item>
        {source.fields}
      </Form>
    </Modal>
  );
}

function ChangeKey({ plan, onClose }: { plan: PlanObject; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ reason: string }>();
  const source = useSourceKey('new-key', t('plans.newKeyText'));
  const change = async ({ reason }: { reason: string }): Promise<void> => { if (await act(() => api.post(`/plans/${plan.id}/source-key`, { source_key: source.key, reason: reason.trim() }))) onClose(); };
  return (
    <Modal open width={640} title={`${t('plans.changeKey')}: ${plan.title || plan.name}`} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: source.bad }}>
      <Form form={form} layout="vertical" onFinish={(v) => void change(v)}>
        {source.fields}
        {source.key === '' ? <Alert type="warning" showIcon title={t('plans.withoutKey')} style={{ marginBottom: 16 }} /> : null}
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
