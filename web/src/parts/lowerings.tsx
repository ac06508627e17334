// Levels below the rules' floor: asked for with safeguards, allowed for a time by the personal-information officer, marked until they end.
import { Button, Form, Input, InputNumber, Modal, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { LoweringShown, Lowerings as Register, Worksheet } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { useNow } from '../app/now.ts';
import { useMe } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';
import { Due, Name } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { gradeOf } from './heat_map.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const tones = { requested: 'busy', granted: 'good', rejected: 'bad' } as const;

export function Lowerings() {
  const { t } = useTranslation();
  const { act } = useAct();
  const me = useMe();
  const now = useNow();
  const query = useOne<Register>('/grading/lowerings');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [asking, setAsking] = useState(false);
  const decide = (l: LoweringShown): void => setAsk({
    title: `${t('inventory.lowering.decide')}: ${l.column}`, text: `${l.reason} · ${l.measures}`, choice: { yes: t('inventory.lowering.grant'), no: t('inventory.lowering.reject') },
    run: (a) => act(() => api.post(`/grading/lowerings/${l.id}/decide`, { approve: a.approve, reason: a.reason })),
  });
  return (
    <Loaded query={query}>
      {(register) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('inventory.lowering.text')}</p>
          {me.duties.includes('data_manager') ? <div><Button type="primary" onClick={() => setAsking(true)}>{t('inventory.lowering.ask')}</Button></div> : null}
          <Table<LoweringShown>
            rowKey="id" size="middle" dataSource={register.items} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} locale={{ emptyText: <><strong>{t('inventory.lowering.none')}</strong><br />{t('inventory.lowering.noneText')}</> }}
            columns={[
              { title: t('inventory.lowering.field'), render: (_, l) => <><strong className="mono">{l.column}</strong><br /><Link to={`/catalog/${l.dataset}`}><Name id={l.dataset} names={l.names} /></Link></> },
              { title: t('inventory.lowering.floor'), render: (_, l) => <span style={{ whiteSpace: 'nowrap' }}><GradeChip level={l.floor} /> → <GradeChip level={l.level} /></span> },
              { title: t('common.reason'), render: (_, l) => <div style={{ maxWidth: 300, whiteSpace: 'normal' }}>{l.reason}<br /><small>{t('inventory.lowering.measures')}: {l.measures}</small></div> },
              { title: t('common.status'), render: (_, l) => (l.status === 'granted' && l.until_ms <= now ? <Chip tone="idle" icon="–" word={t('inventory.lowering.over')} /> : <Chip tone={tones[l.status]} icon="●" word={t(`inventory.lowering.status.${l.status}`)} />) },
              { title: t('inventory.lowering.until'), render: (_, l) => (l.status === 'granted' ? <><Due at={l.until_ms} /><br /><small>{timeText(l.until_ms)}</small></> : `${l.days} ${t('common.days')}`) },
              { title: t('inventory.lowering.requestedBy'), render: (_, l) => <><Name id={l.requested_by} names={l.names} /><br /><small>{timeText(l.at_ms)}</small></> },
              { title: t('inventory.lowering.decidedBy'), render: (_, l) => (l.decided_by ? <div style={{ maxWidth: 220, whiteSpace: 'normal' }}><Name id={l.decided_by} names={l.names} /><br /><small>{l.decision}</small></div> : '—') },
              { title: t('common.actions'), render: (_, l) => (l.can.includes('decide') ? <Button size="small" type="primary" onClick={() => decide(l)}>{t('inventory.lowering.decide')}</Button> : null) },
            ]}
          />
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
          {asking ? <AskLowering onClose={() => setAsking(false)} /> : null}
        </div>
      )}
    </Loaded>
  );
}

interface Values { dataset: string; column: string; level: number; days: number; reason: string; measures: string }

function AskLowering({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const datasets = useAll<Dataset>('/datasets');
  const policy = useOne<Worksheet>('/grading/worksheet').data?.policy as { lowering?: { days_max: number; level_max: number } } | undefined;
  const chosen = Form.useWatch('dataset', form), column = Form.useWatch('column', form);
  // From above this level nothing is lowered; a field of level 1 cannot be.
  const highest = policy?.lowering?.level_max ?? 4, longest = policy?.lowering?.days_max ?? 180;
  const fields = (datasets.find((d) => d.id === chosen)?.columns ?? []).filter((f) => gradeOf(f).level > 1 && gradeOf(f).level <= highest);
  const now = fields.find((f) => f.column === column);
  const need = [{ required: true, message: t('common.required') }];
  const words = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <Modal open title={t('inventory.lowering.ask')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ days: Math.min(90, longest) }} onFinish={(v) => void act(() => api.post('/grading/lowerings', v)).then((done) => { if (done) onClose(); })}>
        <Form.Item name="dataset" label={t('catalog.dataset')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} onChange={() => form.resetFields(['column', 'level'])} /></Form.Item>
        <Form.Item name="column" label={t('inventory.lowering.column')} rules={need} {...(now ? { extra: t('inventory.lowering.now', { n: gradeOf(now).level }) } : {})}><Select showSearch={{ optionFilterProp: 'label' }} options={fields.map((f) => ({ value: f.column, label: `${f.column} ${f.title} · ${t('grade.level', { n: gradeOf(f).level })}` }))} onChange={() => form.resetFields(['level'])} /></Form.Item>
        <Form.Item name="level" label={t('inventory.lowering.to')} rules={need}><Select options={[1, 2, 3, 4].filter((l) => now && l < gradeOf(now).level).map((l) => ({ value: l, label: `${t('grade.level', { n: l })} · ${t(`grade.word.${l}`)}` }))} /></Form.Item>
        <Form.Item name="days" label={t('inventory.lowering.days', { n: longest })} rules={need}><InputNumber min={1} max={longest} precision={0} style={{ width: '100%' }} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={words}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="measures" label={t('inventory.lowering.measures')} rules={words}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
