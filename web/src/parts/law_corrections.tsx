// A person's request to correct, worked off: which rows a search found, what is proposed to be made right, confirmed by another person, carried out as a new version.
import { Alert, Button, Checkbox, Form, Input, Modal, Radio, Select, Space, Table } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { CorrectionAbout, CorrectionAnswer, CorrectionValue, RowCorrectionShown as Correction } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { Facts, Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import type { SubjectRequest } from './law_types.ts';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const tones = { proposed: 'busy', approved: 'warn', refused: 'bad', done: 'good' } as const;
const icons = { proposed: '●', approved: '▶', refused: '✕', done: '✓' } as const;

function CorrectionStatus({ status }: { status: Correction['status'] }) {
  const { t } = useTranslation();
  return <Chip tone={tones[status]} icon={icons[status]} word={t(`correcting.status.${status}`)} />;
}

export function Corrections({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useOne<SubjectRequest>(`/law/requests/${id}`);
  return <Modal open title={t('correcting.title')} footer={null} width={960} onCancel={onClose} destroyOnHidden><Loaded query={query}>{(r) => <Work request={r} />}</Loaded></Modal>;
}

function Work({ request: r }: { request: SubjectRequest }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { act } = useAct();
  const { run, start } = useRun();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [proposing, setProposing] = useState(false);
  const [shown, setShown] = useState<{ correction: Correction; value: CorrectionValue } | null>(null);
  const working = async <T,>(path: string): Promise<void> => { if (await start<T>(path, {})) await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' }); };
  const see = async (c: Correction): Promise<void> => { const value = await act(() => api.post<CorrectionValue>(`/law/corrections/${c.id}/value`, {})); if (value) setShown({ correction: c, value }); };
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('correcting.text')}</p>
      <Space wrap>
        {r.can.includes('search') ? <Button disabled={run !== null} onClick={() => void working(`/law/requests/${r.id}/search`)}>{t('correcting.search')}</Button> : null}
        {r.can.includes('propose-correction') ? <Button type="primary" disabled={run !== null} onClick={() => setProposing(true)}>{t('correcting.propose')}</Button> : null}
        {r.searched_ms ? <small>{t('correcting.searched', { time: timeText(r.searched_ms), n: r.found.length })}</small> : <small>{t('correcting.notSearched')}</small>}
      </Space>
      {run ? <Doing run={run} /> : null}
      <Table<Correction>
        size="small" rowKey="id" pagination={false} dataSource={r.corrections} scroll={{ x: 'max-content' }} locale={{ emptyText: t('correcting.none') }}
        columns={[
          { title: t('correcting.field'), render: (_, c) => <><strong>{c.column_title}</strong><br /><small className="mono">{c.column}</small><br /><small>{c.dataset_title}</small></> },
          { title: t('correcting.evidence'), render: (_, c) => <div style={{ maxWidth: 220, whiteSpace: 'normal' }}>{c.evidence}<br /><small><Name id={c.proposed_by} names={r.names} /> · {timeText(c.at_ms)}</small></div> },
          { title: t('common.status'), render: (_, c) => <><CorrectionStatus status={c.status} />{c.decided_ms > 0 ? <div style={{ maxWidth: 220, whiteSpace: 'normal' }}><small><Name id={c.decided_by} names={r.names} />: {c.reason}</small></div> : null}</> },
          { title: t('correcting.version'), render: (_, c) => (c.new_version ? <><Link className="mono" to={`/catalog/${c.dataset}?tab=versions`}>{c.new_version}</Link><br /><small>{t(c.way === 'source' ? 'correcting.arrived' : 'correcting.cells', { n: countText(c.corrected) })}</small></> : '—') },
          { title: t('common.actions'), render: (_, c) => <Space wrap>
            {c.can.includes('value') ? <Button size="small" onClick={() => void see(c)}>{t('correcting.see')}</Button> : null}
            {c.can.includes('decide') ? <Button size="small" type="primary" onClick={() => setAsk({ title: `${t('correcting.decide')}: ${c.column_title}`, choice: { yes: t('correcting.confirm'), no: t('correcting.refuse') }, run: (a) => act(() => api.post(`/law/corrections/${c.id}/decide`, { approve: a.approve, reason: a.reason })) })}>{t('correcting.decide')}</Button> : null}
            {c.can.includes('carry-out') ? <Button size="small" type="primary" disabled={run !== null} onClick={() => void working<CorrectionAnswer>(`/law/corrections/${c.id}/carry-out`)}>{t('correcting.carryOut')}</Button> : null}
            {c.can.includes('refuse') && !c.can.includes('decide') ? <Button size="small" danger onClick={() => setAsk({ title: `${t('correcting.refuse')}: ${c.column_title}`, run: (a) => act(() => api.post(`/law/corrections/${c.id}/decide`, { approve: false, reason: a.reason })) })}>{t('correcting.refuse')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {proposing ? <Propose request={r} onClose={() => setProposing(false)} /> : null}
      <Modal open={shown !== null} title={t('correcting.see')} onCancel={() => setShown(null)} footer={<Button type="primary" onClick={() => setShown(null)}>{t('common.close')}</Button>}>
        {shown ? <Facts items={[[t('correcting.field'), `${shown.correction.column_title} (${shown.correction.column})`], [t('correcting.was'), shown.value.was ?? t('correcting.whatever')], [t('correcting.value'), <strong key="value">{shown.value.value || t('correcting.empty')}</strong>]]} /> : null}
      </Modal>
    </div>
  );
}

interface Values { way: 'office' | 'source'; version: string; person_column?: string; column: string; value?: string; emptied?: boolean; was?: string; evidence: string }

function Propose({ request: r, onClose }: { request: SubjectRequest; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const way = Form.useWatch('way', form) ?? 'office', version = Form.useWatch('version', form), emptied = Form.useWatch('emptied', form) ?? false;
  const datasets = useAll<Dataset>('/datasets');
  const found = r.found.filter((f) => (f.in ?? 'version') === 'version');
  const concerned = datasets.filter((d) => found.some((f) => f.dataset === d.id));
  const versions = concerned.flatMap((d) => d.versions.filter((v) => v.masked_from === '').map((v) => ({ d, v })));
  const parts = new Set(versions.flatMap(({ v }) => v.parts));
  // The newest ones hold the rows: a version that another was made of stays as it is.
  const choice = versions.filter(({ v }) => !parts.has(v.id));
  const dataset = versions.find(({ v }) => v.id === version)?.d;
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: Values): Promise<void> => {
    const body = v.way === 'source' ? { way: v.way, version: v.version, column: v.column, evidence: v.evidence } : { way: v.way, version: v.version, column: v.column, evidence: v.evidence, person_column: v.person_column, value: v.emptied ? '' : v.value ?? '', ...(v.was ? { was: v.was } : {}) };
    if (await act(() => api.post(`/law/requests/${r.id}/corrections`, body))) onClose();
  };
  return (
    <Modal open width={640} title={t('correcting.propose')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      {found.length === 0 ? <Alert type="warning" showIcon title={t('correcting.nothingFound')} style={{ marginBottom: 12 }} /> : null}
      <Form form={form} layout="vertical" initialValues={{ way: 'office' }} onFinish={(v) => void finish(v)}>
        <Form.Item name="way" label={t('correcting.way')}><Radio.Group options={[{ value: 'office', label: t('correcting.byOffice') }, { value: 'source', label: t('correcting.bySource') }]} /></Form.Item>
        <Form.Item name="version" label={t('correcting.where')} rules={need}><Select options={choice.map(({ d, v }) => ({ value: v.id, label: `${d.title || d.name} #${v.number} · ${dayText(v.at_ms)}` }))} /></Form.Item>
        {way === 'office' ? <Form.Item name="person_column" label={t('correcting.personColumn')} rules={need}><Select options={(dataset?.columns ?? []).filter((c) => c.confirmed && c.identifying).map((c) => ({ value: c.column, label: c.title ? `${c.title} (${c.column})` : c.column }))} /></Form.Item> : null}
        <Form.Item name="column" label={t('correcting.field')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={(dataset?.columns ?? []).map((c) => ({ value: c.column, label: c.title ? `${c.title} (${c.column})` : c.column }))} /></Form.Item>
        {way === 'office' ? <>
          <Form.Item name="value" label={t('correcting.value')} extra={t('correcting.valueText')} rules={emptied ? [] : need}><Input autoComplete="off" maxLength={1000} disabled={emptied} /></Form.Item>
          <Form.Item name="emptied" valuePropName="checked"><Checkbox>{t('correcting.emptied')}</Checkbox></Form.Item>
          <Form.Item name="was" label={t('correcting.was')} extra={t('correcting.wasText')}><Input autoComplete="off" maxLength={1000} /></Form.Item>
        </> : null}
        <Form.Item name="evidence" label={t('correcting.evidence')} rules={need} extra={t('correcting.evidenceText')}><Input maxLength={500} /></Form.Item>
      </Form>
    </Modal>
  );
}

/** What the person is told: field, result, new version. */
export function CorrectionsTold({ corrections }: { corrections: CorrectionAbout[] }) {
  const { t } = useTranslation();
  if (corrections.length === 0) return null;
  return (
    <Table<CorrectionAbout>
      size="small" rowKey={(c) => `${c.field}-${c.at_ms}`} pagination={false} dataSource={corrections} title={() => t('correcting.told')}
      columns={[
        { title: t('law.dataset'), dataIndex: 'title' }, { title: t('correcting.field'), dataIndex: 'field' }, { title: t('common.status'), render: (_, c) => <><CorrectionStatus status={c.status} />{c.status === 'refused' ? <><br /><small>{c.reason}</small></> : null}</> },
        { title: t('correcting.version'), render: (_, c) => (c.version ? <span className="mono">{c.version}</span> : '—') }, { title: t('common.time'), render: (_, c) => timeText(c.at_ms) },
      ]}
    />
  );
}
