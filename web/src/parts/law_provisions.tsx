// Statutory provision, how long data are kept, and what the supervisor is told.
import { Button, Card, DatePicker, Form, Input, Modal, Select, Space, Table, Upload } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useList, useOne } from '../api/hooks.ts';
import type { Dataset } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Due, Name, download } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { inForceChip, scanOf } from './law_papers.tsx';
import type { Paper, Provision, Report, Retention, RetentionItem, Template } from './law_types.ts';
import { ListTable } from './list_table.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function Provisions() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
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
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {template && may ? <div><Button type="primary" onClick={() => setAsking(true)}>{t('law.request')}</Button></div> : null}
      <ListTable<Provision>
        query={list} rowKey={(p) => p.id} empty={{ title: t('law.noProvisions'), text: t('law.noProvisionsText') }}
        columns={[
          { title: t('law.kind'), render: (_, p) => <><strong>{kindOf(p.form.kind)}</strong><br /><Chip tone={p.identified ? 'warn' : 'good'} icon={p.identified ? '!' : '✓'} word={t(p.identified ? 'law.identified' : 'law.deidentified')} /></> },
          { title: t('law.requester'), render: (_, p) => <div style={{ maxWidth: 240, whiteSpace: 'normal' }}>{p.form.requester}<br /><small>{p.form.document}</small></div> },
          { title: t('law.columns'), render: (_, p) => <div style={{ maxWidth: 260, whiteSpace: 'normal' }}><Name id={p.form.dataset} names={p.names} /><br /><small className="mono">{p.form.columns.join(', ')}</small></div> },
          { title: t('law.level'), render: (_, p) => <GradeChip level={p.level} /> }, { title: t('law.approvals'), render: (_, p) => <>{p.words.filter((w) => w.approved).length} / {p.approvers.length}<br /><small>{p.approvers.map((d) => t(`duty.${d}`)).join('、')}</small></> },
          { title: t('common.status'), render: (_, p) => <>{inForceChip(t(`law.status.${p.status}`, p.status), p.status === 'delivered' || p.status === 'approved' ? 'in' : 'out')}{p.rows > 0 ? <><br /><small>{countText(p.rows)} {t('common.rows')}</small></> : null}{p.reason ? <><br /><small>{p.reason}</small></> : null}{p.note ? <><br /><small>{t('law.note')}: {p.note}</small></> : null}</> },
          { title: t('common.who'), render: (_, p) => <><Name id={p.requested_by} names={p.names} /><br /><small>{timeText(p.at_ms)}</small></> },
          { title: t('common.actions'), render: (_, p) => <Space wrap>
            {p.can.includes('approve') ? <Button size="small" type="primary" onClick={() => setAsk({ title: `${t('law.decide')}: ${p.form.requester}`, text: p.form.reason, choice: { yes: t('law.approve'), no: t('law.refuse') }, run: (a) => act(() => api.post(`/law/provisions/${p.id}/approve`, a)) })}>{t('law.decide')}</Button> : null}
            {p.can.includes('deliver') ? <Button size="small" loading={busy} onClick={() => void act(() => api.work(`/law/provisions/${p.id}/deliver`, {}))}>{t('law.deliver')}</Button> : null}
            {p.can.includes('fetch') ? <Button size="small" loading={busy} onClick={() => void fetchFile(p)}>{t('law.fetch')}</Button> : null}
            {p.can.includes('note') ? <Button size="small" onClick={() => setAsk({ title: t('law.note'), run: (a) => act(() => api.post(`/law/provisions/${p.id}/note`, { note: a.reason })) })}>{t('law.note')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {asking && template ? <AskProvision template={template} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

interface Values { kind: string; requester: string; document: string; reason: string; basis?: string; dataset: string; version: string; columns: string[]; filter_column?: string; filter_values?: string[]; recipient_key: string }

function AskProvision({ template, onClose }: { template: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const [scan, setScan] = useState<File | null>(null);
  const chosen = Form.useWatch('dataset', form), version = Form.useWatch('version', form);
  const datasets = useAll<Dataset>('/datasets'), papers = useAll<Paper>('/law/papers');
  const dataset = datasets.find((d) => d.id === chosen);
  const columns = (dataset?.versions.find((v) => v.id === version)?.columns ?? []).map((c) => ({ value: c, label: c }));
  const zh = currentLanguage() === 'zh';
  const need = [{ required: true, message: t('common.required') }];
  const finish = async ({ filter_column, filter_values, ...v }: Values): Promise<void> => {
    const row_filter = filter_column && filter_values?.length ? [{ column: filter_column, op: 'in', values: filter_values, secret_ref: '' }] : [];
    if (await act(async () => api.post('/law/provisions', { ...v, basis: v.basis ?? '', row_filter, ...(scan ? { scan: await scanOf(scan) } : {}) }))) onClose();
  };
  return (
    <Modal open width={680} title={t('law.request')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="kind" label={t('law.kind')} rules={need}><Select options={template.provisions.map((p) => ({ value: p.id, label: `${zh ? p.zh : p.en} · ${t(p.identified ? 'law.identified' : 'law.deidentified')}` }))} /></Form.Item>
        <Form.Item name="requester" label={t('law.requester')} rules={need}><Input maxLength={200} /></Form.Item>
        <Form.Item name="document" label={t('law.document')} rules={need}><Input maxLength={200} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="basis" label={t('law.basis')} rules={need}><Select options={papers.filter((p) => p.in_force && p.form.kind === 'legal_basis').map((p) => ({ value: p.id, label: `${p.form.title} ${p.form.number}` }))} /></Form.Item>
        <Form.Item name="dataset" label={t('law.dataset')} rules={need}><Select options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
        <Form.Item name="version" label={t('law.version')} rules={need}><Select options={(dataset?.versions ?? []).map((v) => ({ value: v.id, label: `#${v.number} · ${countText(v.rows)}${v.masked_from ? ` · ${t('catalog.masked')}` : ''}` }))} /></Form.Item>
        <Form.Item name="columns" label={t('law.columns')} rules={need}><Select mode="multiple" options={columns} /></Form.Item>
        <Form.Item label={t('law.filter')} extra={t('application.filterNote')}>
          <Space.Compact block><Form.Item name="filter_column" noStyle><Select allowClear aria-label={`${t('law.filter')} ${t('fact.column')}`} style={{ width: '40%' }} options={columns} /></Form.Item><Form.Item name="filter_values" noStyle><Select aria-label={`${t('law.filter')} ${t('fact.values')}`} mode="tags" open={false} suffixIcon={null} style={{ width: '60%' }} tokenSeparators={[',', '，', ' ']} /></Form.Item></Space.Compact>
        </Form.Item>
        <Form.Item name="recipient_key" label={t('law.recipientKey')} rules={need}><Input.TextArea rows={2} className="mono" /></Form.Item>
        <Form.Item label={t('law.scan')}><Upload maxCount={1} showUploadList={false} beforeUpload={(f) => { setScan(f); return false; }}><Button>{t('law.choose')}</Button></Upload>{scan ? <span style={{ marginLeft: 10 }}>{scan.name}</span> : null}</Form.Item>
      </Form>
    </Modal>
  );
}

const stateTones: Record<string, 'good' | 'warn' | 'bad' | 'idle'> = { kept: 'good', ending: 'warn', over: 'bad', destroyed: 'idle' };

export function RetentionTab() {
  const { t } = useTranslation();
  const query = useOne<Retention>('/law/retention');
  const may = useHolds('security_officer');
  const zh = currentLanguage() === 'zh';
  const [keeping, setKeeping] = useState<RetentionItem | null>(null);
  return (
    <Loaded query={query} isEmpty={(r) => r.items.length === 0} empty={{ title: t('law.noRetention'), text: '' }}>
      {(r) => (
        <div style={{ display: 'grid', gap: 16 }}>
          <Table<RetentionItem> size="middle" rowKey="version" pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }} dataSource={[...r.items].sort((a, b) => a.ends_ms - b.ends_ms)} scroll={{ x: 'max-content' }} columns={[
            { title: t('law.dataset'), render: (_, i) => <Link to={`/catalog/${i.dataset}`}>{i.title}{i.masked ? ` · ${t('catalog.masked')}` : ''}</Link> }, { title: t('law.category'), render: (_, i) => t(`category.${i.category as 'none'}`, i.category) }, { title: t('catalog.rows'), align: 'right', render: (_, i) => countText(i.rows) }, { title: t('common.created'), render: (_, i) => dayText(i.sealed_ms) },
            { title: t('law.ends'), render: (_, i) => <>{dayText(i.ends_ms)}{i.reason ? <><br /><small>{i.reason}</small></> : null}</> }, { title: t('common.status'), render: (_, i) => <><Chip tone={stateTones[i.state] ?? 'idle'} icon="●" word={t(`law.state.${i.state}`, i.state)} />{i.key_work ? <> <Link to="/custody">{t('nav.custody')}</Link></> : null}</> },
            { title: t('common.actions'), render: (_, i) => (i.state === 'destroyed' || !may ? null : <Button size="small" onClick={() => setKeeping(i)}>{t('law.keep')}</Button>) },
          ]} />
          <Card size="small" title={t('law.rules')}><Table size="small" rowKey="category" pagination={false} dataSource={r.rules} columns={[{ title: t('law.category'), render: (_, x) => t(`category.${x.category as 'none'}`, x.category) }, { title: t('law.ends'), render: (_, x) => t('law.days', { n: countText(x.days) }) }, { title: t('common.details'), render: (_, x) => (zh ? x.zh : x.en) }]} /></Card>
          {keeping ? <KeepLonger item={keeping} onClose={() => setKeeping(null)} /> : null}
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
        <Form.Item name="until" label={t('law.until')} rules={need}><DatePicker /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

export function ReportTab() {
  const { t } = useTranslation();
  const query = useOne<Report>('/law/report');
  return (
    <Loaded query={query}>
      {(r) => (
        <div style={{ display: 'grid', gap: 16 }}>
          <Card title={`${t('law.tab.provisions')} (${r.provisions.length})`}><Table<Provision> size="small" rowKey="id" pagination={{ pageSize: 20, hideOnSinglePage: true }} dataSource={r.provisions} locale={{ emptyText: t('law.nothing') }} columns={[{ title: t('law.requester'), render: (_, p) => p.form.requester }, { title: t('law.document'), render: (_, p) => p.form.document }, { title: t('law.level'), render: (_, p) => <GradeChip level={p.level} /> }, { title: t('catalog.rows'), align: 'right', render: (_, p) => countText(p.rows) }, { title: t('common.status'), render: (_, p) => t(`law.status.${p.status}`, p.status) }, { title: t('common.time'), render: (_, p) => timeText(p.at_ms) }]} /></Card>
          <Card title={`${t('law.overdueRecipients')} (${r.overdue_recipients.length})`}><Table size="small" rowKey="release" pagination={false} dataSource={r.overdue_recipients} locale={{ emptyText: t('law.nothing') }} columns={[{ title: t('law.recipient'), render: (_, o) => o.recipient }, { title: t('release.id'), render: (_, o) => <Link className="mono" to={`/releases/${o.release}`}>{o.release}</Link> }, { title: t('law.due'), render: (_, o) => <Due at={o.due_ms} /> }]} /></Card>
          <Card title={`${t('law.late')} (${r.late_requests.length})`}><Table size="small" rowKey="id" pagination={false} dataSource={r.late_requests} locale={{ emptyText: t('law.nothing') }} columns={[{ title: t('law.what'), dataIndex: 'what_zh' }, { title: t('law.due'), render: (_, o) => <Due at={o.due_ms} /> }, { title: t('common.status'), render: (_, o) => t(`law.status.${o.status}`, o.status) }]} /></Card>
        </div>
      )}
    </Loaded>
  );
}
