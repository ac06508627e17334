// One's own certificate under what one decides: a vote, a contract, the word of a witness. It stands for the second factor. What is
// signed are the texts of docs/formats/sign-in.md.
import { Alert, Checkbox, Form } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOne } from '../api/hooks.ts';
import type { Certificates, KeyWorkObject, PersonalSignature } from '../api/schema.ts';
import { useMe } from '../app/session.tsx';
import { base64 } from '../crypto/bytes.ts';
import { type JsonObject, canonical } from '../verify/json.ts';
import { useKeyFile } from './key_file.tsx';

const text = (what: string, said: JsonObject): string => `sluice/${what}/v1\n${canonical(said)}`;

export const voteText = (application: string, member: string, approve: boolean, reason: string): string => text('vote', { application, approve, member, reason });
export const contractText = (contract: string, digest: string, signer: string): string => text('contract-by-person', { contract, digest_sm3: digest, signer });
export const witnessText = (work: KeyWorkObject, witness: string, verdict: string, reason: string): string => text('key-work-witness', { columns: work.columns, epoch: work.epoch, key_work: work.id, reason, verdict, version: work.version, witness, work: work.work, ...(work.whole ? { dataset: work.dataset, whole: { list: work.whole.list, versions: work.whole.versions } } : {}), ...(work.person ? { person: { kept: work.person.kept, list: work.person.list, versions: work.person.versions }, request: work.request ?? '' } : {}) });

export interface OwnSignature {
  /** To stand in a form: nothing where the person has no certificate in force. */
  fields: ReactNode;
  /** The signature, or null where none is wanted. Throws an Error that says in words what is wrong. */
  sign: (signed: string) => Promise<PersonalSignature | null>;
}

/** `asked`: whether there is anything to sign; else nobody's certificates are looked for. */
export function useOwnSignature({ asked }: { asked: boolean }): OwnSignature {
  const { t } = useTranslation();
  const me = useMe();
  const { fields, problem, signer } = useKeyFile('certificate-key');
  const [wanted, setWanted] = useState(false);
  const own = (useOne<Certificates>('/certificates', { enabled: asked }).data?.items ?? []).filter((c) => c.person === me.person && c.in_force);
  const sign = async (signed: string): Promise<PersonalSignature | null> => {
    if (!asked || !wanted || own.length === 0) return null;
    if (!signer) throw new Error(t('identity.keyNeeded'));
    const certificate = own.find((c) => c.public_key === base64(signer.part.publicKey));
    if (!certificate) throw new Error(t('identity.otherKey'));
    return { certificate: certificate.id, signature: await signer.sign(signed) };
  };
  return {
    sign,
    fields: asked && own.length > 0 ? (
      <>
        <Form.Item extra={t('identity.signText')}><Checkbox checked={wanted} onChange={(e) => setWanted(e.target.checked)}>{t('identity.sign')}</Checkbox></Form.Item>
        {wanted ? fields : null}
        {wanted && problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} /> : null}
      </>
    ) : null,
  };
}

/** Said beside what somebody signed so. */
export function SignedPersonally() {
  const { t } = useTranslation();
  return <small style={{ color: 'var(--soft)', whiteSpace: 'nowrap' }}>✎ {t('identity.signed')}</small>;
}
