// A few masked values back to what they were: asked for with a reason, allowed by a second person, shown once.
import { Alert, Button, Form, Input, Modal, Select, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList } from '../api/hooks.ts';
import type { Reversal, ReversedValues } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';
import { Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { ListTable } from './list_table.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const tones: Record<string, 'good' | 'busy' | 'bad' | 'idle'> = { requested: 'busy', allowed: 'good', refused: 'bad', withdrawn: 'idle', running: 'busy', done: 'good', failed: 'bad' };

export function Reversals() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const list = useList<Reversal>('/reversals');
  const may = useHolds('security_officer', 'pi_officer');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [asking, setAsking] = useState(false);
  const [values, setValues] = useState<ReversedValues['values'] | null>(null);
  const run = async (r: Reversal): Promise<void> => setValues((await act(() => api.post<ReversedValues>(`/reversals/${r.id}/run`)))?.values ?? null);
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('deident.reverseText')}</p>
      {may ? <div><Button type="primary" onClick={() => setAsking(true)}>{t('deident.reverseAsk')}</Button></div> : null}
      <ListTable<Reversal>
        query={list} rowKey={(r) => r.id} empty={{ title: t('deident.noReversals'), text: '' }}
        columns={[
          { title: t('deident.dataset'), render: (_, r) => <><Name id={r.dataset} names={r.names} /><br /><span className="mono">{r.column}</span> · {t(`deident.tech.${r.technique}`, r.technique)}</> },
          { title: t('deident.count'), align: 'right', dataIndex: 'count' },
          { title: t('common.reason'), render: (_, r) => <div style={{ maxWidth: 280, whiteSpace: 'normal' }}>{r.reason}{r.case_ref ? <><br /><small>{r.case_ref}</small></> : null}</div> },
          { title: t('common.status'), render: (_, r) => <Space wrap><Chip tone={tones[r.status] ?? 'idle'} icon="●" word={t(`deident.status.${r.status}`, r.status)} />{r.expired ? <Chip tone="idle" icon="–" word={t('deident.expired')} /> : null}</Space> },
          { title: t('access.requestedBy'), render: (_, r) => <><Name id={r.requested_by} names={r.names} /><br /><small>{timeText(r.at_ms)}</small></> },
          { title: t('access.decidedBy'), render: (_, r) => (r.decided_by ? <><Name id={r.decided_by} names={r.names} /><br /><small>{r.decision}</small></> : '—') },
          { title: t('common.actions'), render: (_, r) => <Space wrap>
            {r.can.includes('decide') ? <Button size="small" type="primary" onClick={() => setAsk({ title: t('deident.decide'), text: r.reason, choice: { yes: t('access.approve'), no: t('access.reject') }, run: (a) => act(() => api.post(`/reversals/${r.id}/decide`, a)) })}>{t('deident.decide')}</Button> : null}
            {r.can.includes('run') ? <Button size="small" loading={busy} onClick={() => void run(r)}>{t('deident.run')}</Button> : null}
            {r.can.includes('withdraw') ? <Button size="small" onClick={() => void act(() => api.post(`/reversals/${r.id}/withdraw`))}>{t('deident.withdraw')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {asking ? <AskReversal onClose={() => setAsking(false)} /> : null}
      <Modal open={values !== null} title={t('deident.reversed')} footer={<Button type="primary" onClick={() => setValues(null)}>{t('common.close')}</Button>} onCancel={() => setValues(null)} width={640}>
        <Table size="small" rowKey="value" pagination={false} dataSource={values ?? []} columns={[{ title: t('deident.after'), render: (_, v) => <span className="mono">{v.value}</span> }, { title: t('deident.original'), render: (_, v) => v.original ?? <span style={{ color: 'var(--soft)' }}>{t('deident.noOriginal')}</span> }]} />
      </Modal>
    </div>
  );
}

interface Values { dataset: string; version: string; column: string; values: string; reason: string; case_ref?: string }

function AskReversal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const datasets = useAll<Dataset>('/datasets');
  const chosen = Form.useWatch('dataset', form), version = Form.useWatch('version', form);
  const dataset = datasets.find((d) => d.id === chosen);
  const masked = dataset?.versions.filter((v) => v.masked_from !== '') ?? [];
  const columns = dataset?.maskings.find((m) => m.version === version)?.columns.filter((c) => c.technique === 'format_preserving' || c.technique === 'encrypt') ?? [];
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: Values): Promise<void> => {
    const values = v.values.split('\n').map((x) => x.trim()).filter(Boolean);
    if (await act(() => api.post('/reversals', { version: v.version, column: v.column, values, reason: v.reason, case_ref: v.case_ref ?? '' }))) onClose();
  };
  return (
    <Modal open title={t('deident.reverseAsk')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="dataset" label={t('deident.dataset')} rules={need}><Select options={datasets.filter((d) => d.maskings.length > 0).map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
        <Form.Item name="version" label={t('deident.version')} rules={need}><Select options={masked.map((v) => ({ value: v.id, label: `#${v.number} · ${timeText(v.at_ms)}` }))} /></Form.Item>
        {version && columns.length === 0 ? <Alert type="info" showIcon title={`${t('deident.tech.format_preserving')} / ${t('deident.tech.encrypt')}: ${t('deident.none')}`} style={{ marginBottom: 12 }} /> : null}
        <Form.Item name="column" label={t('deident.column')} rules={need}><Select options={columns.map((c) => ({ value: c.column, label: c.column }))} /></Form.Item>
        <Form.Item name="values" label={t('deident.values')} rules={need}><Input.TextArea rows={5} className="mono" /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="case_ref" label={t('deident.caseRef')}><Input maxLength={200} /></Form.Item>
      </Form>
    </Modal>
  );
}
