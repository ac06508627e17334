// Setting up one-time codes: QR code, the key by hand, and the first code as proof.
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useWork } from '../api/hooks.ts';
import type { Me } from '../api/types.ts';
import { useSession } from '../app/session.tsx';
import { Loaded, useReport } from './page.tsx';
import { Qr } from './qr.tsx';

export function EnrolTotp({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { update } = useSession();
  const { busy, work } = useWork(useReport());
  const seed = useQuery({
    queryKey: ['totp-seed'], queryFn: () => api.post<{ secret: string; otpauth_url: string }>('/session/totp/enrol'), staleTime: Infinity, gcTime: 0, retry: false,
  });
  const confirm = ({ code }: { code: string }): Promise<void> => work(async () => {
    update(await api.post<Me>('/session/totp/confirm', { code }));
    onDone();
  });
  return (
    <Loaded query={seed}>
      {(data) => (
        <>
          <p>{t('signin.enrolText')}</p>
          <div style={{ display: 'flex', gap: 18, alignItems: 'center', marginBottom: 16 }}>
            <Qr text={data.otpauth_url} label={t('signin.enrolTitle')} />
            <div>{t('signin.secret')}<br /><Typography.Text code copyable style={{ wordBreak: 'break-all' }}>{data.secret}</Typography.Text></div>
          </div>
          <Form layout="vertical" onFinish={(v: { code: string }) => void confirm(v)}>
            <Form.Item name="code" label={t('signin.code')} rules={[{ required: true, pattern: /^\d{6}$/, message: t('signin.codeForm') }]}>
              <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={busy} block>{t('signin.enrol')}</Button>
          </Form>
        </>
      )}
    </Loaded>
  );
}
