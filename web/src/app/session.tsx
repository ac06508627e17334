// Who is signed in, and the dialog that asks for the second factor when the node demands it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { type ReactNode, Suspense, createContext, lazy, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, api, configure } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { useReport } from '../parts/page.tsx';
import { EnrolTotp } from '../parts/enrol_totp.tsx';
import { SignInAgain } from '../parts/sign_in_again.tsx';

interface Session {
  me: Me | null;
  pending: boolean;
  signIn: (account: string, password: string) => Promise<Me>;
  /** After a challenge was answered: the session cookie is there, who it is has yet to be asked. */
  signedIn: () => Promise<Me>;
  signOut: () => Promise<void>;
  update: (me: Me) => void;
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('no session provider');
  return session;
}

export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw new Error('signed out');
  return me;
}

/** Whether the person who is signed in holds one of these duties, or stands in for one: what nobody may do here is not offered. */
export const useHolds = (...duties: readonly string[]): boolean => useMe().duties.some((d) => duties.includes(d));

/** Kept while somebody is signed in here: a browser in which nobody signed in does not ask, and shows no refused request. */
const MARK = 'sluice.signed-in';

/** Somebody goes off to sign in elsewhere: on coming back this browser asks who they are. */
export const expectSignIn = (): void => localStorage.setItem(MARK, '1');

async function whoAmI(): Promise<Me | null> {
  if (!localStorage.getItem(MARK)) return null;
  try {
    return await api.get<Me>('/session');
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    localStorage.removeItem(MARK);
    return null;
  }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { t } = useTranslation();
  const { message } = App.useApp();
  const query = useQuery({ queryKey: ['session'], queryFn: whoAmI, staleTime: Infinity, retry: false });
  const me = query.data ?? null;

  const update = useCallback((next: Me | null) => {
    configure.csrf(next?.csrf ?? '');
    if (next) localStorage.setItem(MARK, '1');
    else localStorage.removeItem(MARK);
    queries.setQueryData(['session'], next);
  }, [queries]);

  useEffect(() => { configure.csrf(me?.csrf ?? ''); }, [me]);
  useEffect(() => configure.onStaleToken(async () => {
    const before = queries.getQueryData<Me | null>(['session']);
    const now = await api.get<Me>('/session').catch(() => null);
    if (!before || now?.person !== before.person) return false;
    update(now);
    return true;
  }), [queries, update]);
  useEffect(() => configure.onSignedOut(() => {
    if (queries.getQueryData(['session'])) void message.info(t('signin.signedOut'));
    update(null);
  }), [queries, message, t, update]);

  const session = useMemo<Session>(() => ({
    me,
    pending: query.isPending,
    signIn: async (account, password) => {
      const next = await api.post<Me>('/session', { account, password });
      queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
      update(next);
      return next;
    },
    signedIn: async () => {
      const next = await api.get<Me>('/session');
      queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
      update(next);
      return next;
    },
    signOut: async () => {
      await api.remove('/session');
      queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
      update(null);
    },
    update,
  }), [me, query.isPending, queries, update]);

  return <Context.Provider value={session}>{children}<StepUpDialog /><SignInAgain me={me} update={update} /></Context.Provider>;
}

const KeyDialog = lazy(() => import('../parts/key_dialog.tsx'));

function StepUpDialog() {
  const { t } = useTranslation();
  const { me, update } = useSession();
  const report = useReport();
  const [open, setOpen] = useState(false);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [byCertificate, setByCertificate] = useState(false);
  const answer = useRef<(ok: boolean) => void>(() => undefined);

  useEffect(() => configure.onStepUp(() => new Promise<boolean>((resolve) => {
    answer.current = resolve;
    setCode('');
    setByCertificate(false);
    setOpen(true);
  })), []);

  const close = (ok: boolean): void => {
    setOpen(false);
    answer.current(ok);
  };
  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      update(await api.post<Me>('/session/step-up', { code }));
      close(true);
    } catch (error) {
      report(error);
      setCode('');
    } finally {
      setBusy(false);
    }
  };
  const withCertificate = <Button type="link" style={{ paddingInline: 0 }} onClick={() => setByCertificate(true)}>{t('identity.stepUp')}</Button>;
  if (open && byCertificate && me) {
    return (
      <Suspense>
        <KeyDialog
          title={t('identity.stepUp')} text={t('identity.stepUpText')} account={me.account} over={1200} onClose={() => setByCertificate(false)}
          run={async (signer) => {
            try {
              const asked = await api.post<{ challenge: string; text: string }>('/session/certificate/challenge');
              update(await api.post<Me>('/session/certificate/step-up', { challenge: asked.challenge, signature: await signer.sign(asked.text) }));
            } catch (error) {
              if (!(error instanceof Problem)) throw error;
              report(error);
              return undefined;
            }
            close(true);
            return true;
          }}
        />
      </Suspense>
    );
  }
  if (me?.totp === 'none') {
    return (
      <Modal open={open} title={t('signin.enrolTitle')} footer={withCertificate} onCancel={() => close(false)} destroyOnHidden zIndex={1200}>
        <EnrolTotp onDone={() => close(true)} />
      </Modal>
    );
  }
  return (
    <Modal
      open={open} title={t('signin.stepUp')} onCancel={() => close(false)} onOk={() => void submit()} confirmLoading={busy} destroyOnHidden zIndex={1200}
      okText={t('common.confirm')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !/^\d{6}$/.test(code) }}
    >
      <p>{t('signin.stepUpText')}</p>
      <Input
        autoFocus value={code} maxLength={6} inputMode="numeric" autoComplete="one-time-code" aria-label={t('signin.code')} placeholder="000000"
        style={{ fontSize: 22, letterSpacing: 8, textAlign: 'center' }}
        onChange={(e) => setCode(e.target.value.replace(/\D/g, ''))} onPressEnter={() => { if (/^\d{6}$/.test(code)) void submit(); }}
      />
      {withCertificate}
    </Modal>
  );
}
