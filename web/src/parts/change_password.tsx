// The own password: changed at will, and at once while it is the first one.
import { Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import { useSession } from '../app/session.tsx';

const LENGTH_MIN = 12;

interface Values { old: string; fresh: string; again: string }

export default function ChangePassword({ must, onClose }: { must: 'must' | 'may'; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const { signedIn } = useSession();
  const [form] = Form.useForm<Values>();
  const need = { required: true, message: t('common.required') };
  const finish = async (v: Values): Promise<void> => {
    const done = await act(async () => {
      await api.post('/session/password', { old: v.old, new: v.fresh });
      return signedIn();
    }, t('small.changed'));
    if (done) onClose();
  };
  return (
    <Modal
      open title={t(must === 'must' ? 'small.changeFirst' : 'small.change')} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}
      closable={must === 'may'} keyboard={must === 'may'} mask={{ closable: must === 'may' }} {...(must === 'may' ? { onCancel: onClose } : { cancelButtonProps: { style: { display: 'none' } } })}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => void finish(v)}>
        <Form.Item name="old" label={t('small.old')} rules={[need]}><Input.Password autoFocus autoComplete="current-password" /></Form.Item>
        <Form.Item name="fresh" label={t('small.fresh')} rules={[need, { min: LENGTH_MIN, message: t('small.tooShort') }]}><Input.Password autoComplete="new-password" /></Form.Item>
        <Form.Item name="again" label={t('small.again')} dependencies={['fresh']} rules={[need, { validator: (_, value) => (value === form.getFieldValue('fresh') ? Promise.resolve() : Promise.reject(new Error(t('small.differs')))) }]}><Input.Password autoComplete="new-password" /></Form.Item>
      </Form>
    </Modal>
  );
}
