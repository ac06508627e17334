// Signing a contract in the browser: the party's key file is opened here, the document is hashed and compared here, only the signature leaves; beside
// it stands that of the signer's own certificate, where there is one.
import { Alert, Form, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { Contract } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { hex, utf8 } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';
import { useKeyFile } from './key_file.tsx';
import { contractText, useOwnSignature } from './personal_signature.tsx';

export function SignDialog({ contract, onClose }: { contract: Contract; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const { act } = useAct();
  const party = useKeyFile('key');
  const own = useOwnSignature({ asked: true });
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const document_ = contract.document ?? '';
  const matches = document_ !== '' && hex(sm3(utf8(document_))) === contract.digest;
  const problem = party.problem || failure;

  const sign = async (): Promise<void> => {
    if (!party.signer) return;
    setBusy(true);
    setFailure('');
    try {
      const signature = await party.signer.sign(document_);
      const personal = await own.sign(contractText(contract.id, contract.digest, me.person));
      if (await act(() => api.post(`/contracts/${contract.id}/sign`, { signature, ...(personal ? { personal } : {}) }), t('contract.signedNow'))) onClose();
    } catch (error) {
      setFailure(error instanceof Error && error.message ? error.message : t('error.title'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open width={680} title={t('contract.signTitle')} onCancel={onClose} onOk={() => void sign()} okText={busy ? t('contract.signing') : t('contract.sign')} cancelText={t('common.cancel')}
      confirmLoading={busy} okButtonProps={{ disabled: !matches || !party.signer }}
    >
      <p>{t('contract.signText')}</p>
      {!matches ? <Alert type="error" showIcon title={t('contract.digestDiffers')} /> : null}
      {problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} /> : null}
      <Form layout="vertical">
        {party.fields}
        {own.fields}
      </Form>
      <details><summary>{t('contract.willSign')} · SM3 <span className="mono">{contract.digest.slice(0, 16)}…</span></summary><pre className="code" style={{ maxHeight: 200, whiteSpace: 'pre-wrap' }}>{document_}</pre></details>
    </Modal>
  );
}
