// Providers of sign-in (OpenID Connect), and the link of an account to an identity there.
import { Alert, Button, Form, Input, Modal, Select, Space, Table } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { OidcAsked, OidcIdentity, OidcLink, OidcProviderAsk, SetProviders, SignInProviderObject } from '../api/schema.ts';
import { useHolds, useMe } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';
import { Facts, Name } from './bits.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function Providers() {
  const { t } = useTranslation();
  const { act } = useAct();
  const may = useHolds('system_admin');
  const query = useOne<SetProviders>('/oidc/providers');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [setting, setSetting] = useState(false);
  return (
    <Loaded query={query}>
      {(p) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <div style={{ display: 'flex', gap: 16, alignItems: 'center', flexWrap: 'wrap' }}>{may ? <Button type="primary" onClick={() => setSetting(true)}>{t('identity.setProvider')}</Button> : null}<span style={{ color: 'var(--soft)' }}>{t('identity.providersText')}</span></div>
          <Table<SignInProviderObject> size="middle" rowKey="provider" pagination={false} dataSource={p.items} scroll={{ x: 'max-content' }} locale={{ emptyText: t('identity.noProviders') }} columns={[
            { title: t('common.name'), render: (_, x) => <><strong>{x.title}</strong><br /><span className="mono">{x.provider}</span></> }, { title: t('identity.issuer'), render: (_, x) => <span className="mono">{x.issuer}</span> }, { title: t('identity.clientId'), render: (_, x) => <span className="mono">{x.client_id}</span> }, { title: t('common.time'), render: (_, x) => timeText(x.at_ms) },
            { title: t('common.actions'), render: (_, x) => (x.can.includes('remove') ? <Button size="small" danger onClick={() => setAsk({ title: `${t('identity.remove')}: ${x.title}`, text: t('identity.removeText'), run: (v) => act(() => api.post(`/oidc/providers/${x.provider}/remove`, { reason: v.reason })) })}>{t('identity.remove')}</Button> : null) },
          ]} />
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
          {setting ? <SetProvider onClose={() => setSetting(false)} /> : null}
        </div>
      )}
    </Loaded>
  );
}

function SetProvider({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<OidcProviderAsk>();
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <Modal open title={t('identity.setProvider')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ redirect_uri: `${location.origin}/api/v1/session/oidc/callback`, client_secret: '', ca_pem: '' }} onFinish={(v) => void act(() => api.post('/oidc/providers', v)).then((done) => { if (done) onClose(); })}>
        <Form.Item name="provider" label={t('identity.provider')} rules={need}><Input className="mono" maxLength={40} /></Form.Item>
        <Form.Item name="title" label={t('identity.title')} rules={need}><Input maxLength={60} /></Form.Item>
        <Form.Item name="issuer" label={t('identity.issuer')} rules={need}><Input className="mono" maxLength={400} placeholder="https://" /></Form.Item>
        <Form.Item name="client_id" label={t('identity.clientId')} rules={need}><Input className="mono" maxLength={200} /></Form.Item>
        <Form.Item name="client_secret" label={t('identity.clientSecret')} extra={t('identity.secretText')}><Input.Password autoComplete="off" maxLength={400} /></Form.Item>
        <Form.Item name="redirect_uri" label={t('identity.redirect')} rules={need}><Input className="mono" maxLength={400} /></Form.Item>
        <Form.Item name="ca_pem" label={t('identity.ca')}><Input.TextArea rows={2} className="mono" maxLength={20_000} /></Form.Item>
      </Form>
    </Modal>
  );
}

/** The identity of an account elsewhere; null where none is linked or asked for. */
const linkOf = (person: string): Promise<OidcLink | null> => api.get<OidcLink>(`/people/${person}/oidc-link`).catch((error: unknown) => {
  if (error instanceof Problem && error.code === 'oidc.not_linked') return null;
  throw error;
});

export function LinkDialog({ person, onClose }: { person: { id: string; display_name?: string }; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const me = useMe();
  const asks = useHolds('system_admin');
  const queries = useQueryClient();
  const link = useQuery({ queryKey: ['one', 'oidc-link', person.id], queryFn: () => linkOf(person.id), retry: false });
  const [ask, setAsk] = useState<Ask | null>(null);
  const self = person.id === me.person;
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['one', 'oidc-link', person.id] });
  const decide = (identity: string, approve: boolean, reason: string): Promise<unknown> => act(() => api.post(`/people/${person.id}/oidc-link/decide`, { identity, approve, reason })).then(async (done) => { await again(); return done; });
  const name = person.display_name ?? link.data?.names[person.id] ?? (self ? me.account : person.id);
  const shown = (title: string, one: OidcIdentity | OidcAsked, names: Record<string, string>): [string, React.ReactNode][] => [
    [t('common.status'), title], [t('identity.providers'), one.provider], [t('identity.issuer'), <span key="i" className="mono">{one.issuer}</span>],
    [t('identity.identity'), <span key="s" className="mono">{one.subject}</span>], [t('identity.askedBy'), <><Name id={one.asked_by} names={names} /> · {timeText(one.at_ms)}</>],
  ];
  return (
    <Modal open title={t('identity.linkTitle', { name })} onCancel={onClose} footer={<Button onClick={onClose}>{t('common.close')}</Button>}>
      <p>{t('identity.linkText')}</p>
      <Loaded query={link}>
        {(l) => (
          <div style={{ display: 'grid', gap: 16 }}>
            {l?.linked ? <>
              <Facts items={shown(t('identity.linked'), l.linked, l.names)} />
              {l.can.includes('remove') ? <div><Button danger loading={busy} onClick={() => void act(() => api.post(`/people/${person.id}/oidc-link/remove`)).then(again)}>{t('identity.unlink')}</Button></div> : null}
            </> : null}
            {l?.asked ? <>
              <Facts items={[...shown(t('identity.asked'), l.asked, l.names), [t('identity.until'), timeText(l.asked.lapses_ms)]]} />
              <Space>
                {l.can.includes('confirm') ? <Button type="primary" loading={busy} onClick={() => void decide(l.asked!.id, true, '')}>{t('identity.confirm')}</Button> : null}
                {l.can.includes('refuse') ? <Button danger onClick={() => setAsk({ title: t('identity.refuse'), run: (a) => decide(l.asked!.id, false, a.reason) })}>{t('identity.refuse')}</Button> : null}
              </Space>
            </> : null}
            {!l?.linked && !l?.asked ? <Alert type="info" showIcon title={t(self ? 'identity.linkSelf' : 'identity.notLinked')} /> : null}
            {asks && !self && !l?.asked ? <AskLink person={person.id} again={again} /> : null}
          </div>
        )}
      </Loaded>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </Modal>
  );
}

function AskLink({ person, again }: { person: string; again: () => Promise<void> }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const providers = useOne<SetProviders>('/oidc/providers').data?.items ?? [];
  const [form] = Form.useForm<{ provider: string; subject: string }>();
  const need = [{ required: true, message: t('common.required') }];
  return (
    <Form form={form} layout="vertical" onFinish={(v) => void act(() => api.post(`/people/${person}/oidc-link`, v)).then(again)}>
      <Form.Item name="provider" label={t('identity.providers')} rules={need}><Select options={providers.map((p) => ({ value: p.provider, label: p.title }))} /></Form.Item>
      <Form.Item name="subject" label={t('identity.identity')} rules={need}><Input className="mono" autoComplete="off" maxLength={255} /></Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>{t('identity.linkDo')}</Button>
    </Form>
  );
}
