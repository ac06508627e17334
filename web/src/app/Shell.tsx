// The frame around every page: top bar, navigation by duty, palette, language, mode.
import { DownOutlined, IdcardOutlined, KeyOutlined, LockOutlined, LogoutOutlined, MobileOutlined, MoonOutlined, SearchOutlined, SunOutlined, TranslationOutlined, UpOutlined, UserOutlined } from '@ant-design/icons';
import { useIsFetching, useQuery } from '@tanstack/react-query';
import { Button, Dropdown, Skeleton } from 'antd';
import { Suspense, lazy, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Navigate, Outlet, useLocation, useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { InboxItem, List } from '../api/types.ts';
import { base64 } from '../crypto/bytes.ts';
import { currentLanguage, setLanguage } from '../i18n/index.ts';
import { setMode, useMode } from './mode.ts';
import { type Place, allPlacesOf, placeIcon, placesOf } from './nav.tsx';
import { Palette } from './Palette.tsx';
import { useScrollingTables } from './scrolling_tables.ts';
import { useMe, useSession } from './session.tsx';

export function SignedIn() {
  const { me, pending } = useSession();
  const at = useLocation();
  const [begun, setBegun] = useState(false);
  if (pending) return <div style={{ padding: 48 }}><Skeleton active /></div>;
  if (!me) return <Navigate to={{ pathname: '/sign-in', search: at.search.includes('sign_in_error=') ? at.search : '' }} replace state={{ from: at.pathname }} />;
  // Nothing else may be done before; nothing else is asked of the node.
  if (me.must_change_password) return <Suspense><ChangePassword must="must" onClose={() => setBegun(true)} /></Suspense>;
  return <><Shell />{begun && me.totp === 'none' ? <Suspense><OwnTotp onClose={() => setBegun(false)} /></Suspense> : null}</>;
}

/** Badge and list come from this one query. */
export const useInbox = () => useQuery({ queryKey: ['inbox'], queryFn: () => api.get<List<InboxItem>>('/inbox'), refetchInterval: 30_000 });

function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const [finding, setFinding] = useState(false);
  const inbox = useInbox();
  useScrollingTables();
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
        e.preventDefault();
        setFinding((open) => !open);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const reading = useIsFetching({ predicate: (q) => q.state.status === 'pending' });
  const waiting = inbox.data?.total ?? inbox.data?.items.length ?? 0;
  return (
    <div className="shell">
      <a className="skip" href="#main">{t('app.skip')}</a>
      <header className="top">
        <Link to="/inbox" className="brand"><img src="/sluice.svg" alt="" width="28" height="28" />{t('app.name')}</Link>
        <span className="space-name">{me.space.name === me.party.name ? me.space.name : `${me.space.name} · ${me.party.name}`}</span>
        <span className="grow" />
        <Button className="find" type="text" icon={<SearchOutlined />} onClick={() => setFinding(true)}>{t('app.find')}<kbd>Ctrl K</kbd></Button>
        <LookButtons />
        <AccountMenu />
      </header>
      <nav className="side" aria-label={t('app.go')}><Places waiting={waiting} /></nav>
      <main className="work" id="main" tabIndex={-1} aria-busy={reading > 0}>
        <Suspense fallback={<Skeleton active />}><Outlet /></Suspense>
      </main>
      <Palette open={finding} onClose={() => setFinding(false)} />
    </div>
  );
}

/** What one needs most; everything else that one's duties reach stands below, when it is asked for or one is there. */
function Places({ waiting }: { waiting: number }) {
  const { t } = useTranslation();
  const { duties } = useMe();
  const { pathname } = useLocation();
  const [open, setOpen] = useState<boolean | null>(null);
  const first = placesOf(duties), rest = allPlacesOf(duties).filter((place) => !first.includes(place));
  const link = (place: Place) => (
    <NavLink key={place} to={`/${place}`}>
      <span aria-hidden="true">{placeIcon[place]}</span>{t(`nav.${place}`)}
      {place === 'inbox' && waiting > 0 ? <span className="count">{waiting}</span> : null}
    </NavLink>
  );
  const shown = open ?? rest.some((place) => pathname.startsWith(`/${place}`));
  return (
    <>
      {first.map(link)}
      {rest.length > 0 ? <button type="button" aria-expanded={shown} onClick={() => setOpen(!shown)}><span aria-hidden="true">{shown ? <UpOutlined /> : <DownOutlined />}</span>{t('app.more')}</button> : null}
      {shown ? rest.map(link) : null}
    </>
  );
}

export function LookButtons() {
  const { t } = useTranslation();
  const mode = useMode();
  const other = currentLanguage() === 'zh' ? 'en' : 'zh';
  return (
    <>
      <Button type="text" icon={<TranslationOutlined />} onClick={() => setLanguage(other)}>{t('app.language')}</Button>
      <Button type="text" icon={mode === 'dark' ? <SunOutlined /> : <MoonOutlined />} aria-label={t(mode === 'dark' ? 'app.light' : 'app.dark')} onClick={() => setMode(mode === 'dark' ? 'light' : 'dark')} />
    </>
  );
}

const KeyDialog = lazy(() => import('../parts/key_dialog.tsx'));
const OwnCertificates = lazy(() => import('../parts/own_certificates.tsx'));
const ChangePassword = lazy(() => import('../parts/change_password.tsx'));
const OwnTotp = lazy(() => import('../parts/own_totp.tsx'));

function AccountMenu() {
  const { t } = useTranslation();
  const [settingKey, setSettingKey] = useState(false);
  const [changing, setChanging] = useState(false);
  const [enrolling, setEnrolling] = useState(false);
  const [certificates, setCertificates] = useState(false);
  const { act } = useAct();
  const { signOut } = useSession();
  const me = useMe();
  const go = useNavigate();
  const setKey = async (publicKey: Uint8Array, sign: (text: string) => Promise<string>): Promise<unknown> => {
    const key = base64(publicKey);
    const proof = await sign(`sluice/sign-in-key/v1\n${JSON.stringify({ person: me.person, public_key: key })}`);
    return act(() => api.post('/session/key', { public_key: key, proof }), t('access.keySet'));
  };
  return (
    <>
    {settingKey ? <Suspense><KeyDialog title={t('access.setKey')} text={t('access.setKeyText')} account={me.account} onClose={() => setSettingKey(false)} run={(signer) => setKey(signer.part.publicKey, signer.sign)} /></Suspense> : null}
    {certificates ? <Suspense><OwnCertificates onClose={() => setCertificates(false)} /></Suspense> : null}
    {enrolling ? <Suspense><OwnTotp onClose={() => setEnrolling(false)} /></Suspense> : null}
    {changing ? <Suspense><ChangePassword must="may" onClose={() => setChanging(false)} /></Suspense> : null}
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'who', disabled: true, label: <><strong>{me.display_name}</strong><br />{me.duties.map((d) => t(`duty.${d}`)).join(' · ')}</> },
          { type: 'divider' },
          { key: 'password', icon: <LockOutlined />, label: t('small.change'), onClick: () => setChanging(true) },
          ...(me.totp === 'none' ? [{ key: 'totp', icon: <MobileOutlined />, label: t('signin.enrolTitle'), onClick: () => setEnrolling(true) }] : []),
          { key: 'key', icon: <KeyOutlined />, label: t('access.setKey'), onClick: () => setSettingKey(true) },
          { key: 'certificates', icon: <IdcardOutlined />, label: t('identity.own'), onClick: () => setCertificates(true) },
          { key: 'verify', label: <a href="/verify.html" target="_blank" rel="noreferrer">{t('app.offlineVerify')}</a> },
          { key: 'out', icon: <LogoutOutlined />, label: t('app.signOut'), onClick: () => { void signOut().finally(() => void go('/sign-in')); } },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />}>{me.display_name}</Button>
    </Dropdown>
    </>
  );
}
