// Other rule packs, as whole texts: pasted or read from files. The node loads the set before it takes the proposal.
import { MinusCircleOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Select, Space, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { RuleChangeShown } from '../api/schema.ts';

/** src/space/change/change.h: kChangeablePacks. */
const PACKS = ['types', 'dictionary', 'detectors', 'worksheet', 'grading', 'taxonomy', 'pinyin', 'weights', 'resemblance'];
const BYTES_MAX = 4 << 20;

interface Values { title: string; reason: string; packs: { name?: string; text?: string }[] }

export function ProposeRules({ onClose }: { onClose: (made: string | null) => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const finish = async (v: Values): Promise<void> => {
    const made = await act(() => api.post<RuleChangeShown>('/grading/changes', { title: v.title, reason: v.reason, packs: Object.fromEntries(v.packs.map((p) => [p.name ?? '', p.text ?? ''])) }));
    if (made) onClose(made.id);
  };
  const once = { validator: (_: unknown, name?: string) => ((form.getFieldValue('packs') as Values['packs']).filter((p) => p?.name === name).length > 1 ? Promise.reject(new Error(t('inventory.change.packTwice'))) : Promise.resolve()) };
  const small = { validator: (_: unknown, text?: string) => (new Blob([text ?? '']).size > BYTES_MAX ? Promise.reject(new Error(t('inventory.change.packLarge'))) : Promise.resolve()) };
  const read = async (file: File, at: number): Promise<void> => {
    const packs = [...(form.getFieldValue('packs') as Values['packs'])];
    const named = PACKS.find((p) => file.name.startsWith(p));
    packs[at] = { ...packs[at], text: await file.text(), ...(packs[at]?.name || !named ? {} : { name: named }) };
    form.setFieldValue('packs', packs);
  };
  return (
    <Modal open width={760} title={t('inventory.change.propose')} onCancel={() => onClose(null)} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p style={{ color: 'var(--soft)' }}>{t('inventory.change.unchangedPacks')}</p>
      <Form form={form} layout="vertical" initialValues={{ packs: [{}] }} onFinish={(v) => void finish(v)}>
        <Form.Item name="title" label={t('inventory.change.title')} rules={need}><Input maxLength={200} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.List name="packs">
          {(fields, { add, remove }) => (
            <>
              {fields.map((field, at) => (
                <div key={field.key} style={{ border: '1px solid var(--line)', borderRadius: 8, padding: '10px 12px 0', marginBottom: 12 }}>
                  <Space align="start" wrap>
                    <Form.Item name={[field.name, 'name']} label={t('inventory.change.packs')} rules={[{ required: true, message: t('common.required') }, once]}><Select style={{ width: 200 }} options={PACKS.map((p) => ({ value: p, label: t(`inventory.change.pack.${p}`) }))} /></Form.Item>
                    <Form.Item label=" "><Upload accept=".yaml,.yml,.txt" showUploadList={false} beforeUpload={(file) => { void read(file, at); return false; }}><Button>{t('inventory.change.upload')}</Button></Upload></Form.Item>
                    {fields.length > 1 ? <Form.Item label=" "><Button type="text" icon={<MinusCircleOutlined />} onClick={() => remove(field.name)}>{t('inventory.change.removePack')}</Button></Form.Item> : null}
                  </Space>
                  <Form.Item name={[field.name, 'text']} label={t('inventory.change.packText')} rules={[...need, small]}><Input.TextArea className="mono" rows={8} spellCheck={false} /></Form.Item>
                </div>
              ))}
              {fields.length < PACKS.length ? <Button onClick={() => add({})}>{t('inventory.change.addPack')}</Button> : null}
            </>
          )}
        </Form.List>
      </Form>
    </Modal>
  );
}
