// Versions that were made of others: merged, with how many rows were superseded; without rows that a source took back. Read from the catalog.
import { Button, Empty, Form, Modal, Select, Switch, Table } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAll } from '../api/hooks.ts';
import type { MergeAnswer } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { Chip } from './chips.tsx';
import { Doing, useRun } from './long_work.tsx';
import { type Made, madeOfOthers } from './made_of_others.ts';

function MadeTable({ made, less, none }: { made: Made[]; less: (n: string) => string; none: string }) {
  const { t } = useTranslation();
  return (
    <Table<Made>
      size="middle" rowKey={(m) => m.version.id} dataSource={made} pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none} /> }}
      columns={[
        { title: t('catalog.version'), render: (_, m) => <><Link to={`/catalog/${m.dataset.id}?tab=versions`}><strong>{m.dataset.title || m.dataset.name}</strong> #{m.version.number}</Link><br /><span className="mono">{m.version.id}</span></> },
        { title: t('sourceMore.madeOf'), render: (_, m) => m.parts.map((p) => <div key={p.id}>#{p.number} · {t('sourceMore.rowsOf', { n: countText(p.rows) })}</div>) },
        { title: t('sourceMore.effect'), render: (_, m) => <><strong>{countText(m.before)} → {countText(m.version.rows)}</strong><br />{m.before > m.version.rows ? <Chip tone="warn" icon="↻" word={less(countText(m.before - m.version.rows))} /> : <small>{t('sourceMore.everyRow')}</small>}</> },
        { title: t('common.time'), render: (_, m) => <>{timeText(m.version.at_ms)}<br /><small>{t('common.entry')} {m.version.seq}</small></> },
      ]}
    />
  );
}

export function Merges() {
  const { t } = useTranslation();
  const datasets = useAll<Dataset>('/datasets');
  const may = useHolds('data_manager');
  const [merging, setMerging] = useState(false);
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('sourceMore.mergesText')}</p>
      {may ? <div><Button type="primary" onClick={() => setMerging(true)}>{t('sourceMore.merge')}</Button></div> : null}
      <MadeTable made={madeOfOthers(datasets, true)} less={(n) => t('sourceMore.superseded', { n })} none={t('sourceMore.noMerges')} />
      {merging ? <Merge datasets={datasets} onClose={() => setMerging(false)} /> : null}
    </div>
  );
}

export function SourceDeletions() {
  const { t } = useTranslation();
  const datasets = useAll<Dataset>('/datasets');
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('sourceMore.deletionsText')}</p>
      <MadeTable made={madeOfOthers(datasets, false)} less={(n) => t('sourceMore.removed', { n })} none={t('sourceMore.noDeletions')} />
    </div>
  );
}

interface MergeValues { dataset: string; parts?: string[]; newest: boolean }

function Merge({ datasets, onClose }: { datasets: Dataset[]; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const [form] = Form.useForm<MergeValues>();
  const chosen = Form.useWatch('dataset', form);
  const dataset = datasets.find((d) => d.id === chosen);
  const used = new Set(dataset?.versions.flatMap((v) => v.parts) ?? []);
  const whole = dataset?.versions.filter((v) => v.masked_from === '' && !used.has(v.id)) ?? [];
  const finish = async (v: MergeValues): Promise<void> => {
    const done = await start<MergeAnswer>(`/datasets/${v.dataset}/merge`, { parts: v.parts ?? [], newest_by_key: v.newest });
    if (!done) return;
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    onClose();
  };
  return (
    <Modal open width={640} title={t('sourceMore.merge')} onCancel={onClose} onOk={() => form.submit()} okButtonProps={{ disabled: run !== null || whole.length < 2 }} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ newest: false }} onFinish={(v) => void finish(v)}>
        <Form.Item name="dataset" label={t('law.dataset')} rules={[{ required: true, message: t('common.required') }]}><Select showSearch={{ optionFilterProp: 'label' }} options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} onChange={() => form.setFieldValue('parts', [])} /></Form.Item>
        <Form.Item name="parts" label={t('sourceMore.madeOf')} extra={dataset && whole.length < 2 ? t('sourceMore.nothingToMerge') : t('sourceMore.partsText')}><Select mode="multiple" options={whole.map((v) => ({ value: v.id, label: `#${v.number} · ${t('sourceMore.rowsOf', { n: countText(v.rows) })} · ${dayText(v.at_ms)}` }))} /></Form.Item>
        <Form.Item name="newest" label={t('sourceMore.newest')} valuePropName="checked" extra={t('sourceMore.newestText')}><Switch aria-label={t('sourceMore.newest')} /></Form.Item>
      </Form>
      {run ? <Doing run={run} /> : null}
    </Modal>
  );
}
