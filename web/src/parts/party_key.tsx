// A party's key: proposed with a proof that its private half is at hand, by a signer of the party or at the desk; confirmed by another person, who writes
// the number that the holder told and so compares it. The private half is opened in this browser alone, or not here at all.
import { Alert, Button, Form, Input, Modal, Radio } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { Party } from '../api/types.ts';
import { timeText } from '../i18n/format.ts';
import { base64 } from '../crypto/bytes.ts';
import { useKeyFile } from './key_file.tsx';
import { type Proof, keyNumber, proofText, readProof, sameNumber } from './party_key_proof.ts';

const PROOF_BYTES_MAX = 16_384;

/** A number of 32 signs, in groups that people can read to each other. */
export const KeyNumber = ({ id }: { id: string }) => <span className="mono" style={{ wordBreak: 'break-word' }}>{id.replace(/(.{4})(?=.)/g, '$1 ')}</span>;

export function ProposeKey({ party, onClose }: { party: Party; onClose: () => void }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const [way, setWay] = useState<'file' | 'proof'>('file');
  const own = useKeyFile('party-key');
  const chooser = useRef<HTMLInputElement>(null);
  const [proof, setProof] = useState<{ proof: Proof; number: string } | null>(null);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const number = way === 'file' ? own.signer?.part.keyId : proof?.number;
  const choose = async (file: File | undefined): Promise<void> => {
    setProof(null);
    const read = file && file.size <= PROOF_BYTES_MAX ? readProof(await file.text(), party.id) : null;
    setFailure(file && !read ? t('party.badProof') : '');
    if (read) setProof({ proof: read, number: keyNumber(read.public_key) });
  };
  const made = async (): Promise<Proof> => {
    if (way === 'proof') return proof!.proof;

    const public_key = base64(own.signer!.part.publicKey);
    return { party: party.id, public_key, proof: await own.signer!.sign(proofText(party.id, public_key)) };
  };
  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      const { public_key, proof: signed } = await made();
      if (await act(() => api.post(`/parties/${party.id}/key`, { public_key, proof: signed }), t('party.proposed'))) onClose();
    } catch (error) {
      setFailure(error instanceof Error && error.message ? error.message : t('error.title'));
    } finally {
      setBusy(false);
    }
  };
  const problem = (way === 'file' ? own.problem : '') || failure;
  return (
    <Modal
      open width={680} title={`${t(party.key_id ? 'party.replace' : 'party.propose')}: ${party.name}`} onCancel={onClose} onOk={() => void submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !number || number === party.key_id }}
    >
      <p>{t('party.proposeText')}{party.key_id ? ` ${t('party.replaceText')}` : ''}</p>
      {problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 12 }} /> : null}
      <Form layout="vertical">
        <Form.Item label={t('party.way')}>
          <Radio.Group value={way} onChange={(e) => { setWay(e.target.value as typeof way); setFailure(''); }} style={{ display: 'grid', gap: 6 }} options={[{ value: 'file', label: t('party.byFile') }, { value: 'proof', label: t('party.byProof') }]} />
        </Form.Item>
        {way === 'file' ? own.fields : (
          <Form.Item label={t('party.proofFile')} htmlFor="party-proof-file" extra={<span className="mono">{t('party.proofHow', { party: party.id })}</span>}>
            <input ref={chooser} id="party-proof-file" className="sr" type="file" accept=".json,application/json" onChange={(e) => { void choose(e.target.files?.[0]); e.target.value = ''; }} />
            <Button onClick={() => chooser.current?.click()}>{t('party.chooseProof')}</Button>
          </Form.Item>
        )}
      </Form>
      {number ? <Alert type={number === party.key_id ? 'warning' : 'info'} showIcon title={<>{t('party.number')} <KeyNumber id={number} /></>} description={t(number === party.key_id ? 'party.same' : 'party.tell')} /> : null}
    </Modal>
  );
}

interface Said { approve?: boolean; heard?: string; reason?: string }

export function DecideKey({ party, onClose }: { party: Party; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Said>();
  const approve = Form.useWatch('approve', form), heard = Form.useWatch('heard', form) ?? '';
  const key = party.proposed_key, may = party.can.includes('confirm-key');
  if (!key) return null;
  const agrees = sameNumber(heard, key.key_id);
  const finish = async (v: Said): Promise<void> => {
    if (await act(() => api.post(`/parties/${party.id}/key/decide`, { key_id: key.key_id, approve: may && v.approve === true, reason: v.reason?.trim() ?? '' }))) onClose();
  };
  const said = { who: party.names[key.by] ?? '', time: timeText(key.at_ms), old: party.key_id };
  const no = !may || approve === false;
  return (
    <Modal
      open width={640} title={`${t(may ? 'party.confirm' : 'admin.takeBackKey')}: ${party.name}`} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !no && !(approve === true && agrees) }}
    >
      <p>{t(party.key_id ? 'party.proposedIs' : 'party.proposedFirst', said)}</p>
      {may ? null : <p>{t('party.number')} <KeyNumber id={key.key_id} /></p>}
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        {may ? <Form.Item name="approve" label={t('product.decision')} rules={[{ required: true, message: t('common.required') }]}><Radio.Group options={[{ value: true, label: t('admin.approve') }, { value: false, label: t('admin.refuse') }]} /></Form.Item> : null}
        {no ? null : (
          <>
            <Form.Item name="heard" label={t('party.heard')} extra={t('party.heardText')}><Input className="mono" autoComplete="off" maxLength={80} /></Form.Item>
            {heard.trim() === '' ? null : <Alert role="status" type={agrees ? 'success' : 'error'} showIcon title={t(agrees ? 'party.agrees' : 'party.differs')} style={{ marginBottom: 12 }} />}
          </>
        )}
        {no ? <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item> : null}
      </Form>
    </Modal>
  );
}
