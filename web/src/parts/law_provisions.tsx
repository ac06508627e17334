// Statutory provision, how long data are kept, and what the supervisor is told.
import { App, Button, Card, DatePicker, Form, Input, Modal, Space, Table, Upload } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import { useHolds } from '../app/session.tsx';
import { countText, dayText, listComma, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Due, Name, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import { FlowChip } from './flow_grade.tsx';
import { inForceChip } from './law_papers.tsx';
import { AskProvision } from './law_provision_form.tsx';
import { type Certificate, certificateOf } from './provision_certificate.ts';
import type { Provision, Report, Retention, RetentionItem, Template } from './law_types.ts';
import { ListTable } from './list_table.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function Provisions() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const { message } = App.useApp();
  const list = useList<Provision>('/law/provisions');
  const may = useHolds('data_manager');
  const template = useOne<Template>('/law/template').data;
  const zh = currentLanguage() === 'zh';
  const [ask, setAsk] = useState<Ask | null>(null);
  const [asking, setAsking] = useState(false);
  const kindOf = (id: string): string => { const k = template?.provisions.find((p) => p.id === id); return k ? (zh ? k.zh : k.en) : id; };
  const fetchFile = async (p: Provision): Promise<void> => {
    const file = await act(() => api.blob(`/law/provisions/${p.id}/file`));
    if (file) download(file, `${p.id}.sluice`);
  };
  const fetchNotice = async (p: Provision): Promise<void> => {
    const notice = await act(() => api.get<unknown>(`/law/provisions/${p.id}/notice`));
    if (notice !== undefined) download(new Blob([JSON.stringify(notice, null, 2)], { type: 'application/json' }), `${p.id}.notice.json`);
  };
  const certify = async (p: Provision, file: File): Promise<void> => {
    const certificate: Certificate | null = certificateOf(await file.text());
    if (!certificate) void message.error(t('provision.badCertificate'));
    else await act(() => api.post(`/law/provisions/${p.id}/destruction`, certificate), t('provision.certified'));
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {template && may ? <div><Button type="primary" onClick={() => setAsking(true)}>{t('law.request')}</Button></div> : null}
      <ListTable<Provision>
        query={list} rowKey={(p) => p.id} empty={{ title: t('law.noProvisions'), text: t('law.noProvisionsText') }}
        columns={[
          { title: t('law.kind'), render: (_, p) => <><strong>{kindOf(p.form.kind)}</strong><br /><Chip tone={p.identified ? 'warn' : 'good'} icon={p.identified ? '!' : '✓'} word={t(p.identified ? 'law.identified' : 'law.deidentified')} /></> },
          { title: t('law.requester'), render: (_, p) => <div style={{ maxWidth: 240, whiteSpace: 'normal' }}>{p.form.requester}<br /><small>{p.form.document}</small></div> },
          { title: t('law.columns'), render: (_, p) => <div style={{ maxWidth: 260, whiteSpace: 'normal' }}><Name id={p.form.dataset} names={p.names} /><br /><small className="mono">{p.form.columns.join(', ')}</small>{p.form.rows_max ? <><br /><small>{t('law.rowsMax', { n: countText(p.form.rows_max) })}</small></> : null}{p.range ? <><br /><Chip tone="warn" icon="!" word={t('provision.range')} /> <small>{p.form.range_reason}</small></> : null}</div> },
          { title: t('law.level'), render: (_, p) => <FlowChip level={p.level} grade={p.grade} /> }, { title: t('law.approvals'), render: (_, p) => <>{p.words.filter((w) => w.approved).length} / {p.approvers.length}<br /><small>{p.approvers.map((d) => t(`duty.${d}`)).join(listComma())}</small></> },
          { title: t('common.status'), render: (_, p) => <>{inForceChip(t(`law.status.${p.status}`, p.status), p.status === 'delivered' || p.status === 'approved' ? 'in' : 'out')}{p.rows > 0 ? <><br /><small>{countText(p.rows)} {t('common.rows')}</small></> : null}{p.reason ? <><br /><small>{p.reason}</small></> : null}{p.note ? <><br /><small>{t('law.note')}: {p.note}</small></> : null}{p.case && !p.case.complete ? <><br /><Chip tone="bad" icon="!" word={t('provision.caseOpen')} /></> : null}</> },
          { title: t('provision.destroyBy'), render: (_, p) => <Kept provision={p} /> },
          { title: t('common.who'), render: (_, p) => <><Name id={p.requested_by} names={p.names} /><br /><small>{timeText(p.at_ms)}</small></> },
          { title: t('common.actions'), render: (_, p) => <Space wrap>
            {p.can.includes('approve') ? <Button size="small" type="primary" onClick={() => setAsk({ title: `${t('law.decide')}: ${p.form.requester}`, text: p.form.reason, choice: { yes: t('law.approve'), no: t('law.refuse') }, run: (a) => act(() => api.post(`/law/provisions/${p.id}/approve`, a)) })}>{t('law.decide')}</Button> : null}
            {p.can.includes('deliver') ? <Button size="small" loading={busy} onClick={() => void act(() => api.work(`/law/provisions/${p.id}/deliver`, {}))}>{t('law.deliver')}</Button> : null}
            {p.can.includes('fetch') ? <Button size="small" loading={busy} onClick={() => void fetchFile(p)}>{t('law.fetch')}</Button> : null}
            {p.status === 'delivered' && may ? <Button size="small" title={t('provision.noticeText')} onClick={() => void fetchNotice(p)}>{t('provision.notice')}</Button> : null}
            {p.can.includes('certify-destruction') ? <Upload accept=".json" showUploadList={false} beforeUpload={(f) => { void certify(p, f); return false; }}><Button size="small">{t('provision.certify')}</Button></Upload> : null}
            {p.can.includes('chase') ? <Button size="small" onClick={() => setAsk({ title: `${t('law.chase')}: ${p.form.requester}`, run: (a) => act(() => api.post(`/law/provisions/${p.id}/chase`, { note: a.reason })) })}>{t('law.chase')}</Button> : null}
            {p.can.includes('note') ? <Button size="small" onClick={() => setAsk({ title: t('law.note'), run: (a) => act(() => api.post(`/law/provisions/${p.id}/note`, { note: a.reason })) })}>{t('law.note')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {asking && template ? <AskProvision template={template} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

/** Until when the agency may keep it, and whether it said that it destroyed it. */
function Kept({ provision: p }: { provision: Provision }) {
  const { t } = useTranslation();
  if (p.destruction_state === 'none') return <>{p.form.destroy_by_ms ? dayText(p.form.destroy_by_ms) : '—'}</>;
  const tone = { due: 'busy', overdue: 'bad', certified: 'good' } as const, icon = { due: '●', overdue: '!', certified: '✓' } as const;
  return (
    <>
      <Chip tone={tone[p.destruction_state]} icon={icon[p.destruction_state]} word={t(`provision.state.${p.destruction_state}`)} />
      <br /><small>{p.destruction ? `${timeText(p.destruction.destroyed_ms)} · ${p.destruction.method}` : t('provision.until', { day: dayText(p.form.destroy_by_ms ?? 0) })}</small>
      {p.chased ? <><br /><small>{t('law.chased', { n: p.chased.times })}</small></> : null}
    </>
  );
}

const stateTones: Record<string, 'good' | 'warn' | 'bad' | 'idle'> = { kept: 'good', ending: 'warn', over: 'bad', destroyed: 'idle' };

export function RetentionTab() {
  const { t } = useTranslation();
  const query = useOne<Retention>('/law/retention');
  const may = useHolds('security_officer'), mayPropose = useHolds('data_manager', 'security_officer', 'pi_officer');
  const zh = currentLanguage() === 'zh';
  const [keeping, setKeeping] = useState<RetentionItem | null>(null);
  const [ask, setAsk] = useState<Ask | null>(null);
  const { act } = useAct();
  return (
    <Loaded query={query} isEmpty={(r) => r.items.length === 0} empty={{ title: t('law.noRetention'), text: '' }}>
      {(r) => (
        <div style={{ display: 'grid', gap: 16 }}>
          <Table<RetentionItem> size="middle" rowKey="version" pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }} dataSource={[...r.items].sort((a, b) => a.ends_ms - b.ends_ms)} scroll={{ x: 'max-content' }} columns={[
            { title: t('law.dataset'), render: (_, i) => <Link to={i.batch ? `/batches/${i.batch}` : `/catalog/${i.dataset}`}>{i.title}{i.held ? ` · ${t('correcting.heldRows')}` : i.masked ? ` · ${t('catalog.masked')}` : ''}</Link> }, { title: t('law.category'), render: (_, i) => t(`category.${i.category as 'none'}`, i.category) }, { title: t('catalog.rows'), align: 'right', render: (_, i) => countText(i.rows) }, { title: t('common.created'), render: (_, i) => dayText(i.sealed_ms) },
            { title: t('law.ends'), render: (_, i) => <>{dayText(i.ends_ms)}{i.reason ? <><br /><small>{i.reason}</small></> : null}{i.hold ? <><br /><Chip tone="warn" icon="‖" word={t('correcting.hold')} /> <small><Name id={i.hold.by} names={r.names} /> · {dayText(i.hold.since_ms)}</small></> : null}</> }, { title: t('common.status'), render: (_, i) => <><Chip tone={stateTones[i.state] ?? 'idle'} icon="●" word={t(`law.state.${i.state}`, i.state)} />{i.key_work ? <> <Link to="/custody">{t('nav.custody')}</Link></> : null}</> },
            { title: t('common.actions'), render: (_, i) => (i.state === 'destroyed' ? null : <Space>{may && !i.held ? <Button size="small" onClick={() => setKeeping(i)}>{t('law.keep')}</Button> : null}{i.can.includes('end-hold') ? <Button size="small" onClick={() => setAsk({ title: `${t('correcting.endHold')}: ${i.title}`, text: t('correcting.endHoldText', { day: dayText(i.hold?.until_ms ?? i.ends_ms), why: i.reason ?? '' }), run: (a) => act(() => api.post(`/law/retention/${i.version}/end-hold`, { reason: a.reason })) })}>{t('correcting.endHold')}</Button> : null}{mayPropose && !i.key_work ? <Link to={`/custody?propose=${i.version}`}><Button size="small" danger={i.state === 'over'}>{t('law.destroy')}</Button></Link> : null}</Space>) },
          ]} />
          <Card size="small" title={t('law.rules')}><Table size="small" rowKey="category" pagination={false} dataSource={r.rules} columns={[{ title: t('law.category'), render: (_, x) => t(`category.${x.category as 'none'}`, x.category) }, { title: t('law.ends'), render: (_, x) => t('law.days', { n: countText(x.days) }) }, { title: t('common.details'), render: (_, x) => (zh ? x.zh : x.en) }]} /></Card>
          {keeping ? <KeepLonger item={keeping} onClose={() => setKeeping(null)} /> : null}
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
        </div>
      )}
    </Loaded>
  );
}

function KeepLonger({ item, onClose }: { item: RetentionItem; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ until: Dayjs; reason: string }>();
  const need = [{ required: true, message: t('common.required') }];
  return (
    <Modal open title={`${t('law.keep')}: ${item.title}`} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void act(() => api.post(`/law/retention/${item.version}/keep`, { until_ms: v.until.endOf('day').valueOf(), reason: v.reason })).then((done) => { if (done) onClose(); })}>
        <Form.Item name="until" label={t('law.until')} rules={need} extra={t('law.keptSoFar', { day: dayText(item.ends_ms) })}><DatePicker disabledDate={(d) => d.endOf('day').valueOf() <= item.ends_ms} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

export function ReportTab() {
  const { t } = useTranslation();
  const { act } = useAct();
  const may = useHolds('data_manager');
  const [ask, setAsk] = useState<Ask | null>(null);
  const query = useOne<Report>('/law/report');
  return (
    <Loaded query={query}>
      {(r) => (
        <div style={{ display: 'grid', gap: 16 }}>
          <Card title={`${t('law.tab.provisions')} (${r.provisions.length})`}><Table<Provision> size="small" rowKey="id" pagination={{ pageSize: 20, hideOnSinglePage: true }} dataSource={r.provisions} locale={{ emptyText: t('law.nothing') }} columns={[{ title: t('law.requester'), render: (_, p) => p.form.requester }, { title: t('law.document'), render: (_, p) => p.form.document }, { title: t('law.level'), render: (_, p) => <FlowChip level={p.level} grade={p.grade} /> }, { title: t('catalog.rows'), align: 'right', render: (_, p) => countText(p.rows) }, { title: t('common.status'), render: (_, p) => t(`law.status.${p.status}`, p.status) }, { title: t('common.time'), render: (_, p) => timeText(p.at_ms) }]} /></Card>
          <Card title={`${t('law.overdueRecipients')} (${r.overdue_recipients.length})`}><Table size="small" rowKey="release" pagination={false} dataSource={r.overdue_recipients} locale={{ emptyText: t('law.nothing') }} columns={[{ title: t('law.recipient'), render: (_, o) => o.recipient }, { title: t('release.id'), render: (_, o) => <Link className="mono" to={`/releases/${o.release}`}>{o.release}</Link> }, { title: t('law.destroyBy'), render: (_, o) => <Due at={o.due_ms} /> },
            { title: t('law.chase'), render: (_, o) => <Space wrap>{o.chased ? <small>{t('law.chased', { n: o.chased.times })}</small> : null}{may ? <Button size="small" onClick={() => setAsk({ title: `${t('law.chase')}: ${o.recipient}`, run: (a) => act(() => api.post(`/releases/${o.release}/chase`, { note: a.reason })) })}>{t('law.chase')}</Button> : null}</Space> }]} /></Card>
          <Card title={`${t('provision.overdueTitle')} (${r.overdue_provisions.length})`}><Table size="small" rowKey="provision" pagination={false} dataSource={r.overdue_provisions} locale={{ emptyText: t('law.nothing') }} columns={[{ title: t('law.requester'), render: (_, o) => o.recipient }, { title: t('law.destroyBy'), render: (_, o) => <Due at={o.due_ms} /> },
            { title: t('law.chase'), render: (_, o) => <Space wrap>{o.chased ? <small>{t('law.chased', { n: o.chased.times })}</small> : null}{may ? <Button size="small" onClick={() => setAsk({ title: `${t('law.chase')}: ${o.recipient}`, run: (a) => act(() => api.post(`/law/provisions/${o.provision}/chase`, { note: a.reason })) })}>{t('law.chase')}</Button> : null}</Space> }]} /></Card>
          <Card title={`${t('law.late')} (${r.late_requests.length})`}><Table size="small" rowKey="id" pagination={false} dataSource={r.late_requests} locale={{ emptyText: t('law.nothing') }} columns={[{ title: t('law.what'), dataIndex: 'what_zh' }, { title: t('law.due'), render: (_, o) => <Due at={o.due_ms} /> }, { title: t('common.status'), render: (_, o) => t(`law.status.${o.status}`, o.status) }]} /></Card>
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
        </div>
      )}
    </Loaded>
  );
}
