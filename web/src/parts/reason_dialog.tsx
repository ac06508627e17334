// A dialog that asks for a reason before something is done, for a choice where there is one, and for a signature with one's own
// certificate where that can be had.
import { Alert, Form, type FormInstance, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonalSignature } from '../api/schema.ts';
import { useOwnSignature } from './personal_signature.tsx';

interface Said { approve: boolean; reason: string }

export interface Ask {
  title: string;
  text?: string;
  /** Two ways to decide; absent: only a reason. */
  choice?: { yes: string; no: string };
  /** What one's own certificate signs in place of the second factor; absent: nothing. */
  signs?: (answer: Said) => string;
  /** Through useAct(): undefined means that it failed and was reported; the dialog then stays with what was written. */
  run: (answer: Said & { personal?: PersonalSignature }) => Promise<unknown>;
}

export function ReasonDialog({ ask, onClose }: { ask: Ask | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Said>();
  const [busy, setBusy] = useState(false);
  return (
    <Modal
      open={ask !== null} title={ask?.title} onCancel={onClose} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}
      onOk={() => form.submit()} destroyOnHidden
    >
      {ask ? <Questions ask={ask} form={form} onBusy={setBusy} onDone={onClose} /> : null}
    </Modal>
  );
}

function Questions({ ask, form, onBusy, onDone }: { ask: Ask; form: FormInstance<Said>; onBusy: (busy: boolean) => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { fields, sign } = useOwnSignature({ asked: ask.signs !== undefined });
  const [problem, setProblem] = useState('');
  const finish = async (values: { approve?: boolean; reason: string }): Promise<void> => {
    const said = { approve: values.approve ?? true, reason: values.reason.trim() };
    onBusy(true);
    setProblem('');
    try {
      const personal = ask.signs ? await sign(ask.signs(said)) : null;
      if ((await ask.run({ ...said, ...(personal ? { personal } : {}) })) === undefined) return;
    } catch (error) {
      setProblem(error instanceof Error && error.message ? error.message : t('error.title'));
      return;
    } finally {
      onBusy(false);
    }
    form.resetFields();
    onDone();
  };
  return (
    <>
      {ask.text ? <p>{ask.text}</p> : null}
      <Form form={form} layout="vertical" preserve={false} onFinish={(v) => void finish(v)} initialValues={{ reason: '' }}>
        {ask.choice ? (
          <Form.Item name="approve" label={t('product.decision')} rules={[{ required: true, message: t('common.required') }]}>
            <Radio.Group options={[{ value: true, label: ask.choice.yes }, { value: false, label: ask.choice.no }]} />
          </Form.Item>
        ) : null}
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}>
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
        {problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} /> : null}
        {fields}
      </Form>
    </>
  );
}
