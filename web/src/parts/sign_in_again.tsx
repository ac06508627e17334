// The session is over while somebody works: the password is asked for over the page, and what was being done goes on. Requests
// that were refused meanwhile wait for the one answer.
import { Alert, Button, Form, Input, type InputRef, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, configure } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { ProblemNote } from './page.tsx';

export function SignInAgain({ me, update }: { me: Me | null; update: (me: Me) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [password, setPassword] = useState('');
  const waiting = useRef<{ asked: Promise<boolean>; answer: (again: boolean) => void } | null>(null);
  const field = useRef<InputRef>(null);
  const signedIn = me !== null;

  useEffect(() => configure.onExpired(() => {
    if (!signedIn) return Promise.resolve(false);
    if (!waiting.current) {
      let answer: (again: boolean) => void = () => undefined;
      const asked = new Promise<boolean>((resolve) => { answer = resolve; });
      waiting.current = { asked, answer };
      setError(null);
      setPassword('');
      setOpen(true);
    }
    return waiting.current.asked;
  }), [signedIn]);

  const close = (again: boolean): void => {
    setOpen(false);
    waiting.current?.answer(again);
    waiting.current = null;
  };
  const submit = async (): Promise<void> => {
    if (!me || password === '') return;
    setBusy(true);
    setError(null);
    try {
      update(await api.post<Me>('/session', { account: me.account, password }));
      close(true);
    } catch (problem) {
      setError(problem);
      setPassword('');
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={open} title={t('signin.againTitle')} closable={false} keyboard={false} zIndex={1300} destroyOnHidden afterOpenChange={(shown) => { if (shown) field.current?.focus(); }}
      footer={<><Button onClick={() => close(false)}>{t('signin.otherWay')}</Button><Button type="primary" loading={busy} disabled={password === ''} onClick={() => void submit()}>{t('signin.submit')}</Button></>}
    >
      <Alert type="info" showIcon title={t('signin.againText')} style={{ marginBottom: 16 }} />
      {error ? <div style={{ marginBottom: 16 }}><ProblemNote error={error} /></div> : null}
      <Form layout="vertical">
        <Form.Item label={t('signin.account')} htmlFor="account-again"><Input id="account-again" value={me?.account ?? ''} readOnly autoComplete="username" /></Form.Item>
        <Form.Item label={t('signin.password')} htmlFor="password-again"><Input.Password id="password-again" ref={field} value={password} autoComplete="current-password" onChange={(e) => setPassword(e.target.value)} onPressEnter={() => void submit()} /></Form.Item>
      </Form>
    </Modal>
  );
}
