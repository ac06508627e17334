// People: enrolled, given duties, suspended, their credentials reset by two administrators.
import { Alert, Button, Form, Input, Modal, Select, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList } from '../api/hooks.ts';
import { DUTY_NAMES } from '../api/schema.ts';
import type { Duty, Party, Person } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';
import { Name } from './bits.tsx';
import { Chip, Status } from './chips.tsx';
import { ListTable } from './list_table.tsx';
import { LinkDialog } from './providers.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

type Show = (once: { who: string; password: string }) => void;

export function People() {
  const { t } = useTranslation();
  const me = useMe();
  const { act } = useAct();
  const list = useList<Person>('/people');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [granting, setGranting] = useState<Person | null>(null);
  const [resetting, setResetting] = useState<Person | null>(null);
  const [adding, setAdding] = useState(false);
  const [linking, setLinking] = useState<Person | null>(null);
  const [once, setOnce] = useState<{ who: string; password: string } | null>(null);
  const revoke = (p: Person, d: Duty): void => setAsk({ title: `${t('admin.revoke')}: ${t(`duty.${d}`)}`, run: (a) => act(() => api.post(`/people/${p.id}/duties/${d}/revoke`, { reason: a.reason })) });
  // Whoever asked may take it back, and nothing else.
  const decideResume = (p: Person): void => setAsk({
    title: `${t(p.can.includes('confirm-resume') ? 'small.resumeDecide' : 'small.resumeTakeBack')}: ${p.display_name ?? ''}`, text: t('small.resumeDecideText', { who: p.names[p.resume?.asked_by ?? ''] ?? '', reason: p.resume?.reason ?? '' }),
    ...(p.can.includes('confirm-resume') ? { choice: { yes: t('admin.approve'), no: t('admin.refuse') } } : {}),
    run: (a) => act(() => api.post(`/people/${p.id}/resume/decide`, { approve: a.approve && p.can.includes('confirm-resume'), reason: a.reason })),
  });
  const allow = async (p: Person): Promise<void> => {
    const done = await act(() => api.post<Person>(`/people/${p.id}/allow-reset`), t('small.resetDone'));
    if (done?.password) setOnce({ who: p.display_name ?? p.id, password: done.password });
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <div style={{ display: 'flex', gap: 16, alignItems: 'center', flexWrap: 'wrap' }}>
        {me.duties.includes('system_admin') ? <Button type="primary" onClick={() => setAdding(true)}>{t('admin.addPerson')}</Button> : null}
        <span style={{ color: 'var(--soft)' }}>{t('admin.separate')}</span>
      </div>
      <ListTable<Person>
        query={list} rowKey={(p) => p.id} empty={{ title: t('common.nothing'), text: '' }}
        columns={[
          { title: t('common.who'), render: (_, p) => <><strong>{p.display_name ?? p.id}</strong><br /><span className="mono">{p.account ?? p.id}</span></> },
          { title: t('common.party'), render: (_, p) => <Name id={p.party} names={p.names} /> },
          { title: t('admin.duties'), render: (_, p) => p.duties.map((d) => <Tag key={d.duty} {...(p.can.includes('revoke') ? { closable: true, onClose: (e: React.MouseEvent) => { e.preventDefault(); revoke(p, d.duty); } } : {})}>{t(`duty.${d.duty}`)}</Tag>) },
          { title: t('common.status'), render: (_, p) => <Space orientation="vertical" size={2}><Status value={p.suspended ? 'suspended' : 'active'} />{p.reset ? <span title={p.reset.reason}><Chip tone="warn" icon="!" word={t('small.resetPending', { who: p.names[p.reset.asked_by] ?? '', what: t(`small.resetKind.${p.reset.what}`) })} /><br /><small>{p.reset.reason} · {timeText(p.reset.at_ms)}</small></span> : null}{p.resume ? <span><Chip tone="warn" icon="!" word={t('small.resumePending', { who: p.names[p.resume.asked_by] ?? '' })} /><br /><small>{p.resume.reason} · {timeText(p.resume.at_ms)}</small></span> : null}</Space> },
          { title: t('common.actions'), render: (_, p) => <Space wrap>
            {p.can.includes('grant') ? <Button size="small" onClick={() => setGranting(p)}>{t('admin.grant')}</Button> : null}
            {p.can.includes('ask-reset') ? <Button size="small" onClick={() => setResetting(p)}>{t('small.resetAsk')}</Button> : null}
            {p.can.includes('allow-reset') ? <Button size="small" type="primary" onClick={() => void allow(p)}>{t('small.resetAllow')}</Button> : null}
            {(me.duties.includes('system_admin') || (me.duties.includes('security_admin') && p.identity_asked)) && !p.suspended ? <Button size="small" onClick={() => setLinking(p)}>{t('identity.link')}</Button> : null}
            {p.can.includes('resume') ? <Button size="small" onClick={() => setAsk({ title: `${t('small.resume')}: ${p.display_name ?? ''}`, text: t('small.resumeText'), run: (a) => act(() => api.post(`/people/${p.id}/resume`, { reason: a.reason })) })}>{t('small.resume')}</Button> : null}
            {p.can.includes('refuse-resume') ? <Button size="small" type={p.can.includes('confirm-resume') ? 'primary' : 'default'} onClick={() => decideResume(p)}>{t(p.can.includes('confirm-resume') ? 'small.resumeDecide' : 'small.resumeTakeBack')}</Button> : null}
            {p.can.includes('suspend') ? <Button size="small" danger onClick={() => setAsk({ title: t('admin.suspend'), run: (a) => act(() => api.post(`/people/${p.id}/suspend`, { reason: a.reason })) })}>{t('admin.suspend')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {granting ? <GrantDuty person={granting} onClose={() => setGranting(null)} /> : null}
      {resetting ? <AskReset person={resetting} onClose={() => setResetting(null)} /> : null}
      {linking ? <LinkDialog person={linking} onClose={() => setLinking(null)} /> : null}
      {adding ? <AddPerson onClose={() => setAdding(false)} onAdded={setOnce} /> : null}
      <Modal open={once !== null} title={`${t('small.once')}: ${once?.who ?? ''}`} onCancel={() => setOnce(null)} footer={<Button type="primary" onClick={() => setOnce(null)}>{t('common.close')}</Button>}>
        <Alert type="warning" showIcon title={t('small.onceText')} /><Typography.Paragraph code copyable style={{ marginTop: 12, wordBreak: 'break-all' }}>{once?.password}</Typography.Paragraph>
      </Modal>
    </div>
  );
}

function GrantDuty({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [duty, setDuty] = useState<Duty>('data_user');
  return (
    <Modal
      open title={`${t('admin.grant')}: ${person.display_name ?? ''}`} onCancel={onClose} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}
      onOk={() => void act(() => api.post(`/people/${person.id}/duties`, { duty, expires_ms: 0 })).then((done) => { if (done) onClose(); })}
    >
      <Select value={duty} onChange={setDuty} style={{ width: '100%' }} aria-label={t('admin.duty')} options={DUTY_NAMES.map((d) => ({ value: d, label: t(`duty.${d}`) }))} />
    </Modal>
  );
}

function AskReset({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ what: string; reason: string }>();
  return (
    <Modal open title={`${t('small.resetAsk')}: ${person.display_name ?? ''}`} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t('small.resetText')}</p>
      <Form form={form} layout="vertical" initialValues={{ what: 'both' }} onFinish={(v) => void act(() => api.post(`/people/${person.id}/ask-reset`, v)).then((done) => { if (done) onClose(); })}>
        <Form.Item name="what" label={t('small.resetWhat')}><Select options={['password', 'totp', 'both'].map((w) => ({ value: w, label: t(`small.resetKind.${w}`) }))} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

interface NewPerson { party: string; account: string; display_name: string; phone?: string }

function AddPerson({ onClose, onAdded }: { onClose: () => void; onAdded: Show }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<NewPerson>();
  const parties = useAll<Party>('/parties');
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const finish = async (v: NewPerson): Promise<void> => {
    const done = await act(() => api.post<Person>('/people', { ...v, phone: v.phone ?? '' }));
    if (!done) return;
    onAdded({ who: `${v.display_name} (${v.account})`, password: done.password ?? '' });
    onClose();
  };
  return (
    <Modal open title={t('admin.addPerson')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="party" label={t('common.party')} rules={[{ required: true, message: t('common.required') }]}><Select showSearch={{ optionFilterProp: 'label' }} options={parties.map((p) => ({ value: p.id, label: p.name }))} /></Form.Item>
        <Form.Item name="account" label={t('admin.account')} rules={need}><Input maxLength={60} autoComplete="off" /></Form.Item>
        <Form.Item name="display_name" label={t('admin.displayName')} rules={need}><Input maxLength={60} autoComplete="off" /></Form.Item>
        <Form.Item name="phone" label={t('small.phone')}><Input maxLength={20} autoComplete="off" /></Form.Item>
      </Form>
    </Modal>
  );
}
