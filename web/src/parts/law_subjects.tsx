// What persons ask for. The person is a reference; the identifier lies in the registry.
import { Alert, Button, Form, Input, Modal, Select, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList, useOne } from '../api/hooks.ts';
import type { Dataset } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { dayText, listComma, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Due, Facts, Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { DESK, Person } from './law_person.tsx';
import { Corrections, CorrectionsTold } from './law_corrections.tsx';
import { SubjectSearch } from './law_search.tsx';
import { inForceChip } from './law_papers.tsx';
import type { Consent, SubjectAnswer, SubjectRequest, Template } from './law_types.ts';
import { ListTable } from './list_table.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';
import { NotTold, UsesTable } from './uses_table.tsx';

export function Requests() {
  const { t } = useTranslation();
  const { act } = useAct();
  const list = useList<SubjectRequest>('/law/requests');
  const may = useHolds(...DESK);
  const template = useOne<Template>('/law/template').data;
  const zh = currentLanguage() === 'zh';
  const [ask, setAsk] = useState<Ask | null>(null);
  const [taking, setTaking] = useState(false);
  const [verifying, setVerifying] = useState<SubjectRequest | null>(null);
  const [seen, setSeen] = useState<SubjectRequest | null>(null);
  const [token, setToken] = useState('');
  const [correcting, setCorrecting] = useState('');
  const [finding, setFinding] = useState('');
  const what = (id: string): string => { const w = template?.requests.find((r) => r.id === id); return w ? (zh ? w.zh : w.en) : id; };
  const verified = async (method: string, evidence: string): Promise<boolean> => {
    const done = await act(() => api.post<{ token: string }>(`/law/requests/${verifying!.id}/verify`, { method, evidence }));
    if (done) setToken(done.token);
    return done !== undefined;
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {template && may ? <div><Button type="primary" onClick={() => setTaking(true)}>{t('law.take')}</Button></div> : null}
      <ListTable<SubjectRequest>
        query={list} rowKey={(r) => r.id} empty={{ title: t('law.noRequests'), text: may ? t('consent.noRequestsText') : '' }}
        columns={[
          { title: t('law.what'), render: (_, r) => <strong>{what(r.what)}</strong> }, { title: t('law.subject'), render: (_, r) => <Person id={r.subject} /> }, { title: t('law.channel'), dataIndex: 'channel' },
          { title: t('law.due'), render: (_, r) => (r.status === 'answered' || r.status === 'refused' ? dayText(r.due_ms) : <><Due at={r.due_ms} />{r.overdue ? <> <Chip tone="bad" icon="!" word={t('law.overdue')} /></> : null}</>) },
          { title: t('common.status'), render: (_, r) => <>{inForceChip(t(`law.status.${r.status}`, r.status), r.status === 'answered' ? 'in' : 'out')}{r.reason ? <><br /><small>{r.reason}</small></> : null}</> }, { title: t('common.who'), render: (_, r) => <><Name id={r.taken_by} names={r.names} /><br /><small>{timeText(r.at_ms)}</small></> },
          { title: t('common.actions'), render: (_, r) => <Space wrap>
            {r.can.includes('verify') ? <Button size="small" onClick={() => setVerifying(r)}>{t('law.verify')}</Button> : null}
            {r.can.includes('decide') ? <Button size="small" type="primary" onClick={() => setAsk({ title: t('law.decide'), choice: { yes: t('law.grant'), no: t('law.decline') }, run: (a) => act(() => api.post(`/law/requests/${r.id}/decide`, { grant: a.approve, reason: a.reason })) })}>{t('law.decide')}</Button> : null}
            {r.what === 'correct' && r.status !== 'taken' && r.status !== 'refused' ? <Button size="small" onClick={() => setCorrecting(r.id)}>{t('correcting.open')}{r.corrections.length > 0 ? ` (${r.corrections.length})` : ''}</Button> : null}
            {r.what !== 'correct' && (r.can.includes('search') || r.can.includes('links')) ? <Button size="small" onClick={() => setFinding(r.id)}>{t('finding.open')}</Button> : null}
            {r.can.includes('answer') ? <Button size="small" type="primary" onClick={() => setAsk({ title: t('law.answer'), text: what(r.what), run: (a) => act(() => api.post(`/law/requests/${r.id}/answer`, { note: a.reason })) })}>{t('law.answer')}</Button> : null}
            {r.status === 'answered' ? <Button size="small" onClick={() => setSeen(r)}>{t('law.seeAnswer')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {finding ? <SubjectSearch id={finding} onClose={() => setFinding('')} /> : null}
      {correcting ? <Corrections id={correcting} onClose={() => setCorrecting('')} /> : null}
      {taking && template ? <Take template={template} onClose={() => setTaking(false)} /> : null}
      {verifying ? <Verify onClose={() => setVerifying(null)} onVerify={verified} /> : null}
      <Modal open={token !== ''} title={t('law.token')} onCancel={() => setToken('')} footer={<Button type="primary" onClick={() => setToken('')}>{t('common.close')}</Button>}>
        <Alert type="warning" showIcon title={t('law.tokenText')} /><Typography.Paragraph code copyable style={{ marginTop: 12, wordBreak: 'break-all' }}>{token}</Typography.Paragraph>
      </Modal>
      <Modal open={seen !== null} title={t('law.answer')} footer={null} width={760} onCancel={() => setSeen(null)} destroyOnHidden>{seen ? <AnswerGiven id={seen.id} /> : null}</Modal>
    </div>
  );
}

function AnswerGiven({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useOne<SubjectAnswer>(`/law/requests/${id}/answer`);
  return (
    <Loaded query={query}>
      {(a) => (
        <div style={{ display: 'grid', gap: 14 }}>
          <Facts items={[[t('law.answerNote'), a.note]]} />
          {a.held ? <Table size="small" rowKey="title" pagination={false} dataSource={a.held} title={() => t('law.held')} columns={[{ title: t('law.dataset'), dataIndex: 'title' }, { title: t('law.columns'), render: (_, h) => h.columns.join(listComma()) }]} /> : null}
          {a.may_hold && a.may_hold.length > 0 ? <Table size="small" rowKey="title" pagination={false} dataSource={a.may_hold} title={() => t('finding.mayHold')} columns={[{ title: t('law.dataset'), dataIndex: 'title' }, { title: t('law.columns'), render: (_, h) => h.columns.join(listComma()) }]} /> : null}
          {a.corrections ? <CorrectionsTold corrections={a.corrections} /> : null}
          {a.uses ? <><strong>{t('law.uses')}</strong><UsesTable uses={a.uses} /><NotTold items={a.not_told ?? []} /></> : null}
        </div>
      )}
    </Loaded>
  );
}

function Take({ template, onClose }: { template: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ identifier: string; identifier_kind: string; what: string; channel: string; dataset?: string; consent?: string }>();
  const what = Form.useWatch('what', form);
  const datasets = useAll<Dataset>('/datasets'), consents = useAll<Consent>('/law/consents');
  const zh = currentLanguage() === 'zh';
  const need = [{ required: true, message: t('common.required') }];
  return (
    <Modal open title={t('law.take')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ identifier_kind: 'id_number' }} onFinish={(v) => void act(() => api.post('/law/requests', { ...v, dataset: v.dataset ?? '', consent: v.consent ?? '' })).then((done) => { if (done) onClose(); })}>
        {template.person_numbers ? <Form.Item name="identifier_kind" label={t('finding.identifierKind')} rules={need}><Select options={template.person_numbers.map((n) => ({ value: n.id, label: zh ? n.zh : n.en }))} /></Form.Item> : null}
        <Form.Item name="identifier" label={t('law.identifier')} extra={t('law.identifierText')} rules={need}><Input autoComplete="off" /></Form.Item>
        <Form.Item name="what" label={t('law.what')} rules={need}><Select options={template.requests.map((r) => ({ value: r.id, label: zh ? r.zh : r.en }))} /></Form.Item>
        <Form.Item name="channel" label={t('law.channel')} rules={need}><Input maxLength={200} /></Form.Item>
        {what === 'correct' || what === 'delete' ? <Form.Item name="dataset" label={t('law.dataset')}><Select allowClear options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item> : null}
        {what === 'withdraw' ? <Form.Item name="consent" label={t('law.consents')}><Select allowClear options={consents.filter((c) => c.in_force).map((c) => ({ value: c.id, label: `${c.names[c.form.product] ?? c.form.product} · ${c.form.evidence}` }))} /></Form.Item> : null}
      </Form>
    </Modal>
  );
}

function Verify({ onClose, onVerify }: { onClose: () => void; onVerify: (method: string, evidence: string) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ method: string; evidence: string }>();
  return (
    <Modal open title={t('law.verify')} onCancel={onClose} onOk={() => form.submit()} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ method: 'in_person' }} onFinish={(v) => void onVerify(v.method, v.evidence).then((done) => { if (done) onClose(); })}>
        <Form.Item name="method" label={t('law.method')}><Select options={['in_person', 'video', 'certificate'].map((m) => ({ value: m, label: t(`law.methods.${m}`) }))} /></Form.Item>
        <Form.Item name="evidence" label={t('law.evidence')} rules={[{ required: true, message: t('common.required') }]}><Input maxLength={200} /></Form.Item>
      </Form>
    </Modal>
  );
}
