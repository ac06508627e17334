// The registration certificate of a product: verified in the browser before it is offered, by this node's own anchor.
import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Skeleton, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { Product } from '../api/types.ts';
import { verifyDocument } from '../verify/report.ts';
import { Facts, download } from './bits.tsx';
import { ProblemNote } from './page.tsx';
import { timeText } from '../i18n/format.ts';

export default function RegistrationCertificate({ product }: { product: Product }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const path = `/products/${product.id}/certificate`;
  const query = useQuery({
    queryKey: ['certificate', product.id, product.number], retry: false,
    queryFn: async () => {
      const [text, anchor] = await Promise.all([api.text(path), api.text('/ledger/trust').catch(() => null)]);
      return { text, report: verifyDocument({ document: text, anchor, fileDigest: null, nowMs: Date.now() }) };
    },
  });
  const print = async (): Promise<void> => { const file = await act(() => api.blob(`${path}?format=pdf`)); if (file) download(file, `${product.id}.registration.pdf`); };
  const report = query.data?.report;
  const why = report ? [...(report.registration?.problems ?? []), ...report.checks.filter((c) => c.state === 'fail').map((c) => c.id), report.reason ?? ''].filter((x) => x !== '').join(', ') : '';
  return (
    <Card title={t('registration.certificate')} extra={<a href="/verify.html" target="_blank" rel="noreferrer">{t('registration.verifyPage')}</a>}>
      {query.isPending ? <Skeleton active /> : null}
      {query.isError ? <ProblemNote error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data && report ? (
        <Space orientation="vertical" style={{ width: '100%' }}>
          {report.verdict === 'verified' ? <Alert type="success" showIcon title={t('registration.verified')} /> : <Alert type="error" showIcon title={t('registration.failed', { why: why || report.verdict })} />}
          <Facts items={[[t('product.number'), report.registration?.number ?? ''], [t('product.registered'), timeText(report.registration?.registeredMs ?? 0)], [t('product.owner'), report.registration?.owner ?? '']]} />
          <Space wrap>
            <Button icon={<DownloadOutlined />} onClick={() => download(new Blob([query.data.text], { type: 'application/json' }), `${product.id}.registration.json`)}>{t('registration.json')}</Button>
            <Button loading={busy} onClick={() => void print()}>{t('registration.pdf')}</Button>
          </Space>
          <span style={{ color: 'var(--soft)' }}>{t('registration.text')}</span>
        </Space>
      ) : null}
    </Card>
  );
}
