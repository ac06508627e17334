// A key file and its passphrase, for signing one text in this browser: signing in with an SM2 key, setting that key, reviewing a strategy.
import { Alert, Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Signer, useKeyFile } from './key_file.tsx';

export default function KeyDialog({ title, text, account, first, ready = true, over, onClose, run }: { title: string; text: string; account?: string; first?: ReactNode; ready?: boolean; over?: number; onClose: () => void; run: (signer: Signer, account: string) => Promise<unknown> }) {
  const { t } = useTranslation();
  const { fields, problem: badFile, signer } = useKeyFile('own-key');
  const [name, setName] = useState(account ?? '');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const problem = badFile || failure;
  const submit = async (): Promise<void> => {
    if (!signer) return;
    setBusy(true);
    setFailure('');
    try {
      if ((await run(signer, name.trim())) !== undefined) onClose();
    } catch (error) {
      setFailure(error instanceof Error && error.message ? error.message : t('error.title'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title={title} {...(over ? { zIndex: over } : {})} onCancel={onClose} onOk={() => void submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !ready || !signer || name.trim() === '' }}>
      <p>{text}</p>
      {problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} /> : null}
      {first}
      <Form layout="vertical">
        {account === undefined ? <Form.Item label={t('signin.account')} htmlFor="key-account"><Input id="key-account" autoComplete="username" value={name} onChange={(e) => setName(e.target.value)} /></Form.Item> : null}
        {fields}
      </Form>
    </Modal>
  );
}
