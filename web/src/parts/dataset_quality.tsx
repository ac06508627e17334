// How good the data are, what each field looks like without its values, what changed, and which combinations single rows out.
import { Alert, Button, Card, Empty, Form, InputNumber, Modal, Select, Table } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOne } from '../api/hooks.ts';
import type { AssociationResult, DatasetProfile, DatasetQuality, Drift, MeasuredAssociation, MeasuredCombination, ProfiledField } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { countText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';
import { Unplanned } from './unplanned.tsx';
import { boundText } from './profile_text.ts';

const INDICATORS: (keyof DatasetQuality)[] = ['completeness', 'validity', 'consistency', 'timeliness', 'uniqueness'];
const share = (part: number, of: number): string => (of > 0 ? `${(Math.floor((1000 * part) / of) / 10).toLocaleString()}%` : '—');

export function DatasetQualityTab({ dataset }: { dataset: Dataset }) {
  const query = useOne<DatasetProfile>(`/datasets/${dataset.id}/profile`);
  return <Loaded query={query}>{(profile) => <Shown dataset={dataset} profile={profile} />}</Loaded>;
}

function Shown({ dataset, profile: p }: { dataset: Dataset; profile: DatasetProfile }) {
  const { t } = useTranslation();
  const version = dataset.versions.find((v) => v.id === p.version);
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Card title={t('inventory.quality.indicators')} extra={p.version ? <span style={{ color: 'var(--soft)' }}>{t('inventory.quality.of', { version: version ? `#${version.number}` : p.version, rows: countText(p.rows) })}</span> : null}>
        <div className="indicators">{INDICATORS.map((id) => <Indicator key={id} id={id} quality={p.quality} />)}</div>
      </Card>
      <Changes drift={p.drift} />
      <Unplanned columns={p.unplanned ?? []} />
      <Profiles fields={p.fields} />
      <Associations dataset={dataset} known={p.associations} />
    </div>
  );
}

function Indicator({ id, quality }: { id: keyof DatasetQuality; quality: DatasetQuality }) {
  const { t } = useTranslation();
  const rate = quality[id];
  const name = t(`inventory.quality.indicator.${id}`);
  if (!rate) return <div className="indicator"><span>{name}</span><strong style={{ color: 'var(--soft)' }}>{t('inventory.quality.unknown')}</strong><small>{t(`inventory.quality.why.${id}`)}</small></div>;
  const percent = Math.floor(rate.permille) / 10;
  const tone = percent >= 99 ? 'var(--good)' : percent >= 95 ? 'var(--brand)' : percent >= 80 ? 'var(--warn)' : 'var(--bad)';
  return (
    <div className="indicator">
      <span>{name}</span><strong style={{ color: tone }}>{percent.toLocaleString()}%</strong>
      <span className="bar" role="meter" aria-label={name} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}><i style={{ width: `${percent}%`, background: tone }} /></span>
      <small>{currentLanguage() === 'zh' ? rate.zh : rate.en}</small>
    </div>
  );
}

function Changes({ drift }: { drift: Drift[] }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  if (drift.length === 0) return <Alert type="success" showIcon title={t('inventory.quality.noDrift')} />;
  return (
    <Card title={`${t('inventory.quality.drift')} (${drift.length})`}>
      <Table<Drift> size="small" rowKey={(d) => `${d.column ?? ''}${d.cause}`} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={drift} columns={[
        { title: t('catalog.field'), render: (_, d) => <strong className="mono">{d.column ?? '—'}</strong> }, { title: t('inventory.quality.drift'), render: (_, d) => t(`inventory.quality.cause.${d.cause}`, d.cause) },
        { title: t('common.details'), render: (_, d) => (zh ? d.zh : d.en) }, { title: t('common.time'), render: (_, d) => timeText(d.at_ms) },
      ]} />
    </Card>
  );
}

function Profiles({ fields }: { fields: ProfiledField[] }) {
  const { t } = useTranslation();
  if (fields.length === 0) return <Card title={t('inventory.quality.fields')}><Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{t('inventory.quality.noFields')}</strong><br />{t('inventory.quality.noFieldsText')}</>} /></Card>;
  return (
    <Card title={`${t('inventory.quality.fields')} (${fields.length})`}>
      <Table<ProfiledField>
        size="small" rowKey="column" dataSource={fields} scroll={{ x: 'max-content' }} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: t('catalog.field'), render: (_, f) => <strong className="mono">{f.column}</strong> }, { title: t('inventory.quality.type'), render: (_, f) => <span className="mono">{f.type}</span> },
          { title: t('inventory.quality.filled'), align: 'right', render: (_, f) => share(f.rows - f.nulls - f.empty, f.rows), sorter: (a, b) => (a.rows - a.nulls - a.empty) / Math.max(a.rows, 1) - (b.rows - b.nulls - b.empty) / Math.max(b.rows, 1) },
          { title: t('grading.distinct'), align: 'right', render: (_, f) => `${f.distinct_exact ? '' : '≈ '}${countText(f.distinct)}`, sorter: (a, b) => a.distinct - b.distinct },
          { title: t('grading.lengths'), align: 'right', render: (_, f) => (f.length_max ? `${f.length_min ?? 0}–${f.length_max}` : '—') },
          { title: t('grading.range'), render: (_, f) => (f.min === undefined || f.max === undefined ? '—' : `${boundText(f, f.min)} – ${boundText(f, f.max)}`) },
          { title: t('inventory.quality.top'), render: (_, f) => (f.shapes.length === 0 ? '—' : <div style={{ maxWidth: 320, whiteSpace: 'normal' }}>{f.shapes.slice(0, 3).map((s) => <div key={s.form}><code style={{ overflowWrap: 'anywhere' }}>{s.form}</code> <small>{share(s.rows, f.rows)}</small></div>)}</div>) },
        ]}
      />
    </Card>
  );
}

function Associations({ dataset, known }: { dataset: Dataset; known: MeasuredAssociation[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const [asking, setAsking] = useState(false);
  const raw = dataset.versions.find((v) => v.id === dataset.in_force.version);
  const may = (dataset.can ?? []).includes('classify') && raw;
  const measure = async (v: { quasi?: string[]; size: number }): Promise<void> => {
    setAsking(false);
    const done = await start<AssociationResult>(`/datasets/${dataset.id}/versions/${raw!.id}/association`, { quasi: v.quasi ?? [], size: v.size });
    if (done) await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
  };
  const newest = [...known].sort((a, b) => b.at_ms - a.at_ms);
  return (
    <Card title={t('inventory.quality.association')} extra={may ? <Button size="small" disabled={run !== null} onClick={() => setAsking(true)}>{t('inventory.quality.measure')}</Button> : null}>
      <p style={{ margin: '0 0 10px', color: 'var(--soft)' }}>{t('inventory.quality.associationText')}</p>
      {run ? <Doing run={run} /> : null}
      {newest.length === 0 && !run ? <span style={{ color: 'var(--soft)' }}>{t('inventory.quality.noAssociation')}</span> : null}
      {newest.map((m) => (
        <Table<MeasuredCombination>
          key={m.version + m.at_ms} size="small" rowKey={(c) => c.columns.join()} dataSource={m.combinations} pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }} style={{ marginTop: 8 }}
          title={() => <><span className="mono">{m.quasi.join(', ')}</span> · {countText(m.rows)} {t('common.rows')} · {t('inventory.quality.kMin')} {m.k_min} · {t('inventory.quality.uniqueRows')} {countText(m.unique_rows)} ({share(m.unique_rows, m.rows)}) · {timeText(m.at_ms)}</>}
          columns={[{ title: t('inventory.quality.combination'), render: (_, c) => <span className="mono">{c.columns.join(' + ')}</span> }, { title: t('inventory.quality.uniqueRows'), align: 'right', render: (_, c) => `${countText(c.unique_rows)} (${share(c.unique_rows, m.rows)})` }]}
        />
      ))}
      {asking ? <AskAssociation dataset={dataset} onClose={() => setAsking(false)} onAsk={(v) => void measure(v)} /> : null}
    </Card>
  );
}

function AskAssociation({ dataset, onClose, onAsk }: { dataset: Dataset; onClose: () => void; onAsk: (v: { quasi?: string[]; size: number }) => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ quasi?: string[]; size: number }>();
  return (
    <Modal open title={t('inventory.quality.measure')} onCancel={onClose} onOk={() => form.submit()} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ size: 3 }} onFinish={onAsk}>
        <Form.Item name="quasi" label={t('inventory.quality.chosen')}><Select mode="multiple" maxCount={12} options={dataset.columns.map((c) => ({ value: c.column, label: `${c.column} ${c.title}` }))} /></Form.Item>
        <Form.Item name="size" label={t('inventory.quality.size')}><InputNumber min={1} max={5} precision={0} /></Form.Item>
      </Form>
    </Modal>
  );
}
