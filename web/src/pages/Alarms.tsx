// Alarms: what stands and who sees to it; what is watched; where word of it goes and what has not arrived.
import { Alert, Button, Checkbox, Form, Input, InputNumber, Modal, Select, Space, Table, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import type { AlarmChannelAsk, AlarmChannelShown, AlarmChoice, AlarmObject, AlarmRuleShown, AlarmSettingsObject } from '../api/schema.ts';
import { routeOfId } from '../app/routes.ts';
import { countText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Name } from '../parts/bits.tsx';
import { Chip, Status } from '../parts/chips.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';

const tone = { high: 'bad', medium: 'warn', low: 'idle' } as const;

export default function Alarms() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const tab = (key: string, children: React.ReactNode) => ({ key, label: t(`alarms.tab.${key}`), children });
  return (
    <Page title={t('alarms.title')} lead={t('alarms.lead')}>
      <Tabs activeKey={search.get('tab') ?? 'list'} onChange={(key) => setSearch({ tab: key })} destroyOnHidden items={[tab('list', <List />), tab('rules', <Rules />), tab('channels', <Channels />)]} />
    </Page>
  );
}

function Severity({ value }: { value: AlarmObject['severity'] }) {
  const { t } = useTranslation();
  return <Chip tone={tone[value]} icon={value === 'high' ? '▲' : value === 'medium' ? '△' : '○'} word={t(`alarms.level.${value}`, value)} />;
}

function List() {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const { act } = useAct();
  const [status, setStatus] = useState('');
  const [ask, setAsk] = useState<Ask | null>(null);
  const list = useList<AlarmObject>(status ? `/alarms?status=${status}` : '/alarms');
  const settings = useOne<AlarmSettingsObject>('/alarm-settings');
  const about = (a: AlarmObject): React.ReactNode => {
    if (a.subject === '') return t('alarms.node');
    const to = routeOfId(a.subject), shown = <Name id={a.subject} names={a.names} />;
    return to ? <Link to={to}>{shown}</Link> : shown;
  };
  const told = (a: AlarmObject): string[] => [
    ...a.deliveries.map((d) => `${t(`alarms.stage.${d.stage}`)} · ${d.delivered ? t('alarms.delivered', { channel: d.channel }) : t('alarms.undelivered', { channel: d.channel, n: d.tries, why: d.reason })}`),
    ...a.owed.map((d) => `${t(`alarms.stage.${d.stage}`)} · ${t('alarms.owed', { channel: d.channel, n: d.tries, why: d.reason ? `, ${d.reason}` : '' })}`),
  ];
  return (
    <>
      {settings.data && !settings.data.enabled ? <Alert type="warning" showIcon title={t('alarms.off')} description={t('alarms.offText')} style={{ marginBottom: 12 }} /> : null}
      <Select
        aria-label={t('common.status')} value={status} onChange={setStatus} style={{ width: 180, marginBottom: 12 }}
        options={[{ value: '', label: t('common.all') }, ...['raised', 'acknowledged', 'cleared'].map((s) => ({ value: s, label: t(`status.${s}`) }))]}
      />
      <ListTable<AlarmObject>
        query={list} rowKey={(a) => a.id} empty={{ title: t('alarms.empty'), text: t('alarms.emptyText') }}
        columns={[
          { title: t('alarms.what'), render: (_, a) => <div style={{ maxWidth: 340, whiteSpace: 'normal' }}><strong>{zh ? a.zh : a.en}</strong><br /><small>{t('alarms.next')}: {zh ? a.next_zh : a.next_en}</small></div> },
          { title: t('alarms.severity'), render: (_, a) => <Severity value={a.severity} /> },
          { title: t('common.status'), render: (_, a) => <Status value={a.status} /> },
          { title: t('alarms.about'), render: (_, a) => about(a) },
          { title: t('alarms.count'), align: 'right', render: (_, a) => countText(a.count) },
          { title: t('common.reason'), render: (_, a) => <div style={{ maxWidth: 300, whiteSpace: 'normal' }}>{a.reason ? <span className="mono">{a.reason}</span> : '—'}{a.note ? <div>{t('alarms.by', { who: a.names?.[a.acknowledged_by] ?? a.acknowledged_by, note: a.note })}</div> : null}{a.status === 'cleared' ? <div>{a.cleared_reason ? t('alarms.cleared', { why: a.cleared_reason }) : t('alarms.clearedItself')}</div> : null}</div> },
          { title: t('alarms.told'), render: (_, a) => { const lines = told(a); return lines.length === 0 ? t('alarms.toldNobody') : lines.map((x) => <div key={x}>{x}</div>); } },
          { title: t('alarms.raised'), render: (_, a) => timeText(a.at_ms) },
          {
            title: t('common.actions'), render: (_, a) => (
              <Space>
                {a.can?.includes('acknowledge') ? <Button size="small" type="primary" onClick={() => setAsk({ title: t('alarms.acknowledge'), text: t('alarms.acknowledgeText'), run: (v) => act(() => api.post(`/alarms/${a.id}/acknowledge`, { note: v.reason })) })}>{t('alarms.acknowledge')}</Button> : null}
                {a.can?.includes('clear') ? <Button size="small" onClick={() => setAsk({ title: t('alarms.clear'), text: t('alarms.clearText'), run: (v) => act(() => api.post(`/alarms/${a.id}/clear`, { reason: v.reason })) })}>{t('alarms.clear')}</Button> : a.status !== 'cleared' && a.clears_itself ? <small>{t('alarms.itself')}</small> : null}
              </Space>
            ),
          },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </>
  );
}

function Rules() {
  const query = useOne<AlarmSettingsObject>('/alarm-settings');
  return <Loaded query={query}>{(s) => <RulesOf settings={s} />}</Loaded>;
}

function RulesOf({ settings: s }: { settings: AlarmSettingsObject }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const { act } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [changing, setChanging] = useState<AlarmRuleShown | null>(null);
  const may = s.can.includes('set');
  const span = (n: number): string => (n % 86400 === 0 ? t('alarms.days', { n: n / 86400 }) : n % 3600 === 0 ? t('alarms.hours', { n: n / 3600 }) : n % 60 === 0 ? t('alarms.minutes', { n: n / 60 }) : t('alarms.seconds', { n }));
  const when = (r: AlarmRuleShown): string => {
    const count = r.chosen?.count ?? r.count ?? 1, window = span(r.chosen?.window_s ?? r.window_s ?? 1), after = r.chosen?.after_s ?? r.after_s ?? 0;
    if (r.watch !== 'state') return t(r.sum ? 'alarms.summed' : 'alarms.counted', { count: countText(count), window });
    return after === 0 ? t('alarms.atOnce') : t('alarms.held', { after: span(after) });
  };
  const post = (settings: AlarmSettingsObject['settings'], reason: string): Promise<unknown> => act(() => api.post('/alarm-settings', { settings, reason }));
  const choose = (choice: AlarmChoice | null, rule: string): void => {
    const rules = [...s.settings.rules.filter((c) => c.rule !== rule), ...(choice ? [choice] : [])];
    setChanging(null);
    setAsk({ title: t('alarms.change'), run: (v) => post({ ...s.settings, rules }, v.reason) });
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <div style={{ display: 'flex', gap: 16, alignItems: 'center', flexWrap: 'wrap' }}>
        {may ? <Button type={s.enabled ? 'default' : 'primary'} danger={s.enabled} onClick={() => setAsk({ title: t(s.enabled ? 'alarms.disable' : 'alarms.enable'), text: t('alarms.enableText'), run: (v) => post({ ...s.settings, enabled: !s.enabled }, v.reason) })}>{t(s.enabled ? 'alarms.disable' : 'alarms.enable')}</Button> : null}
        <span style={{ color: 'var(--soft)' }}>{s.enabled ? t('alarms.enableText') : `${t('alarms.off')} · ${t('alarms.offText')}`}</span>
      </div>
      <Table<AlarmRuleShown>
        rowKey="id" size="middle" pagination={false} dataSource={s.rules} scroll={{ x: 'max-content' }}
        columns={[
          { title: t('alarms.rule'), render: (_, r) => <><strong>{zh ? r.zh : r.en}</strong><br /><span className="mono">{r.id}</span></> },
          { title: t('alarms.severity'), render: (_, r) => <Severity value={r.severity} /> },
          { title: t('alarms.source'), render: (_, r) => t(`alarms.watch.${r.watch}`) },
          { title: t('alarms.when'), render: (_, r) => <>{when(r)}{r.chosen && !r.chosen.disabled ? ` · ${t('alarms.changed')}` : ''}</> },
          { title: t('common.status'), render: (_, r) => t(!s.enabled || r.chosen?.disabled ? 'alarms.ruleOff' : 'alarms.on') },
          { title: t('alarms.standing'), align: 'right', render: (_, r) => r.standing },
          ...(may ? [{ title: t('common.actions'), render: (_: unknown, r: AlarmRuleShown) => <Button size="small" onClick={() => setChanging(r)}>{t('alarms.change')}</Button> }] : []),
        ]}
      />
      {changing ? <ChangeRule rule={changing} onClose={() => setChanging(null)} onChoose={choose} /> : null}
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </div>
  );
}

function ChangeRule({ rule: r, onClose, onChoose }: { rule: AlarmRuleShown; onClose: () => void; onChoose: (choice: AlarmChoice | null, rule: string) => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ count?: number; window_s?: number; after_s?: number; disabled?: boolean }>();
  const finish = (v: { count?: number; window_s?: number; after_s?: number; disabled?: boolean }): void =>
    onChoose({ rule: r.id, disabled: v.disabled ?? false, ...(v.count ? { count: v.count } : {}), ...(v.window_s ? { window_s: v.window_s } : {}), ...(v.after_s === undefined || v.after_s === null ? {} : { after_s: v.after_s }) }, r.id);
  return (
    <Modal
      open title={`${t('alarms.change')}: ${currentLanguage() === 'zh' ? r.zh : r.en}`} onCancel={onClose}
      footer={[<Button key="r" onClick={() => onChoose(null, r.id)}>{t('alarms.reset')}</Button>, <Button key="c" onClick={onClose}>{t('common.cancel')}</Button>, <Button key="s" type="primary" onClick={() => form.submit()}>{t('common.submit')}</Button>]}
    >
      <Form form={form} layout="vertical" onFinish={finish} initialValues={{ count: r.chosen?.count ?? r.count, window_s: r.chosen?.window_s ?? r.window_s, after_s: r.chosen?.after_s ?? r.after_s, disabled: r.chosen?.disabled ?? false }}>
        {r.watch === 'state' ? <Form.Item name="after_s" label={t('alarms.afterLabel')}><InputNumber min={0} precision={0} /></Form.Item> : (
          <>
            <Form.Item name="count" label={t('alarms.countLabel')}><InputNumber min={1} precision={0} /></Form.Item>
            <Form.Item name="window_s" label={t('alarms.windowLabel')}><InputNumber min={1} precision={0} /></Form.Item>
          </>
        )}
        <Form.Item name="disabled" valuePropName="checked"><Checkbox>{t('alarms.disabledLabel')}</Checkbox></Form.Item>
      </Form>
    </Modal>
  );
}

function Channels() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const query = useOne<AlarmSettingsObject>('/alarm-settings');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [setting, setSetting] = useState(false);
  const where = (c: AlarmChannelShown['channel']): string => (c.channel_kind === 'smtp' ? c.to.join(', ') : `${c.udp ? 'udp://' : ''}${c.host}:${c.port}${c.path}`);
  return (
    <Loaded query={query}>
      {(s) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <div style={{ display: 'flex', gap: 16, alignItems: 'center', flexWrap: 'wrap' }}>{s.can.includes('channels') ? <Button type="primary" onClick={() => setSetting(true)}>{t('alarms.addChannel')}</Button> : null}<span style={{ color: 'var(--soft)' }}>{t('alarms.channelText')}</span></div>
          <Table<AlarmChannelShown>
            rowKey={(c) => c.channel.name} size="middle" pagination={false} dataSource={s.channels} scroll={{ x: 'max-content' }} locale={{ emptyText: t('alarms.noChannels') }}
            columns={[
              { title: t('alarms.channel'), render: (_, c) => <><strong>{c.channel.name}</strong><br />{t(`alarms.kind.${c.channel.channel_kind}`)} · {c.channel.host}:{c.channel.port} · {t(`alarms.security.${c.channel.security}`)}</> },
              { title: t('alarms.to'), render: (_, c) => <span className="mono">{where(c.channel)}</span> },
              { title: t('alarms.least'), render: (_, c) => <Severity value={c.channel.least} /> },
              { title: t('alarms.test'), render: (_, c) => (c.tested === undefined ? t('alarms.notTested') : `${c.tested ? t('alarms.tested') : t('alarms.testFailed', { why: c.test_reason })} · ${timeText(c.tested_ms)}`) },
              { title: t('common.who'), render: (_, c) => <><Name id={c.set_by} names={s.names} /> · {timeText(c.set_ms)}</> },
              ...(s.can.includes('channels') ? [{
                title: t('common.actions'), render: (_: unknown, c: AlarmChannelShown) => (
                  <Space>
                    <Button size="small" loading={busy} onClick={() => void act(() => api.post(`/alarm-channels/${c.channel.name}/test`), t('alarms.sent'))}>{t('alarms.test')}</Button>
                    <Button size="small" danger onClick={() => setAsk({ title: `${t('alarms.remove')}: ${c.channel.name}`, run: (v) => act(() => api.post(`/alarm-channels/${c.channel.name}/remove`, { reason: v.reason })) })}>{t('alarms.remove')}</Button>
                  </Space>
                ),
              }] : []),
            ]}
          />
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
          {setting ? <SetChannel onClose={() => setSetting(false)} /> : null}
        </div>
      )}
    </Loaded>
  );
}

type ChannelForm = AlarmChannelAsk['channel'] & { user?: string; password?: string; key?: string; ca_pem?: string };

function SetChannel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<ChannelForm>();
  const kind = Form.useWatch('channel_kind', form) ?? 'smtp', security = Form.useWatch('security', form) ?? 'tls';
  const need = [{ required: true, message: t('common.required') }];
  const finish = async ({ user, password, key, ca_pem, ...v }: ChannelForm): Promise<void> => {
    const smtp = v.channel_kind === 'smtp';
    const channel = { ...v, sender: smtp ? v.sender : '', to: smtp ? v.to : [], path: v.channel_kind === 'webhook' ? v.path : '', udp: v.channel_kind === 'syslog' ? (v.udp ?? false) : false };
    if (await act(() => api.post('/alarm-channels', { channel, user: user ?? '', password: password ?? '', key: key ?? '', ca_pem: ca_pem ?? '' }))) onClose();
  };
  const options = (names: string[], group: string): { value: string; label: string }[] => names.map((n) => ({ value: n, label: t(`alarms.${group}.${n}`) }));
  return (
    <Modal open width={620} title={t('alarms.addChannel')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)} initialValues={{ channel_kind: 'smtp', security: 'starttls', least: 'medium', port: 587 }}>
        <Form.Item name="channel_kind" label={t('alarms.channel')}><Select options={options(['smtp', 'syslog', 'webhook'], 'kind')} /></Form.Item>
        <Form.Item name="name" label={t('alarms.name')} rules={need}><Input className="mono" maxLength={40} /></Form.Item>
        <Form.Item name="host" label={t('alarms.host')} rules={need}><Input className="mono" maxLength={253} /></Form.Item>
        <Form.Item name="port" label={t('alarms.port')} rules={need}><InputNumber min={1} max={65535} precision={0} /></Form.Item>
        <Form.Item name="security" label={t('alarms.transport')}><Select options={options(kind === 'smtp' ? ['starttls', 'tls', 'none'] : ['tls', 'none'], 'security')} /></Form.Item>
        <Form.Item name="least" label={t('alarms.least')}><Select options={options(['low', 'medium', 'high'], 'level')} /></Form.Item>
        {kind === 'smtp' ? (
          <>
            <Form.Item name="sender" label={t('alarms.sender')} rules={need}><Input maxLength={254} /></Form.Item>
            <Form.Item name="to" label={t('alarms.recipients')} rules={need}><Select mode="tags" open={false} /></Form.Item>
            {security === 'none' ? null : <><Form.Item name="user" label={t('alarms.user')}><Input autoComplete="off" /></Form.Item><Form.Item name="password" label={t('alarms.password')}><Input.Password autoComplete="new-password" /></Form.Item></>}
          </>
        ) : null}
        {kind === 'webhook' ? <><Form.Item name="path" label={t('alarms.path')} rules={need}><Input className="mono" placeholder="/" maxLength={512} /></Form.Item><Form.Item name="key" label={t('alarms.key')} rules={need}><Input.Password autoComplete="new-password" /></Form.Item></> : null}
        {kind === 'syslog' && security === 'none' ? <Form.Item name="udp" valuePropName="checked"><Checkbox>{t('alarms.udp')}</Checkbox></Form.Item> : null}
        {security === 'none' ? null : <Form.Item name="ca_pem" label={t('alarms.ca')}><Input.TextArea rows={3} className="mono" /></Form.Item>}
      </Form>
    </Modal>
  );
}
