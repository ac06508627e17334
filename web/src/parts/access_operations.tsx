// Operations on data inside the agency and exceptions to the rights of a post: asked for, decided, done, reviewed.
import { Alert, Button, Form, Input, InputNumber, Modal, Select, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList, useOne } from '../api/hooks.ts';
import type { AccessRules, Dataset, Operation, PrivilegeException } from '../api/types.ts';
import { countText, listComma, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Facts, Name, download } from './bits.tsx';
import { Chip, GradeChip, Status } from './chips.tsx';
import { ListTable } from './list_table.tsx';
import { useOperationWord } from './operation_words.ts';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const word = (o: { zh?: string | undefined; en?: string | undefined }): string => (currentLanguage() === 'zh' ? o.zh : o.en) ?? '';

export function Operations() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const list = useList<Operation>('/operations');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<Record<string, string | null>[] | null>(null);
  const decide = (o: Operation): void => setAsk({
    title: `${t('access.decide')}: ${word({ zh: o.what_zh, en: o.what_en })}`, text: o.reason, choice: { yes: t('access.approve'), no: t('access.reject') },
    run: (a) => act(() => api.post(`/operations/${o.id}/decide`, a)),
  });
  const run = async (o: Operation): Promise<void> => {
    const done = await act(() => api.post<{ values?: Record<string, string | null>[] }>(`/operations/${o.id}/run`));
    if (done?.values) setShown(done.values);
  };
  const fetchFile = async (o: Operation): Promise<void> => {
    const file = await act(() => api.blob(`/operations/${o.id}/file`));
    if (file) download(file, `${o.id}.sluice`);
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <div><Button type="primary" onClick={() => setAsking(true)}>{t('access.request')}</Button></div>
      <ListTable<Operation>
        query={list} rowKey={(o) => o.id} empty={{ title: t('access.notFound'), text: t('access.notFoundText') }}
        columns={[
          { title: t('access.what'), render: (_, o) => <><strong>{word({ zh: o.what_zh, en: o.what_en }) || o.what}</strong><br /><Name id={o.dataset} names={o.names} /><br />{t('access.flow.' + o.flow)}</> },
          { title: t('access.range'), render: (_, o) => <>{countText(o.first_row)} + {countText(o.rows)}<br />{o.columns.join(listComma())}</> },
          { title: t('access.level'), render: (_, o) => <GradeChip level={o.level} /> },
          { title: t('access.purpose'), render: (_, o) => <>{t(`purpose.${o.purpose}`, o.purpose)}<br />{o.reason}{o.windows.map((w) => <Alert key={w.window} type="warning" title={t('access.windowText', { text: word(w), rows: countText(w.rows), max: countText(w.rows_max ?? 0), n: w.operations })} />)}</> },
          { title: t('common.status'), render: (_, o) => <><Status value={o.status} />{o.expires_ms > 0 ? <><br />{t('access.until')} {timeText(o.expires_ms)}</> : null}</> },
          { title: t('common.who'), render: (_, o) => <Deciders of={o} /> },
          { title: t('common.actions'), render: (_, o) => <Space wrap>
            {o.can?.includes('decide') ? <Button type="primary" size="small" onClick={() => decide(o)}>{t('access.decide')}</Button> : null}
            {o.can?.includes('run') ? <Button size="small" loading={busy} onClick={() => void run(o)}>{t('access.run')}</Button> : null}
            {o.can?.includes('fetch') ? <Button size="small" loading={busy} onClick={() => void fetchFile(o)}>{t('access.fetch')}</Button> : null}
            {o.can?.includes('withdraw') ? <Button size="small" onClick={() => void act(() => api.post(`/operations/${o.id}/withdraw`))}>{t('access.withdraw')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {asking ? <RequestDialog onClose={() => setAsking(false)} /> : null}
      <Modal open={shown !== null} title={t('access.values')} footer={null} onCancel={() => setShown(null)} width={960}>
        <Table size="small" rowKey={(_, i) => String(i)} dataSource={shown ?? []} pagination={{ pageSize: 20, showSizeChanger: false }} scroll={{ x: 'max-content' }} columns={Object.keys(shown?.[0] ?? {}).map((c) => ({ title: c, dataIndex: c }))} />
      </Modal>
    </div>
  );
}

/** Who asked, who decided, and with what words: of a meeting, the title and number of its document. */
function Deciders({ of }: { of: Operation | PrivilegeException }) {
  const { t } = useTranslation();
  const decided = of.decided_by ? <><Name id={of.decided_by} names={of.names} />{of.decision ? <><br />{of.decision}</> : null}</> : '';
  return <Facts items={[[t('access.requestedBy'), <Name key="a" id={of.requested_by} names={of.names} />], [t('access.decidedBy'), decided]]} />;
}

interface RequestForm { what: string; dataset: string; version: string; columns: string[]; first_row: number; rows: number; flow: string; purpose: string; reason: string }

function RequestDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<RequestForm>();
  const rules = useOne<AccessRules>('/access/rules').data;
  const datasets = useAll<Dataset>('/datasets');
  const chosen = Form.useWatch('dataset', form);
  const dataset = datasets.find((d) => d.id === chosen);
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: RequestForm): Promise<void> => { if (await act(() => api.post('/operations', { ...v, columns: v.columns ?? [] }))) onClose(); };
  return (
    <Modal open title={t('access.request')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)} initialValues={{ what: 'list_values', flow: 'standing', first_row: 0, rows: 20, purpose: 'fund_supervision', columns: [] }}>
        <Form.Item name="what" label={t('access.what')} rules={need}><Select options={(rules?.kinds ?? []).filter((k) => k.id !== 'modify' && k.id !== 'download_held').map((k) => ({ value: k.id, label: word(k) }))} /></Form.Item>
        <Form.Item name="dataset" label={t('access.dataset')} rules={need}><Select options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
        <Form.Item name="version" label={t('access.version')} rules={need}><Select options={(dataset?.versions ?? []).map((v) => ({ value: v.id, label: `#${v.number} · ${t(v.masked_from ? 'catalog.masked' : 'catalog.collected')} · ${countText(v.rows)}` }))} /></Form.Item>
        <Form.Item name="columns" label={t('access.columns')}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} placeholder={t('access.allColumns')} options={(dataset?.columns ?? []).map((c) => ({ value: c.column, label: `${c.column} ${c.title}` }))} /></Form.Item>
        <Space size="large"><Form.Item name="first_row" label={t('access.firstRow')}><InputNumber min={0} /></Form.Item><Form.Item name="rows" label={t('access.rows')}><InputNumber min={0} /></Form.Item></Space>
        <Form.Item name="flow" label={t('access.flowTitle')}><Select options={['standing', 'person'].map((f) => ({ value: f, label: t('access.flow.' + f) }))} /></Form.Item>
        <Form.Item name="purpose" label={t('access.purpose')} rules={need}><Select options={(rules?.purposes ?? []).map((p) => ({ value: p, label: t(`purpose.${p}`, p) }))} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

export function Exceptions() {
  const { t } = useTranslation();
  const { act } = useAct();
  const list = useList<PrivilegeException>('/exceptions');
  const called = useOperationWord();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [asking, setAsking] = useState(false);
  const decide = (e: PrivilegeException): void => setAsk({
    title: t('access.decide'), text: `${e.reason} · ${e.measures}`, choice: { yes: t('access.approve'), no: t('access.reject') }, run: (a) => act(() => api.post(`/exceptions/${e.id}/decide`, a)),
  });
  const review = (e: PrivilegeException): void => setAsk({
    title: `${t('access.review')} · ${t('access.uses')} ${e.uses.length}`, choice: { yes: t(`access.verdict.${e.uses.length > 0 ? 'as_approved' : 'not_used'}`), no: t('access.verdict.misused') },
    run: (a) => act(() => api.post(`/exceptions/${e.id}/review`, { verdict: !a.approve ? 'misused' : e.uses.length > 0 ? 'as_approved' : 'not_used', note: a.reason })),
  });
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <div><Button type="primary" onClick={() => setAsking(true)}>{t('access.exception')}</Button></div>
      <ListTable<PrivilegeException>
        query={list} rowKey={(e) => e.id} empty={{ title: t('access.noException'), text: t('access.exceptionText') }}
        columns={[
          { title: t('access.what'), render: (_, e) => <><strong>{called(e.what)}</strong><br /><Name id={e.dataset} names={e.names} /><br />{e.columns.join(listComma())}</> },
          { title: t('access.level'), render: (_, e) => <GradeChip level={e.level} /> },
          { title: t('common.reason'), render: (_, e) => <>{e.reason}<br />{t('access.measures')}: {e.measures}</> },
          { title: t('common.status'), render: (_, e) => <Space orientation="vertical" size={2}><Status value={e.status} />{e.in_force ? <Chip tone="good" icon="●" word={t('access.inForce')} /> : null}{e.review_overdue ? <Chip tone="bad" icon="!" word={t('access.overdue')} /> : null}</Space> },
          { title: t('access.until'), render: (_, e) => (e.until_ms ? <>{timeText(e.until_ms)}<br />{t('access.reviewDue')} {timeText(e.review_due_ms)}</> : `${e.days} ${t('common.days')}`) },
          { title: t('access.uses'), align: 'right', render: (_, e) => e.uses.length },
          { title: t('common.who'), render: (_, e) => <Deciders of={e} /> },
          { title: t('common.actions'), render: (_, e) => <Space wrap>
            {e.can?.includes('decide') ? <Button type="primary" size="small" onClick={() => decide(e)}>{t('access.decide')}</Button> : null}
            {e.can?.includes('review') ? <Button type="primary" size="small" onClick={() => review(e)}>{t('access.review')}</Button> : null}
            {e.can?.includes('end') ? <Button size="small" onClick={() => setAsk({ title: t('access.end'), run: (a) => act(() => api.post(`/exceptions/${e.id}/end`, { reason: a.reason })) })}>{t('access.end')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {asking ? <ExceptionDialog onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

function ExceptionDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ what: string; dataset: string; columns: string[]; days: number; reason: string; measures: string }>();
  const rules = useOne<AccessRules>('/access/rules').data;
  const datasets = useAll<Dataset>('/datasets');
  const chosen = Form.useWatch('dataset', form);
  const dataset = datasets.find((d) => d.id === chosen);
  const need = [{ required: true, message: t('common.required') }];
  return (
    <Modal open title={t('access.exception')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t('access.exceptionText')}</p>
      <Form form={form} layout="vertical" initialValues={{ what: 'download', days: 3 }} onFinish={(v) => void act(() => api.post('/exceptions', v)).then((done) => { if (done) onClose(); })}>
        <Form.Item name="what" label={t('access.what')} rules={need}><Select options={(rules?.kinds ?? []).filter((k) => k.level_free_max < 4).map((k) => ({ value: k.id, label: word(k) }))} /></Form.Item>
        <Form.Item name="dataset" label={t('access.dataset')} rules={need}><Select options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
        <Form.Item name="columns" label={t('access.columns')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={(dataset?.columns ?? []).map((c) => ({ value: c.column, label: `${c.column} ${c.title}` }))} /></Form.Item>
        <Form.Item name="days" label={t('access.days')} rules={need}><InputNumber min={1} max={30} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="measures" label={t('access.measures')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
