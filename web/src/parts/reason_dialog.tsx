// A dialog that asks for a reason before something is done, and for a choice where there is one.
import { Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface Ask {
  title: string;
  text?: string;
  /** Two ways to decide; absent: only a reason. */
  choice?: { yes: string; no: string };
  /** Through useAct(): undefined means that it failed and was reported; the dialog then stays with what was written. */
  run: (answer: { approve: boolean; reason: string }) => Promise<unknown>;
}

export function ReasonDialog({ ask, onClose }: { ask: Ask | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ approve: boolean; reason: string }>();
  const [busy, setBusy] = useState(false);
  const finish = async (values: { approve?: boolean; reason: string }): Promise<void> => {
    setBusy(true);
    const result = await ask?.run({ approve: values.approve ?? true, reason: values.reason.trim() });
    setBusy(false);
    if (result === undefined) return;
    form.resetFields();
    onClose();
  };
  return (
    <Modal
      open={ask !== null} title={ask?.title} onCancel={onClose} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}
      onOk={() => form.submit()} destroyOnHidden
    >
      {ask?.text ? <p>{ask.text}</p> : null}
      <Form form={form} layout="vertical" preserve={false} onFinish={(v) => void finish(v)} initialValues={{ reason: '' }}>
        {ask?.choice ? (
          <Form.Item name="approve" label={t('product.decision')} rules={[{ required: true, message: t('common.required') }]}>
            <Radio.Group options={[{ value: true, label: ask.choice.yes }, { value: false, label: ask.choice.no }]} />
          </Form.Item>
        ) : null}
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
