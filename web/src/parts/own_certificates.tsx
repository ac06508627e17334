// One's own certificates: seen, revoked, and a new one registered with a proof that its key signs in this browser.
import { Alert, Button, Form, Modal, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Certificates as Seen } from '../api/schema.ts';
import { useMe } from '../app/session.tsx';
import { canonical } from '../verify/json.ts';
import { encodedFile, fingerprintOf } from './certificate_file.ts';
import { CertificateTable } from './certificates.tsx';
import KeyDialog from './key_dialog.tsx';
import type { Signer } from './key_file.tsx';
import { Loaded } from './page.tsx';

export default function OwnCertificates({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const query = useOne<Seen>('/certificates');
  const [registering, setRegistering] = useState(false);
  return (
    <Modal open width={900} title={t('identity.own')} onCancel={onClose} footer={<><Button onClick={onClose}>{t('common.close')}</Button><Button type="primary" onClick={() => setRegistering(true)}>{t('identity.register')}</Button></>}>
      <p>{t('identity.ownText')}</p>
      <Loaded query={query}>{(seen) => <CertificateTable items={seen.items.filter((c) => c.person === me.person)} />}</Loaded>
      {registering ? <RegisterOwn onClose={() => setRegistering(false)} /> : null}
    </Modal>
  );
}

export function RegisterOwn({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const me = useMe();
  const [chosen, setChosen] = useState<{ name: string; text: string; fingerprint: string | null } | null>(null);
  const read = async (file: File): Promise<void> => {
    const text = await encodedFile(file);
    setChosen({ name: file.name, text, fingerprint: fingerprintOf(text) });
  };
  const register = async (signer: Signer): Promise<unknown> => {
    if (!chosen?.fingerprint) return undefined;
    const proof = await signer.sign(`sluice/certificate/v1\n${canonical({ certificate_sm3: chosen.fingerprint, person: me.person })}`);
    return act(() => api.post('/certificates', { certificate: chosen.text, proof }), t('identity.registeredNow'));
  };
  const first = (
    <Form layout="vertical">
      <Form.Item label={t('identity.file')}><Upload accept=".pem,.crt,.cer,.der" maxCount={1} showUploadList={false} beforeUpload={(f) => { void read(f); return false; }}><Button>{t('identity.choose')}</Button></Upload>{chosen ? <span style={{ marginLeft: 10 }}>{chosen.name}</span> : null}</Form.Item>
      {chosen && !chosen.fingerprint ? <Alert type="error" showIcon title={t('identity.notCertificate')} style={{ marginBottom: 12 }} /> : null}
    </Form>
  );
  return <KeyDialog title={t('identity.register')} text={t('identity.registerText')} account={me.account} first={first} ready={Boolean(chosen?.fingerprint)} onClose={onClose} run={register} />;
}
