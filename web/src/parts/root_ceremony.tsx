// The root key among officers: who keeps it, and the ceremony that changes it, each officer at a desk of their own. A passphrase typed here
// goes to the node over this connection only; the share file is handed out once and never kept by the page.
import { Alert, Button, Card, Empty, Form, Input, Modal, Space, Table, Upload } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { CeremonyObject as Ceremony, CeremonySeat, KeyWorks, RootKeeperShown as RootKeeper } from '../api/schema.ts';
import { useHolds, useMe } from '../app/session.tsx';
import { listComma, timeText } from '../i18n/format.ts';
import { Due, Facts, Name, type Stage, StageLine, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import { BeginCeremony } from './begin_ceremony.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const isOpen = (c: Ceremony): boolean => c.state === 'joining' || c.state === 'dealt';

export function Root() {
  const { t } = useTranslation();
  const keeper = useOne<RootKeeper>('/root-key');
  // Other officers move it on elsewhere: asked again while it is open.
  const ceremony = useQuery({ queryKey: ['one', '/root-key/ceremony'], queryFn: () => api.get<Ceremony>('/root-key/ceremony'), refetchInterval: (q) => (q.state.data && isOpen(q.state.data) ? 3_000 : false) });
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('root.text')}</p>
      <Loaded query={keeper}>{(k) => <Keeper keeper={k} />}</Loaded>
      <Loaded query={ceremony}>{(c) => <Ceremonies ceremony={c} />}</Loaded>
    </div>
  );
}

function Keeper({ keeper: k }: { keeper: RootKeeper }) {
  const { t } = useTranslation();
  const [checking, setChecking] = useState(false);
  return (
    <Card title={t('root.now')} extra={k.keeper === 'officers' ? <Button size="small" onClick={() => setChecking(true)}>{t('root.check')}</Button> : null}>
      <Facts items={[[t('root.now'), t(`root.keeper.${k.keeper}`, { needed: k.needed, total: k.total })], [t('root.officers'), k.officers.map((o) => o.name).join(listComma())]]} />
      {k.keeper === 'passphrase' ? <Alert type="warning" showIcon title={t('root.alone')} style={{ marginTop: 12 }} /> : null}
      {checking ? <ShareDialog title={t('root.check')} text={t('root.checkText')} path="/root-key/shares/check" onClose={() => setChecking(false)} told={(answer) => t('root.opens', { name: (answer as { name?: string }).name ?? '' })} /> : null}
    </Card>
  );
}

/** Where a ceremony stands, as a line: proposed and witnessed, joined, dealt, confirmed, in force. */
function stagesOf(c: Ceremony, t: (key: string) => string): Stage[] {
  const count = (of: (s: CeremonySeat) => boolean): string => `${c.officers.filter(of).length} / ${c.officers.length}`;
  const at = c.state === 'joining' ? 1 : c.state === 'done' ? 5 : c.officers.every((s) => s.taken) ? 3 : 2;
  const notes = ['', count((s) => s.joined), count((s) => s.taken), count((s) => s.confirmed), ''];
  return ['proposed', 'joining', 'dealt', 'confirmed', 'done'].map((id, i) => ({ id, title: t(`root.step.${id}`), note: notes[i]!, state: c.state === 'abandoned' && i >= at ? 'failed' : i < at ? 'done' : i === at ? 'now' : 'next' }));
}

function Ceremonies({ ceremony: c }: { ceremony: Ceremony }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const me = useMe();
  const mayBegin = useHolds('security_admin', 'system_admin', 'security_officer');
  const works = useOne<KeyWorks>('/key-works').data?.items.filter((w) => w.work === 'rotate_root' && w.status === 'approved') ?? [];
  const [beginning, setBeginning] = useState(false);
  const [joining, setJoining] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const [ask, setAsk] = useState<Ask | null>(null);
  const can = (what: string): boolean => c.can.includes(what);
  const take = async (): Promise<void> => {
    const done = await act(() => api.post<{ share: { name?: string } }>('/root-key/ceremony/share'));
    if (done) download(new Blob([JSON.stringify(done.share, null, 2)], { type: 'application/json' }), `root-share-${me.account}.json`);
  };
  const tick = (done: boolean) => (done ? <Chip tone="good" icon="✓" word={t('common.yes')} /> : <Chip tone="idle" icon="○" word={t('common.no')} />);
  return (
    <Card title={t('root.ceremony')} extra={isOpen(c) ? <span>{t('root.lapses')} <Due at={c.lapses_ms} /></span> : mayBegin ? <Button size="small" type="primary" disabled={works.length === 0} onClick={() => setBeginning(true)}>{t('root.begin')}</Button> : null}>
      <div style={{ display: 'grid', gap: 18 }}>
        {c.state === 'none' ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{t('root.state.none')}</strong>{mayBegin && works.length === 0 ? <><br />{t('root.noWork')}</> : null}</>} /> : (
          <>
            <Alert type={c.state === 'done' ? 'success' : c.state === 'abandoned' ? 'warning' : 'info'} showIcon title={t(`root.state.${c.state}`)} {...(c.reason ? { description: `${t('root.reason')}: ${c.reason}` } : {})} />
            <StageLine stages={stagesOf(c, t)} />
            <Table<CeremonySeat> size="small" rowKey="person" pagination={false} dataSource={c.officers} columns={[
              { title: t('root.officers'), render: (_, s) => <><Name id={s.person} names={c.names} />{s.person === me.person ? ` (${t('root.you')})` : ''}</> },
              { title: t('root.joined'), render: (_, s) => tick(s.joined) }, { title: t('root.taken'), render: (_, s) => tick(s.taken) }, { title: t('root.confirmed'), render: (_, s) => tick(s.confirmed) },
            ]} />
            <Space wrap>
              {can('join') ? <Button type="primary" onClick={() => setJoining(true)}>{t('root.join')}</Button> : null}
              {can('share') ? <><Button type="primary" loading={busy} onClick={() => void take()}>{t('root.share')}</Button><span style={{ color: 'var(--soft)' }}>{t('root.shareText')}</span></> : null}
              {can('confirm') ? <Button type="primary" onClick={() => setConfirming(true)}>{t('root.confirm')}</Button> : null}
              {can('abandon') ? <Button danger onClick={() => setAsk({ title: t('root.abandon'), text: t('root.abandonText'), run: (a) => act(() => api.post('/root-key/ceremony/abandon', { reason: a.reason })) })}>{t('root.abandon')}</Button> : null}
            </Space>
            <Facts items={[[t('root.begunBy'), <span key="b"><Name id={c.begun_by} names={c.names} /> · {timeText(c.begun_ms)}</span>], [t('root.needed'), c.needed]]} />
          </>
        )}
      </div>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {beginning ? <BeginCeremony works={works} onClose={() => setBeginning(false)} /> : null}
      {joining ? <Join onClose={() => setJoining(false)} /> : null}
      {confirming ? <ShareDialog title={t('root.confirm')} text={t('root.confirmText')} path="/root-key/ceremony/confirm" onClose={() => setConfirming(false)} /> : null}
    </Card>
  );
}

const LONG_ENOUGH = 12;

function Join({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ passphrase: string; again: string }>();
  return (
    <Modal open title={t('root.join')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} destroyOnHidden>
      <p>{t('root.joinText')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void act(() => api.post('/root-key/ceremony/join', { passphrase: v.passphrase })).then((done) => { if (done) onClose(); })}>
        <Form.Item name="passphrase" label={t('root.passphrase')} rules={[{ required: true, min: LONG_ENOUGH, message: t('root.short') }]}><Input.Password autoComplete="new-password" /></Form.Item>
        <Form.Item name="again" label={t('root.again')} dependencies={['passphrase']} rules={[{ required: true, message: t('common.required') }, ({ getFieldValue }) => ({ validator: (_: unknown, v: string) => (!v || v === getFieldValue('passphrase') ? Promise.resolve() : Promise.reject(new Error(t('root.differs')))) })]}><Input.Password autoComplete="new-password" /></Form.Item>
      </Form>
    </Modal>
  );
}

/** A share file and its passphrase, handed to the node: to be confirmed, or only looked at. */
function ShareDialog({ title, text, path, onClose, told }: { title: string; text: string; path: string; onClose: () => void; told?: (answer: unknown) => string }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [share, setShare] = useState<{ name: string; content: unknown } | null>(null);
  const [bad, setBad] = useState(false);
  const [opens, setOpens] = useState('');
  const [form] = Form.useForm<{ passphrase: string }>();
  const read = async (file: File): Promise<void> => {
    try {
      setShare({ name: file.name, content: JSON.parse(await file.text()) as unknown });
      setBad(false);
    } catch {
      setShare(null);
      setBad(true);
    }
  };
  const finish = async (v: { passphrase: string }): Promise<void> => {
    setOpens('');
    const done = await act(() => api.post<unknown>(path, { share: share?.content, passphrase: v.passphrase }));
    if (done === undefined) return;
    if (told) setOpens(told(done));
    else onClose();
  };
  return (
    <Modal open title={title} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !share }} destroyOnHidden>
      <p>{text}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item label={t('root.file')} {...(bad ? { validateStatus: 'error' as const, help: t('root.notShare') } : {})}>
          <Upload accept=".json,.txt" maxCount={1} showUploadList={false} beforeUpload={(f) => { void read(f); return false; }}><Button>{t('root.choose')}</Button></Upload>{share ? <span style={{ marginLeft: 10 }}>{share.name}</span> : null}
        </Form.Item>
        <Form.Item name="passphrase" label={t('root.passphrase')} rules={[{ required: true, message: t('common.required') }]}><Input.Password autoComplete="off" /></Form.Item>
      </Form>
      {opens ? <Alert type="success" showIcon title={opens} /> : null}
    </Modal>
  );
}
