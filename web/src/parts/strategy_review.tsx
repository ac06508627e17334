// The second pair of eyes: a strategy that somebody else wrote, read in words, and signed with one's own SM2 key in this browser.
import { Alert, Button, Card, Upload } from 'antd';
import { Suspense, lazy, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../app/session.tsx';
import { Digest, download } from './bits.tsx';
import { digestOf, documentOf, signDocument } from './document_signature.ts';
import { type StrategyText } from './strategy.ts';
import { StrategyWords } from './strategy_words.tsx';

const KeyDialog = lazy(() => import('./key_dialog.tsx'));

export function StrategyReview() {
  const { t } = useTranslation();
  const me = useMe();
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [signing, setSigning] = useState(false);
  const [signed, setSigned] = useState('');
  const document_ = file ? documentOf(file.text) : null;
  const strategy = document_ && document_['format'] === 'sluice-strategy/1' && Array.isArray(document_['fields']) ? (document_ as unknown as StrategyText) : null;
  return (
    <Card title={t('strategy.reviewTitle')}>
      <div style={{ display: 'grid', gap: 14 }}>
        <p style={{ margin: 0 }}>{t('strategy.reviewLead')}</p>
        <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap', alignItems: 'center' }}>
          <Upload accept=".json" showUploadList={false} beforeUpload={(f) => { setSigned(''); void f.text().then((text) => setFile({ name: f.name, text })); return false; }}><Button type={strategy ? 'default' : 'primary'}>{t('strategy.openStrategy')}</Button></Upload>
          {file ? <span className="mono">{file.name}</span> : null}
        </div>
        {file && !strategy ? <Alert type="error" showIcon title={t('deident.badText')} /> : null}
        {strategy && document_ ? (
          <>
            <StrategyWords strategy={strategy} />
            {strategy.extends ? <Alert type="warning" showIcon title={t('strategy.reviewOfParts')} /> : null}
            <div>SM3 <Digest value={digestOf(document_)} size={32} /></div>
            <div><Button type="primary" disabled={Boolean(strategy.extends)} onClick={() => setSigning(true)}>{t('strategy.sign')}</Button></div>
            {signed ? <Alert type="success" showIcon title={<>{t('strategy.signedNow')} <span className="mono">{signed}</span></>} /> : null}
          </>
        ) : null}
        {signing && document_ && strategy ? (
          <Suspense>
            <KeyDialog title={t('strategy.sign')} text={t('strategy.signText')} account={me.account} onClose={() => setSigning(false)} run={async (signer) => {
              const signature = await signDocument(document_, signer);
              download(new Blob([JSON.stringify(signature, null, 2)], { type: 'application/json' }), `${strategy.id}-${strategy.version}.signature.json`);
              setSigned(signature.key_id);
              return signature;
            }} />
          </Suspense>
        ) : null}
      </div>
    </Card>
  );
}
