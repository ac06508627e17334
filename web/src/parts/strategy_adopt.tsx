// Adopting a strategy. One that demands a review goes to a second person first: as a file, and comes back with their signature.
import { Alert, Button, Modal, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import { Digest, download } from './bits.tsx';
import { type DocumentSignature, digestOf, documentOf, readSignature } from './document_signature.ts';
import { canonical } from '../verify/json.ts';
import type { StrategyText } from './strategy.ts';

export function AdoptStrategy({ dataset, strategy, onClose }: { dataset: string; strategy: StrategyText; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [signature, setSignature] = useState<DocumentSignature | null>(null);
  const [problem, setProblem] = useState('');
  const document_ = documentOf(JSON.stringify(strategy));
  const reviewed = strategy.review === 'required';
  const take = async (file: File): Promise<void> => {
    setSignature(null);
    const read = document_ ? readSignature(await file.text(), document_) : null;
    if (!read) setProblem(t('strategy.noSignature'));
    else if (!read.matches) setProblem(t('strategy.otherDocument'));
    else {
      setProblem('');
      setSignature(read.signature);
    }
  };
  const adopt = async (): Promise<void> => {
    const done = await act(() => api.post(`/datasets/${dataset}/strategies`, { text: canonical(document_!), ...(signature ? { signature } : {}) }), t('deident.adopted'));
    if (done !== undefined) onClose();
  };
  return (
    <Modal open width={620} title={t('deident.adoptTitle')} onCancel={onClose} onOk={() => void adopt()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !document_ || (reviewed && !signature) }}>
      <p>{t('deident.adoptText')}</p>
      {document_ && reviewed ? (
        <div style={{ display: 'grid', gap: 10 }}>
          <Alert type="info" showIcon title={t('strategy.reviewHow')} />
          <div>SM3 <Digest value={digestOf(document_)} size={32} /></div>
          <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap', alignItems: 'center' }}>
            <Button onClick={() => download(new Blob([canonical(document_)], { type: 'application/json' }), `${strategy.id}-${strategy.version}.strategy.json`)}>{t('strategy.forReview')}</Button>
            <Upload accept=".json,.sig" showUploadList={false} beforeUpload={(f) => { void take(f); return false; }}><Button>{t('strategy.signatureFile')}</Button></Upload>
          </div>
          {problem ? <Alert type="error" showIcon title={problem} /> : null}
          {signature ? <Alert type="success" showIcon title={<>{t('strategy.signedBy')} <span className="mono">{signature.key_id}</span></>} /> : null}
        </div>
      ) : null}
    </Modal>
  );
}
