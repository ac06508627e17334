// The second person's check of an agency that may demand data: with the fingerprint of its key, got from the agency by another way than the form.
import { Form, Input, Modal, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import { Facts } from './bits.tsx';
import type { Paper } from './law_types.ts';

interface Values { accept: boolean; key_id?: string; note: string }

export function CheckAgency({ paper, onClose }: { paper: Paper; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const accept = Form.useWatch('accept', form);
  const finish = async (v: Values): Promise<void> => {
    if (await act(() => api.post(`/law/papers/${paper.id}/check`, { accept: v.accept, note: v.note, ...(v.accept ? { key_id: (v.key_id ?? '').replace(/\s/g, '').toLowerCase() } : {}) }))) onClose();
  };
  return (
    <Modal open width={620} title={`${t('law.check')}: ${paper.form.title}`} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Facts items={[[t('law.number'), paper.form.number], [t('law.authority'), paper.form.authority], [t('provision.uscc'), paper.form.uscc ?? '']]} />
      <Form form={form} layout="vertical" style={{ marginTop: 14 }} onFinish={(v) => void finish(v)}>
        <Form.Item name="accept" label={t('product.decision')} rules={[{ required: true, message: t('common.required') }]}><Radio.Group options={[{ value: true, label: t('law.accept') }, { value: false, label: t('law.reject') }]} /></Form.Item>
        {accept ? <Form.Item name="key_id" label={t('provision.fingerprint')} extra={t('provision.fingerprintText')} rules={[{ required: true, pattern: /^[0-9a-fA-F\s]{32,40}$/, message: t('provision.fingerprintForm') }]}><Input className="mono" maxLength={40} autoComplete="off" /></Form.Item> : null}
        <Form.Item name="note" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
