// Versions whose rows are not those of what they were made of: merged, with what was superseded; without rows that a source took back; with a cell made right.
import { Button, Card, Form, Modal, Select, Space, Switch, Table } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAll, useList } from '../api/hooks.ts';
import type { MergeAnswer, RefusedFileObject as Refused, VersionChangeObject as Change } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { Digest, Name, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import { ListTable } from './list_table.tsx';
import { Doing, useRun } from './long_work.tsx';
import { TakeBack } from './source_deletion.tsx';
import { RefusedWhy } from './source_refused.tsx';

/** By whose word: within the windows it is the manager's own, beyond them a second person's. */
function Decided({ of: c }: { of: Change }) {
  const { t } = useTranslation();
  if (!c.operation) return <small>{t('sourceMore.noModification')}</small>;
  const o = c.operation;
  return (
    <div style={{ maxWidth: 260, whiteSpace: 'normal' }}>
      <Chip tone="good" icon="✓" word={t(o.flow === 'person' ? 'sourceMore.bySecond' : 'sourceMore.withinWindows')} />
      <div><small>{o.flow === 'person' ? <><Name id={o.decided_by} names={c.names} />{o.decision ? ` · ${o.decision}` : ''}<br />{o.reason}</> : null}</small></div>
    </div>
  );
}

function Made({ of: c }: { of: Change }) {
  const { t } = useTranslation();
  return <>{timeText(c.at_ms)}<br /><small>{c.change ? <Name id={c.change.by} names={c.names} /> : null} · {t('common.entry')} {c.seq}</small></>;
}

const newVersion = (c: Change) => <><Link to={`/catalog/${c.dataset}?tab=versions`}><strong>{c.title}</strong> #{c.number}</Link><br /><span className="mono">{c.version}</span></>;

export function Merges() {
  const { t } = useTranslation();
  const list = useList<Change>('/version-changes?status=merge');
  const may = useHolds('data_manager');
  const [merging, setMerging] = useState(false);
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('sourceMore.mergesText')}</p>
      {may ? <div><Button type="primary" onClick={() => setMerging(true)}>{t('sourceMore.merge')}</Button></div> : null}
      <ListTable<Change>
        query={list} rowKey={(c) => c.version} empty={{ title: t('sourceMore.noMerges'), text: '' }}
        columns={[
          { title: t('catalog.version'), render: (_, c) => newVersion(c) },
          { title: t('sourceMore.madeOf'), render: (_, c) => <div style={{ maxWidth: 260, whiteSpace: 'normal' }}>{c.parts.map((p) => <div key={p.version}>#{p.number} · {t('sourceMore.rowsOf', { n: countText(p.rows) })}{p.destroyed ? ` · ${t('sourceMore.destroyed')}` : ''}</div>)}</div> },
          { title: t('sourceMore.effect'), render: (_, c) => <><strong>{countText(c.rows_before)} → {countText(c.rows)}</strong><br />{(c.change?.superseded ?? 0) > 0 ? <Chip tone="warn" icon="↻" word={t('sourceMore.superseded', { n: countText(c.change?.superseded ?? 0) })} /> : <small>{t('sourceMore.everyRow')}</small>}</> },
          { title: t('sourceMore.decided'), render: (_, c) => <Decided of={c} /> }, { title: t('common.time'), render: (_, c) => <Made of={c} /> },
        ]}
      />
      {merging ? <Merge onClose={() => setMerging(false)} /> : null}
    </div>
  );
}

interface MergeValues { dataset: string; parts?: string[]; newest: boolean }

function Merge({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const [form] = Form.useForm<MergeValues>();
  const datasets = useAll<Dataset>('/datasets');
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

/** What the source is answered: which list, what went, what no row had. Signed evidence of the entry is on the ledger's page. */
function answerOf(c: Change): string {
  return `${JSON.stringify({ format: 'sluice-deletion-answer/1', list: c.change?.number ?? '', list_digest: c.change?.list_digest ?? '', removed: c.change?.removed ?? 0, unmatched: c.change?.unmatched ?? 0, rows_left: c.rows, carried_out_ms: c.at_ms, ledger_entry: c.seq, older_version_until_ms: c.older_until_ms }, null, 2)}\n`;
}

export function SourceDeletions() {
  const { t } = useTranslation();
  const list = useList<Change>('/version-changes?status=deletion');
  const refused = useList<Refused>('/refused-files?status=deletion');
  const may = useHolds('data_manager');
  const [taking, setTaking] = useState(false);
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('sourceMore.deletionsText')}</p>
      {may ? <div><Button type="primary" onClick={() => setTaking(true)}>{t('sourceMore.takeBack')}</Button></div> : null}
      {taking ? <TakeBack onClose={() => setTaking(false)} /> : null}
      <ListTable<Change>
        query={list} rowKey={(c) => c.version} empty={{ title: t('sourceMore.noDeletions'), text: t('sourceMore.noDeletionsText') }}
        columns={[
          { title: t('sourceMore.asked'), render: (_, c) => <><strong className="mono">{c.change?.number}</strong><br /><Digest value={c.change?.list_digest ?? ''} /></> },
          { title: t('sourceMore.decided'), render: (_, c) => <Decided of={c} /> },
          { title: t('sourceMore.done'), render: (_, c) => <>{newVersion(c)}<br /><strong>{countText(c.rows_before)} → {countText(c.rows)}</strong> · {t('sourceMore.removed', { n: countText(c.change?.removed ?? 0) })}</> },
          { title: t('sourceMore.left'), render: (_, c) => <div style={{ maxWidth: 220, whiteSpace: 'normal' }}>{c.older_until_ms ? t('sourceMore.olderUntil', { number: c.parts[0]?.number ?? '', day: dayText(c.older_until_ms) }) : t('sourceMore.olderGone')}</div> },
          { title: t('sourceMore.answered'), render: (_, c) => <>{(c.change?.unmatched ?? 0) > 0 ? <Chip tone="warn" icon="!" word={t('sourceMore.unmatched', { n: countText(c.change?.unmatched ?? 0) })} /> : <Chip tone="good" icon="✓" word={t('sourceMore.allMatched')} />}<br /><Space><Button size="small" onClick={() => download(new Blob([answerOf(c)], { type: 'application/json' }), `deletion-${c.version}.json`)}>{t('sourceMore.answerFile')}</Button></Space></> },
          { title: t('common.time'), render: (_, c) => <Made of={c} /> },
        ]}
      />
      {(refused.data?.items.length ?? 0) > 0 ? (
        <Card size="small" title={t('sourceMore.refusedLists')}>
          <Table<Refused>
            size="small" rowKey={(f) => f.file_digest} pagination={false} dataSource={refused.data?.items ?? []} scroll={{ x: 'max-content' }}
            columns={[
              { title: t('sources.plan'), render: (_, f) => <>{f.plan_title}<br /><small>{f.source_party}</small></> }, { title: t('sourceMore.asked'), render: (_, f) => <Digest value={f.file_digest} /> }, { title: t('common.reason'), render: (_, f) => <RefusedWhy file={f} /> },
              { title: t('sourceMore.since'), render: (_, f) => (f.version ? <Chip tone="good" icon="✓" word={t('sourceMore.deletedSince')} /> : <Chip tone="bad" icon="✕" word={t('sourceMore.notDone')} />) }, { title: t('common.time'), render: (_, f) => timeText(f.at_ms) },
            ]}
          />
        </Card>
      ) : null}
    </div>
  );
}
