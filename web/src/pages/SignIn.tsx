import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Divider, Form, Input, Modal } from 'antd';
import { Suspense, lazy, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import type { Duty } from '../api/types.ts';
import { LookButtons } from '../app/Shell.tsx';
import type { OfferedProviders } from '../api/schema.ts';
import { expectSignIn, useSession } from '../app/session.tsx';
import { EnrolTotp } from '../parts/enrol_totp.tsx';
import { ProblemNote } from '../parts/page.tsx';

const KeyDialog = lazy(() => import('../parts/key_dialog.tsx'));

/** Duties whose acts demand the second factor: they are asked to set it up at once. */
const needSecondFactor: Duty[] = ['committee_member', 'contract_signer', 'security_admin', 'registrar', 'security_officer', 'data_manager', 'system_admin', 'audit_admin', 'pi_officer'];

export default function SignIn() {
  const { t } = useTranslation();
  const { me, signIn, signedIn } = useSession();
  const [byKey, setByKey] = useState(false);
  const go = useNavigate();
  const at = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [enrolling, setEnrolling] = useState(false);
  const outside = useQuery({ queryKey: ['one', '/session/providers'], staleTime: Infinity, retry: false, queryFn: () => api.get<OfferedProviders>('/session/providers') }).data?.items ?? [];
  const failed = new URLSearchParams(at.search).get('sign_in_error');
  const from = (at.state as { from?: string } | null)?.from ?? '/inbox';
  const proceed = (): void => { void go(from, { replace: true }); };

  const submit = async ({ account, password }: { account: string; password: string }): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      setEnrolling(true);
      const who = await signIn(account.trim(), password);
      const needed = !who.must_change_password && who.totp === 'none' && who.duties.some((d) => needSecondFactor.includes(d));
      setEnrolling(needed);
      if (!needed) proceed();
    } catch (problem) {
      setEnrolling(false);
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  if (me && !enrolling) return <Navigate to={from} replace />;
  return (
    <div className="sign-in">
      <section className="left">
        <img src="/sluice.svg" alt="" width="56" height="56" style={{ borderRadius: 13, boxShadow: '0 0 0 1px #ffffff44' }} />
        <h1 style={{ whiteSpace: 'pre-line' }}>{t('signin.headline')}</h1>
        <p>{t('signin.lead')}</p>
        <p><a href="/verify.html" style={{ color: '#9fe3ec' }}>{t('signin.verify')} →</a></p>
        <p><a href="/my" style={{ color: '#9fe3ec' }}>{t('own.link')} →</a></p>
      </section>
      <main className="right">
        <Form layout="vertical" onFinish={(v: { account: string; password: string }) => void submit(v)} requiredMark={false}>
          <div style={{ display: 'flex', alignItems: 'center', marginBottom: 20 }}><h2 style={{ margin: 0, flex: 1 }}>{t('signin.title')}</h2><LookButtons /></div>
          {error ? <div style={{ marginBottom: 16 }}><ProblemNote error={error} /></div> : failed ? <Alert type="error" showIcon style={{ marginBottom: 16 }} title={t(`signin.outsideFailed.${failed.replaceAll('.', '_')}`, t('signin.outsideFailed.other'))} description={<span className="mono">{failed}</span>} /> : null}
          <Form.Item name="account" label={t('signin.account')} rules={[{ required: true, message: t('common.required') }]}><Input size="large" autoFocus autoComplete="username" /></Form.Item>
          <Form.Item name="password" label={t('signin.password')} rules={[{ required: true, message: t('common.required') }]}><Input.Password size="large" autoComplete="current-password" /></Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>{t('signin.submit')}</Button>
          <Button type="link" block onClick={() => setByKey(true)}>{t('access.signInByKey')}</Button>
          {outside.length > 0 ? <Divider plain>{t('signin.outside')}</Divider> : null}
          {outside.map((p) => <Button key={p.provider} block style={{ marginBottom: 8 }} href={p.start} onClick={expectSignIn}>{p.title}</Button>)}
        </Form>
      </main>
      {byKey ? (
        <Suspense>
          <KeyDialog
            title={t('access.signInByKey')} text={t('access.signInByKeyText')} onClose={() => setByKey(false)}
            run={async (signer, account) => {
              const asked = await api.post<{ challenge: string; text: string }>('/session/key/challenge', { account });
              await api.post('/session/key/sign-in', { account, challenge: asked.challenge, signature: await signer.sign(asked.text) });
              return signedIn();
            }}
          />
        </Suspense>
      ) : null}
      <Modal open={me !== null && enrolling} title={t('signin.enrolTitle')} footer={<Button onClick={proceed}>{t('signin.later')}</Button>} closable={false} destroyOnHidden>
        <EnrolTotp onDone={proceed} />
      </Modal>
    </div>
  );
}
