// A ceremony begins: the witnessed work, the officers, and how many of them will open the space.
import { Form, InputNumber, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll } from '../api/hooks.ts';
import type { KeyWorkObject } from '../api/schema.ts';
import type { Person } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';

interface Values { key_work: string; officers: string[]; needed: number }

export function BeginCeremony({ works, onClose }: { works: KeyWorkObject[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const me = useMe();
  const people = useAll<Person>('/people').filter((p) => p.party === me.party.id && !p.suspended);
  const [form] = Form.useForm<Values>();
  const need = [{ required: true, message: t('common.required') }];
  const enough = ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({ validator: (_: unknown, officers?: string[]) => ((officers?.length ?? 0) >= Number(getFieldValue('needed') ?? 2) ? Promise.resolve() : Promise.reject(new Error(t('root.tooFew')))) });
  return (
    <Modal open title={t('root.begin')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t('root.beginText')}</p>
      <Form form={form} layout="vertical" initialValues={{ needed: 2, key_work: works[0]?.id }} onFinish={(v) => void act(() => api.post('/root-key/ceremony', v)).then((done) => { if (done) onClose(); })}>
        <Form.Item name="key_work" label={t('root.work')} rules={need}><Select options={works.map((w) => ({ value: w.id, label: `${w.reason} · ${timeText(w.at_ms)}` }))} /></Form.Item>
        <Form.Item name="needed" label={t('root.needed')} rules={need}><InputNumber min={2} max={15} precision={0} /></Form.Item>
        <Form.Item name="officers" label={t('root.officers')} dependencies={['needed']} rules={[...need, enough]}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={people.map((p) => ({ value: p.id, label: p.display_name ?? p.id }))} /></Form.Item>
      </Form>
    </Modal>
  );
}
