// Signing in the browser: the key file is opened here, the document is hashed and compared here, only the signature leaves.
import { Alert, App, Button, Form, Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { Contract } from '../api/types.ts';
import { base64, hex, utf8 } from '../crypto/bytes.ts';
import { KeyFileError, type PublicPart, openKeyFile, readPublicPart } from '../crypto/key_file.ts';
import { sm2Sign } from '../crypto/sm2.ts';
import { sm3 } from '../crypto/sm3.ts';

/** The signature over the document, base64 DER; the scalar is overwritten before it is returned. */
async function signWith(file: string, passphrase: string, document_: string): Promise<string> {
  const { scalar } = await openKeyFile(file, passphrase);
  try {
    return base64(sm2Sign(utf8(document_), scalar));
  } finally {
    scalar.fill(0);
  }
}

export function SignDialog({ contract, onClose }: { contract: Contract; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { act } = useAct();
  const chooser = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<{ text: string; part: PublicPart } | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const document_ = contract.document ?? '';
  const matches = document_ !== '' && hex(sm3(utf8(document_))) === contract.digest;

  const choose = async (chosen: File | undefined): Promise<void> => {
    setProblem('');
    setFile(null);
    if (!chosen) return;
    try {
      const text = await chosen.text();
      setFile({ text, part: readPublicPart(text) });
    } catch {
      setProblem(t('contract.badKeyFile'));
    }
  };
  const sign = async (): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setProblem('');
    try {
      const signature = await signWith(file.text, passphrase, document_);
      setPassphrase('');
      if (await act(() => api.post(`/contracts/${contract.id}/sign`, { signature }), t('contract.signedNow'))) onClose();
    } catch (error) {
      if (error instanceof KeyFileError) setProblem(t(error.reason === 'malformed' ? 'contract.badKeyFile' : 'contract.wrongKey'));
      else void message.error(t('error.title'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open width={680} title={t('contract.signTitle')} onCancel={onClose} onOk={() => void sign()} okText={busy ? t('contract.signing') : t('contract.sign')} cancelText={t('common.cancel')}
      confirmLoading={busy} okButtonProps={{ disabled: !matches || !file || (file.part.sealed && passphrase === '') }}
    >
      <p>{t('contract.signText')}</p>
      {!matches ? <Alert type="error" showIcon title={t('contract.digestDiffers')} /> : null}
      {problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} /> : null}
      <Form layout="vertical">
        <Form.Item label={t('contract.keyFile')} htmlFor="key-file">
          <input ref={chooser} id="key-file" className="sr" type="file" accept=".json,.key,application/json" onChange={(e) => void choose(e.target.files?.[0])} />
          <Button onClick={() => chooser.current?.click()}>{t('contract.chooseKey')}</Button>
          {file ? <span style={{ marginLeft: 12 }}>{file.part.name} · {t('contract.keyId')} <span className="mono">{file.part.keyId}</span></span> : null}
        </Form.Item>
        {file?.part.sealed ? (
          <Form.Item label={t('contract.passphrase')} htmlFor="key-passphrase">
            <Input.Password id="key-passphrase" autoComplete="off" value={passphrase} onChange={(e) => setPassphrase(e.target.value)} onPressEnter={() => void sign()} />
          </Form.Item>
        ) : null}
      </Form>
      <details><summary>{t('contract.willSign')} · SM3 <span className="mono">{contract.digest.slice(0, 16)}…</span></summary><pre className="code" style={{ maxHeight: 200, whiteSpace: 'pre-wrap' }}>{document_}</pre></details>
    </Modal>
  );
}
