// A key file and its passphrase, for signing one text in this browser: signing in with an SM2 key, and setting that key.
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { base64, utf8 } from '../crypto/bytes.ts';
import { KeyFileError, type PublicPart, openKeyFile, readPublicPart } from '../crypto/key_file.ts';
import { sm2Sign } from '../crypto/sm2.ts';

export interface Signer {
  part: PublicPart;
  /** The signature over the text, base64 DER; the scalar is overwritten before it is returned. */
  sign: (text: string) => Promise<string>;
}

export default function KeyDialog({ title, text, account, onClose, run }: { title: string; text: string; account?: string; onClose: () => void; run: (signer: Signer, account: string) => Promise<unknown> }) {
  const { t } = useTranslation();
  const chooser = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<{ text: string; part: PublicPart } | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [name, setName] = useState(account ?? '');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const choose = async (chosen: File | undefined): Promise<void> => {
    setProblem('');
    setFile(null);
    if (!chosen) return;
    try {
      const content = await chosen.text();
      setFile({ text: content, part: readPublicPart(content) });
    } catch {
      setProblem(t('contract.badKeyFile'));
    }
  };
  const submit = async (): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setProblem('');
    try {
      const sign = async (message: string): Promise<string> => {
        const { scalar } = await openKeyFile(file.text, passphrase);
        try { return base64(sm2Sign(utf8(message), scalar)); } finally { scalar.fill(0); }
      };
      if ((await run({ part: file.part, sign }, name.trim())) !== undefined) onClose();
    } catch (error) {
      setProblem(error instanceof KeyFileError ? t(error.reason === 'malformed' ? 'contract.badKeyFile' : 'contract.wrongKey') : error instanceof Error && error.message ? error.message : t('error.title'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title={title} onCancel={onClose} onOk={() => void submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !file || name.trim() === '' || (file.part.sealed && passphrase === '') }}>
      <p>{text}</p>
      {problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} /> : null}
      <Form layout="vertical">
        {account === undefined ? <Form.Item label={t('signin.account')} htmlFor="key-account"><Input id="key-account" autoComplete="username" value={name} onChange={(e) => setName(e.target.value)} /></Form.Item> : null}
        <Form.Item label={t('contract.keyFile')} htmlFor="own-key-file">
          <input ref={chooser} id="own-key-file" className="sr" type="file" accept=".json,.key,application/json" onChange={(e) => void choose(e.target.files?.[0])} />
          <Button onClick={() => chooser.current?.click()}>{t('contract.chooseKey')}</Button>
          {file ? <span style={{ marginLeft: 12 }}>{file.part.name} · {t('contract.keyId')} <span className="mono">{file.part.keyId}</span></span> : null}
        </Form.Item>
        {file?.part.sealed ? <Form.Item label={t('contract.passphrase')} htmlFor="own-key-passphrase"><Input.Password id="own-key-passphrase" autoComplete="off" value={passphrase} onChange={(e) => setPassphrase(e.target.value)} /></Form.Item> : null}
      </Form>
    </Modal>
  );
}
