// Datasets that hold the same rows as this one: what the node found, what the security officer decided, and what the officer may say besides.
import { Button, Card, Form, Input, Modal, Radio, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll } from '../api/hooks.ts';
import type { SameRows } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { timeText } from '../i18n/format.ts';
import { Name } from './bits.tsx';
import { Chip } from './chips.tsx';

/** Found, and nobody has decided on it. */
export const undecided = (pairs: SameRows[] | undefined): number => (pairs ?? []).filter((p) => p.same && !p.decided_by).length;

export function SameRowsCard({ dataset: d }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const [deciding, setDeciding] = useState<{ other: string; pair: SameRows | null } | null>(null);
  const [saying, setSaying] = useState(false);
  if (!d.same_rows) return null;
  const may = d.can.includes('same-rows');
  const otherOf = (p: SameRows): string => (p.dataset === d.id ? p.other : p.dataset);
  const state = (p: SameRows) => (p.same && !p.decided_by ? <Chip tone="warn" icon="!" word={t('sameRows.open')} /> : <Chip tone={p.same ? 'busy' : 'idle'} icon={p.same ? '=' : '≠'} word={t(p.same ? 'sameRows.same' : 'sameRows.apart')} />);
  return (
    <Card title={t('sameRows.title')} extra={may ? <Button size="small" onClick={() => setSaying(true)}>{t('sameRows.say')}</Button> : null}>
      <p style={{ marginTop: 0, color: 'var(--soft)' }}>{t('sameRows.text')}</p>
      <Table<SameRows> size="small" rowKey={otherOf} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={d.same_rows} scroll={{ x: 'max-content' }} locale={{ emptyText: t('sameRows.none') }} columns={[
        { title: t('sameRows.other'), render: (_, p) => <Link to={`/catalog/${otherOf(p)}?tab=lineage`} style={{ textDecoration: 'underline' }}><Name id={otherOf(p)} names={d.names} /></Link> },
        { title: t('sameRows.found'), render: (_, p) => <div style={{ maxWidth: 320, whiteSpace: 'normal' }}>{p.permille === undefined ? t('sameRows.byPerson') : t('sameRows.share', { n: Math.floor(p.permille / 10) })}</div> },
        { title: t('sameRows.verdict'), render: (_, p) => <>{state(p)}{p.reason ? <div style={{ maxWidth: 280, whiteSpace: 'normal' }}><small>{p.reason}</small></div> : null}</> },
        { title: t('common.who'), render: (_, p) => <>{p.decided_by ? <><Name id={p.decided_by} names={d.names} /><br /></> : null}<small>{timeText(p.at_ms)}</small></> },
        ...(may ? [{ title: t('common.actions'), render: (_: unknown, p: SameRows) => <Button size="small" type={p.same && !p.decided_by ? 'primary' : 'default'} onClick={() => setDeciding({ other: otherOf(p), pair: p })}>{t('sameRows.decide')}</Button> }] : []),
      ]} />
      {deciding ? <Decide dataset={d} other={deciding.other} pair={deciding.pair} onClose={() => setDeciding(null)} /> : null}
      {saying ? <Decide dataset={d} other="" pair={null} onClose={() => setSaying(false)} /> : null}
    </Card>
  );
}

interface Said { other?: string; same?: boolean; reason: string }

/** Of a pair: both ways where the node found it and nobody decided, else the other way than holds. Of none: one is named. */
function Decide({ dataset: d, other, pair, onClose }: { dataset: Dataset; other: string; pair: SameRows | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Said>();
  const said = new Set((d.same_rows ?? []).flatMap((p) => [p.dataset, p.other]));
  const open = Boolean(pair?.same && !pair.decided_by);
  const finish = async (v: Said): Promise<void> => {
    const same = pair ? (open ? v.same === true : !pair.same) : true;
    if (await act(() => api.post(`/datasets/${d.id}/same-rows`, { other: pair ? other : v.other, same, reason: v.reason.trim() }))) onClose();
  };
  const title = pair ? (open ? t('sameRows.decideTitle', { other: d.names[other] || other }) : `${t(pair.same ? 'sameRows.split' : 'sameRows.join')}: ${d.names[other] || other}`) : t('sameRows.say');
  return (
    <Modal open title={title} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t(pair ? 'sameRows.why' : 'sameRows.sayText')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        {pair ? null : <Other not={said} own={d} />}
        {open ? <Form.Item name="same" label={t('sameRows.verdict')} rules={[{ required: true, message: t('common.required') }]}><Radio.Group style={{ display: 'grid', gap: 6 }} options={[{ value: true, label: t('sameRows.yes') }, { value: false, label: t('sameRows.no') }]} /></Form.Item> : null}
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={3} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

/** One of the same owner about which nothing was said. */
function Other({ not, own }: { not: Set<string>; own: Dataset }) {
  const { t } = useTranslation();
  const others = useAll<Dataset>('/datasets').filter((d) => d.id !== own.id && d.owner === own.owner && !not.has(d.id));
  return <Form.Item name="other" label={t('sameRows.choose')} rules={[{ required: true, message: t('common.required') }]}><Select showSearch={{ optionFilterProp: 'label' }} options={others.map((o) => ({ value: o.id, label: o.title || o.name }))} /></Form.Item>;
}
