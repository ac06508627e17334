import { Alert, App, Button, Card, Form, Input, Modal, Select, Space, Switch, Table, Tabs } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import { useHolds } from '../app/session.tsx';
import { CATEGORIES, type CatalogField, type Dataset, type FieldVerdict } from '../api/types.ts';
import { countText, percentOfPpm, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Digest, Facts, Name } from '../parts/bits.tsx';
import { Chip, GradeChip, Status } from '../parts/chips.tsx';
import { DatasetFactsTab } from '../parts/dataset_facts.tsx';
import { DatasetLineageTab } from '../parts/dataset_lineage.tsx';
import { DatasetQualityTab } from '../parts/dataset_quality.tsx';
import { type Cell, HeatMap, gradeOf } from '../parts/heat_map.tsx';
import { undecided } from '../parts/same_rows.tsx';
import { UsageTab } from '../parts/usage_tab.tsx';
import { OwnStep, OwnStepField } from '../parts/own_levels.tsx';
import { Doing, useRun } from '../parts/long_work.tsx';
import { Loaded, Page } from '../parts/page.tsx';

const asProposed = (f: CatalogField): FieldVerdict => ({
  column: f.column, type: f.proposal?.type ?? f.type, category: f.proposal?.category ?? f.category, level: f.proposal?.level ?? f.level,
  identifying: f.proposal?.identifying ?? f.identifying, quasi: f.proposal?.quasi ?? f.quasi, reason: '',
});
const statusOf = (f: CatalogField): string => (!f.confirmed ? 'proposed' : f.corrected ? 'corrected' : 'confirmed');

export default function DatasetPage() {
  const { id = '' } = useParams();
  const query = useOne<Dataset>(`/datasets/${id}`);
  return <Loaded query={query}>{(d) => <DatasetView dataset={d} />}</Loaded>;
}

function DatasetView({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const plan = dataset.plan;
  const raw = dataset.versions.find((v) => v.id === dataset.in_force.version);
  const [search, setSearch] = useSearchParams();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const { run, start } = useRun();
  // What was looked at after the version in force came, saw its columns too.
  const looked = dataset.versions.findIndex((v) => v.id === dataset.proposed_version);
  const notClassified = raw !== undefined && looked < dataset.versions.indexOf(raw);
  const mayDestroy = useHolds('data_manager', 'security_officer', 'pi_officer') && dataset.can !== undefined && !dataset.destroyed_ms && dataset.versions.length > 0;
  const classify = async (version: string): Promise<void> => {
    if (!(await start(`/datasets/${dataset.id}/versions/${version}/classify`, {}))) return;
    void message.success(t('inventory.classified'));
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
  };
  return (
    <Page title={dataset.title || dataset.name} lead={<span className="mono">{dataset.id}</span>} chips={<GradeChip level={Math.max(0, ...dataset.columns.map((c) => gradeOf(c).level))} />} actions={<Space wrap>{raw ? <Link to={`/deident/${dataset.id}/${raw.id}`}><Button>{t('deident.open')}</Button></Link> : null}{mayDestroy ? <Link to={`/custody?dataset=${dataset.id}`}><Button danger>{t('custody.work.destroy_dataset')}</Button></Link> : null}</Space>}>
      {dataset.destroyed_ms ? <Alert type="info" showIcon title={t('catalog.destroyedWhole', { day: timeText(dataset.destroyed_ms) })} action={<Link to="/custody?tab=destroyed"><Button size="small">{t('custody.tab.destroyed')}</Button></Link>} /> : null}
      {raw ? <div style={{ color: 'var(--soft)' }}>{t('catalog.inForce', { number: raw.number, rows: countText(raw.rows) })}{dataset.in_force.beside > 0 ? ` · ${t('catalog.beside', { n: countText(dataset.in_force.beside) })}` : ''}</div> : null}
      {notClassified ? <Alert type="warning" showIcon title={t('inventory.notClassified')} action={dataset.can.includes('classify') ? <Button size="small" type="primary" disabled={run !== null} onClick={() => void classify(raw.id)}>{t('inventory.classify')}</Button> : null} /> : null}
      {run ? <Doing run={run} /> : null}
      {undecided(dataset.same_rows) > 0 ? <Alert type="warning" showIcon title={t('sameRows.alert', { n: undecided(dataset.same_rows) })} action={search.get('tab') === 'lineage' ? null : <Button size="small" onClick={() => setSearch({ tab: 'lineage' }, { replace: true })}>{t('sameRows.alertOther')}</Button>} /> : null}
      <Tabs activeKey={search.get('tab') ?? 'fields'} onChange={(tab) => setSearch({ tab }, { replace: true })} destroyOnHidden items={[
        { key: 'fields', label: `${t('catalog.fields')} (${dataset.columns.length})`, children: <Fields dataset={dataset} /> },
        { key: 'versions', label: `${t('catalog.versions')} (${dataset.versions.length})`, children: <Versions dataset={dataset} /> },
        { key: 'lineage', label: t('inventory.lineage.tab'), children: <DatasetLineageTab dataset={dataset} /> },
        { key: 'quality', label: t('inventory.quality.tab'), children: <DatasetQualityTab dataset={dataset} /> },
        { key: 'usage', label: t('holdings.use.tab'), children: <UsageTab dataset={dataset} /> },
        { key: 'facts', label: t('inventory.facts.tab'), children: <DatasetFactsTab dataset={dataset} /> },
        {
          key: 'plan', label: t('catalog.source'),
          children: <Card><Facts items={[
            [t('catalog.source'), `${plan.source_name} ${plan.source_uscc}`], [t('catalog.plan'), plan.purpose], [t('catalog.basis'), plan.legal_basis], [t('catalog.rulePack'), dataset.rule_pack],
          ]} /></Card>,
        },
      ]} />
    </Page>
  );
}

function Fields({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [cell, setCell] = useState<Cell | null>(null);
  const [text, setText] = useState(useSearchParams()[0].get('field') ?? '');
  const [onlyPending, setOnlyPending] = useState(false);
  const [selected, setSelected] = useState<string[]>([]);
  const [correcting, setCorrecting] = useState<CatalogField | null>(null);
  const zh = currentLanguage() === 'zh';
  const may = dataset.can?.includes('confirm') ?? false;
  const pending = dataset.columns.filter((f) => !f.confirmed && f.proposal);
  const shown = dataset.columns.filter((f) =>
    (!cell || (gradeOf(f).category === cell.category && gradeOf(f).level === cell.level)) && (!onlyPending || !f.confirmed) &&
    `${f.column} ${f.title} ${f.type} ${f.proposal?.type_zh ?? ''}`.toLowerCase().includes(text.trim().toLowerCase()));
  const confirm = async (fields: CatalogField[]): Promise<void> => {
    await act(() => api.post(`/datasets/${dataset.id}/confirm`, { verdicts: fields.map(asProposed) }), t('catalog.saved', { n: fields.length }));
    setSelected([]);
  };
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Card title={t('catalog.heat')} extra={cell ? <Button size="small" onClick={() => setCell(null)}>{t('catalog.clear')}</Button> : null}>
        <HeatMap fields={dataset.columns} chosen={cell} onChoose={setCell} />
      </Card>
      <Space wrap>
        <Input.Search allowClear placeholder={t('catalog.filter')} aria-label={t('catalog.filter')} value={text} onChange={(e) => setText(e.target.value)} style={{ width: 240 }} />
        <span><Switch checked={onlyPending} onChange={setOnlyPending} aria-label={`${t('catalog.showOnly')} ${t('catalog.pending')}`} /> {t('catalog.showOnly')} {t('catalog.pending')} ({pending.length})</span>
        {may ? <Button type="primary" disabled={selected.length === 0} loading={busy} onClick={() => void confirm(dataset.columns.filter((f) => selected.includes(f.column)))}>{t('catalog.confirmSelected', { n: selected.length })}</Button> : null}
        {may && pending.length > 0 ? <Button loading={busy} onClick={() => void confirm(pending)}>{t('catalog.confirmAll', { n: pending.length })}</Button> : null}
      </Space>
      <Table<CatalogField>
        rowKey="column" size="middle" dataSource={shown} pagination={shown.length > 50 ? { pageSize: 50, showSizeChanger: false } : false} style={{ overflowX: 'auto' }}
        {...(may ? { rowSelection: { selectedRowKeys: selected, onChange: (keys: React.Key[]) => setSelected(keys.map(String)), getCheckboxProps: (f: CatalogField) => ({ disabled: f.confirmed || !f.proposal, 'aria-label': f.column }) } } : {})}
        expandable={{ expandedRowRender: (f) => <><Reasons field={f} names={dataset.names} /><Measures dataset={dataset} column={f.column} /></> }}
        columns={[
          { title: t('catalog.field'), render: (_, f) => <><strong className="mono">{f.column}</strong>{f.title ? <><br />{f.title}</> : null}</> },
          { title: t('catalog.type'), render: (_, f) => (zh ? f.proposal?.type_zh : undefined) || f.type || f.proposal?.type || '—' },
          { title: t('catalog.category'), render: (_, f) => t(`category.${gradeOf(f).category}`) },
          { title: t('catalog.level'), render: (_, f) => <><GradeChip level={gradeOf(f).level} />{f.confirmed && f.own_level ? <><br /><OwnStep id={f.own_level} /></> : null}</> },
          { title: t('catalog.confidence'), align: 'right', render: (_, f) => (f.proposal ? `${Math.floor(f.proposal.confidence_permille / 10)}%` : '—') },
          { title: t('catalog.sensitive'), render: (_, f) => { const v = f.confirmed ? f : f.proposal; return <>{v?.identifying ? <Chip tone="bad" icon="◆" word={t('catalog.identifying')} /> : null} {v?.quasi ? <Chip tone="warn" icon="◇" word={t('catalog.quasi')} /> : null}</>; } },
          { title: t('common.status'), render: (_, f) => <Status value={statusOf(f)} /> },
          ...(may ? [{ title: t('common.actions'), render: (_: unknown, f: CatalogField) => <Button size="small" onClick={() => setCorrecting(f)}>{t('catalog.correct')}</Button> }] : []),
        ]}
      />
      <Correct dataset={dataset} field={correcting} onClose={() => setCorrecting(null)} />
    </div>
  );
}

function Reasons({ field, names }: { field: CatalogField; names: Record<string, string> | undefined }) {
  const { t } = useTranslation();
  const reasons = (currentLanguage() === 'zh' ? field.proposal?.reasons_zh : field.proposal?.reasons_en) ?? [];
  return (
    <Facts items={[
      [t('catalog.reasons'), reasons.length > 0 ? <ul style={{ margin: 0, paddingLeft: 18 }}>{reasons.map((r) => <li key={r}>{r}</li>)}</ul> : '—'],
      [t('catalog.proposal'), field.proposal ? <>{t(`category.${field.proposal.category}`)} <GradeChip level={field.proposal.level} /></> : ''],
      [t('common.who'), field.confirmed ? <><Name id={field.confirmed_by} names={names} /> · {timeText(field.confirmed_ms)} · {t('common.entry')} {field.seq}</> : ''],
      [t('common.reason'), field.reason],
    ]} />
  );
}

/** What the level of a field brings, and honestly: what the node enforces, what fails, what people must see to. */
function Measures({ dataset, column }: { dataset: Dataset; column: string }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const own = dataset.protection?.columns?.find((c) => c.column === column);
  const level = dataset.protection?.levels.find((l) => l.level === own?.level);
  if (!own || !level) return null;
  return (
    <div style={{ marginTop: 8 }}>
      <Space wrap><strong>{t('access.protection')}</strong><GradeChip level={own.level} />{zh ? level.zh : level.en}{own.provisional ? <Chip tone="warn" icon="?" word={t('access.provisional')} /> : null}</Space>
      <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>
        {level.measures.map((m) => {
          const failing = own.failing.includes(m.id);
          return <li key={m.id}>{zh ? m.zh : m.en} {failing ? <Chip tone="bad" icon="✕" word={t('access.failing')} /> : m.enforced_by === 'node' ? <Chip tone="good" icon="✓" word={t('access.node')} /> : <Chip tone="idle" icon="○" word={t('access.organisation')} />}</li>;
        })}
      </ul>
    </div>
  );
}

function Correct({ dataset, field, onClose }: { dataset: Dataset; field: CatalogField | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<FieldVerdict>();
  const chosen = Form.useWatch('level', form);
  if (!field) return null;
  const start: FieldVerdict = field.confirmed
    ? { column: field.column, type: field.type, category: field.category, level: field.level, identifying: field.identifying, quasi: field.quasi, reason: '' }
    : asProposed(field);
  const finish = async (v: FieldVerdict): Promise<void> => {
    if (await act(() => api.post(`/datasets/${dataset.id}/confirm`, { verdicts: [{ ...start, ...v }] }), t('catalog.saved', { n: 1 }))) onClose();
  };
  return (
    <Modal open title={t('catalog.correctTitle', { field: field.column })} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={start} onFinish={(v) => void finish(v)} key={field.column}>
        <Form.Item name="category" label={t('catalog.category')}><Select options={CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) }))} /></Form.Item>
        <Form.Item name="level" label={t('catalog.level')}><Select options={[1, 2, 3, 4, 5].map((l) => ({ value: l, label: `${t('grade.level', { n: l })} · ${t(`grade.word.${l}`)}` }))} /></Form.Item>
        <OwnStepField level={chosen ?? start.level} />
        <Form.Item name="type" label={t('catalog.type')}><Input maxLength={80} /></Form.Item>
        <Space size="large"><Form.Item name="identifying" label={t('catalog.identifying')} valuePropName="checked"><Switch /></Form.Item>
          <Form.Item name="quasi" label={t('catalog.quasi')} valuePropName="checked"><Switch /></Form.Item></Space>
        <Form.Item name="reason" label={t('common.reason')} extra={t('catalog.mustExplain')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

function Versions({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const masking = (version: string) => dataset.maskings?.find((m) => m.version === version);
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Table
        rowKey="id" size="middle" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={[...dataset.versions].reverse()} scroll={{ x: 'max-content' }}
        columns={[
          { title: t('catalog.version'), render: (_, v) => <><strong>#{v.number}</strong> <span className="mono">{v.id}</span><br />{t(v.masked_from ? 'catalog.masked' : v.parts.length > 0 ? 'inventory.lineage.kind.merged' : 'catalog.collected')}</> },
          { title: t('catalog.rows'), align: 'right', render: (_, v) => countText(v.rows) },
          { title: t('catalog.fields'), align: 'right', render: (_, v) => v.columns.length },
          { title: t('catalog.k'), align: 'right', render: (_, v) => { const m = masking(v.id); return m ? `${m.before_k} → ${m.k}` : '—'; } },
          { title: t('catalog.risk'), align: 'right', render: (_, v) => { const m = masking(v.id); return m ? `${percentOfPpm(m.before_risk_ppm)} → ${percentOfPpm(m.max_risk_ppm)}` : '—'; } },
          { title: t('common.digest'), render: (_, v) => <Digest value={v.manifest} /> },
          { title: t('common.time'), render: (_, v) => timeText(v.at_ms) },
        ]}
      />
      {dataset.batches && dataset.batches.length > 0 ? (
        <Table
          rowKey="id" size="middle" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={[...dataset.batches].reverse()} title={() => t('catalog.batches')} scroll={{ x: 'max-content' }}
          columns={[
            { title: t('catalog.batches'), render: (_, b) => <Link to={`/batches/${b.id}`}><span className="mono">{b.id}</span></Link> },
            { title: t('common.status'), render: (_, b) => <Status value={b.status} /> },
            { title: t('catalog.manifest'), dataIndex: 'manifest' },
            { title: t('catalog.accepted'), align: 'right', render: (_, b) => countText(b.accepted) },
            { title: t('catalog.warned'), align: 'right', render: (_, b) => countText(b.warned) },
            { title: t('catalog.held'), align: 'right', render: (_, b) => countText(b.held) },
            { title: t('common.reason'), dataIndex: 'reason' },
            { title: t('common.time'), render: (_, b) => timeText(b.at_ms) },
          ]}
        />
      ) : null}
    </div>
  );
}
