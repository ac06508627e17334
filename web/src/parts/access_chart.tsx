// The organisation chart, deputies (AB岗) and outside staff.
import { Button, Card, DatePicker, Form, Input, Modal, Select, Space, Table, Tag, Tree } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { Organisation, Person } from '../api/types.ts';
import { useNow } from '../app/now.ts';
import { useMe } from '../app/session.tsx';
import { listComma, timeText } from '../i18n/format.ts';
import { Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

function UnitLine({ unit: u, chart }: { unit: Organisation['units'][number]; chart: Organisation }) {
  const { t } = useTranslation();
  const members = chart.placed.filter((p) => p.unit === u.id);
  const said = (label: string, people: string[]) => (people.length > 0 ? <span><small style={{ color: 'var(--soft)' }}>{label}</small> {people.map((p, n) => <span key={p}>{n > 0 ? '、' : ''}<Name id={p} names={chart.names} /></span>)}</span> : null);
  return (
    <Space size="middle" wrap>
      <strong>{u.name}</strong><Tag style={{ margin: 0 }}>{t('access.kind.' + u.unit_kind)}</Tag>{u.region ? <span className="mono">{u.region}</span> : null}
      {said(t('access.head'), u.head ? [u.head] : [])}{said(t('access.members'), members.map((m) => m.person))}
    </Space>
  );
}

type Dialog = 'unit' | 'head' | 'place' | 'deputy' | 'outsider' | null;
interface Node { key: string; title: React.ReactNode; children: Node[] }

export function Chart() {
  const query = useOne<Organisation>('/organisation');
  return <Loaded query={query}>{(o) => <ChartView chart={o} />}</Loaded>;
}

function ChartView({ chart }: { chart: Organisation }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const [dialog, setDialog] = useState<Dialog>(null);
  const [ask, setAsk] = useState<Ask | null>(null);
  const below = (above: string): Node[] => chart.units.filter((u) => u.above === above).map((u) => ({
    key: u.id,
    title: <UnitLine unit={u} chart={chart} />,
    children: below(u.id),
  }));
  const may = chart.can ?? [];
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Space wrap>
        {may.includes('define') ? <><Button onClick={() => setDialog('unit')}>{t('access.addUnit')}</Button><Button onClick={() => setDialog('place')}>{t('access.place')}</Button><Button onClick={() => setDialog('outsider')}>{t('access.engage')}</Button></> : null}
        {may.includes('name-head') && chart.units.length > 0 ? <Button onClick={() => setDialog('head')}>{t('access.nameHead')}</Button> : null}
        {may.includes('deputise') ? <Button onClick={() => setDialog('deputy')}>{t('access.appoint')}</Button> : null}
      </Space>
      <Card title={t('access.tab.organisation')}>{chart.units.length === 0 ? t('access.noUnits') : <Tree defaultExpandAll selectable={false} treeData={below('')} aria-label={t('access.tab.organisation')} />}</Card>
      <Card title={t('access.deputies')}>
        <Table size="small" rowKey="id" pagination={false} dataSource={chart.deputyships} scroll={{ x: 'max-content' }} columns={[
          { title: t('access.absent'), render: (_, d) => <Name id={d.absent} names={chart.names} /> }, { title: t('access.deputy'), render: (_, d) => <Name id={d.deputy} names={chart.names} /> },
          { title: t('access.duty'), render: (_, d) => d.duties.map((x) => t(`duty.${x}`)).join(listComma()) }, { title: t('access.period'), render: (_, d) => `${timeText(d.from_ms)} – ${timeText(d.until_ms)}` },
          { title: t('common.status'), render: (_, d) => (d.in_force ? <Chip tone="good" icon="●" word={t('access.inForce')} /> : '—') }, { title: t('access.acts'), dataIndex: 'acts', align: 'right' }, { title: t('common.reason'), dataIndex: 'reason' },
          { title: t('common.actions'), render: (_, d) => (d.can.includes('end') && d.in_force ? <Button size="small" onClick={() => setAsk({ title: t('access.end'), run: (a) => act(() => api.post(`/deputyships/${d.id}/end`, { reason: a.reason })) })}>{t('access.end')}</Button> : null) },
        ]} />
      </Card>
      <Card title={t('access.outsiders')}>
        <Table size="small" rowKey="person" pagination={false} dataSource={chart.outsiders} scroll={{ x: 'max-content' }} columns={[
          { title: t('common.who'), render: (_, o) => <Name id={o.person} names={chart.names} /> }, { title: t('access.company'), dataIndex: 'company' }, { title: t('access.sponsor'), render: (_, o) => <Name id={o.sponsor} names={chart.names} /> },
          { title: t('access.until'), render: (_, o) => <>{timeText(o.until_ms)} {o.over ? <Chip tone="idle" icon="–" word={t('access.over')} /> : null}</> },
        ]} />
      </Card>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {dialog ? <ChartDialog chart={chart} dialog={dialog} onClose={() => setDialog(null)} /> : null}
    </div>
  );
}

/** As long as outside staff are engaged at most (src/space/organisation). */
const ENGAGEMENT_DAYS = 366, DAY = 86_400_000;

type Values = { name: string; unit_kind: string; above?: string; head?: string; region?: string; person: string; unit?: string; absent: string; deputy: string; duties: string[]; period: [Dayjs, Dayjs]; until: Dayjs; sponsor: string; company: string; reason: string };

function ChartDialog({ chart, dialog, onClose }: { chart: Organisation; dialog: Exclude<Dialog, null>; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const me = useMe();
  const now = useNow();
  // Posts of this organisation are for its own people.
  const people = useAll<Person>('/people').filter((p) => p.party === me.party.id && !p.suspended);
  const named = people.map((p) => ({ value: p.id, label: p.display_name ?? p.id }));
  const units = chart.units.map((u) => ({ value: u.id, label: u.name }));
  const chosen = Form.useWatch('absent', form);
  const absent = people.find((p) => p.id === chosen);
  const need = [{ required: true, message: t('common.required') }];
  const send = (v: Values): Promise<unknown> => {
    if (dialog === 'unit') return api.post('/units', { name: v.name, unit_kind: v.unit_kind, above: v.above ?? '', region: v.region ?? '' });
    if (dialog === 'head') return api.post(`/units/${v.unit}/head`, { head: v.head ?? '', reason: v.reason });
    if (dialog === 'place') return api.post(`/people/${v.person}/unit`, { unit: v.unit ?? '' });
    if (dialog === 'outsider') return api.post(`/people/${v.person}/engagement`, { sponsor: v.sponsor, company: v.company, until_ms: v.until.endOf('day').valueOf() });
    return api.post('/deputyships', { absent: v.absent, deputy: v.deputy, duties: v.duties, from_ms: v.period[0].startOf('day').valueOf(), until_ms: v.period[1].endOf('day').valueOf(), reason: v.reason });
  };
  const pick = (name: keyof Values, label: string, options: { value: string; label: string }[], required: boolean) => <Form.Item name={name} label={label} {...(required ? { rules: need } : {})}><Select allowClear={!required} showSearch={{ optionFilterProp: 'label' }} options={options} /></Form.Item>;
  const titles = { unit: 'access.addUnit', head: 'access.nameHead', place: 'access.place', deputy: 'access.appoint', outsider: 'access.engage' };
  return (
    <Modal open title={t(titles[dialog])} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void act(() => send(v)).then((done) => { if (done) onClose(); })}>
        {dialog === 'unit' ? <>
          <Form.Item name="name" label={t('common.name')} rules={need}><Input maxLength={100} /></Form.Item>
          {pick('unit_kind', t('access.unitKind'), ['decision_body', 'lead_department', 'implementing_department', 'data_owner'].map((k) => ({ value: k, label: t('access.kind.' + k) })), true)}
          {pick('above', t('access.above'), units, false)}
          <Form.Item name="region" label={t('access.region')}><Input maxLength={6} /></Form.Item>
        </> : null}
        {dialog === 'head' ? <>{pick('unit', t('access.unit'), units, true)}{pick('head', t('access.head'), named, false)}
          <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item></> : null}
        {dialog === 'place' ? <>{pick('person', t('common.who'), named, true)}{pick('unit', t('access.unit'), units, false)}</> : null}
        {dialog === 'outsider' ? <>{pick('person', t('common.who'), named, true)}{pick('sponsor', t('access.sponsor'), named, true)}
          <Form.Item name="company" label={t('access.company')} rules={need}><Input maxLength={100} /></Form.Item><Form.Item name="until" label={t('access.until')} extra={t('access.untilText', { n: ENGAGEMENT_DAYS })} rules={need}><DatePicker disabledDate={(d) => d.endOf('day').valueOf() <= now || d.endOf('day').valueOf() > now + ENGAGEMENT_DAYS * DAY} /></Form.Item></> : null}
        {dialog === 'deputy' ? <>{pick('absent', t('access.absent'), named, true)}{pick('deputy', t('access.deputy'), named, true)}
          <Form.Item name="duties" label={t('access.duty')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={(absent?.duties ?? []).map((d) => ({ value: d.duty, label: t(`duty.${d.duty}`) }))} /></Form.Item>
          <Form.Item name="period" label={t('access.period')} rules={need}><DatePicker.RangePicker /></Form.Item>
          <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item></> : null}
      </Form>
    </Modal>
  );
}
