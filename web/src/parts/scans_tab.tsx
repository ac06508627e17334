// Scans (G2.1): a source is looked through for what it holds; an inventory comes of it that nobody has confirmed yet. Which scan is open stands in the address.
import { Alert, Button, Card, Checkbox, Form, Input, InputNumber, Radio, Select, Space, Table, Upload } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { ScanField, ScanFields, ScanObject, Scans, ScanTable, ScanTables, SourceObject } from '../api/schema.ts';
import { countText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Facts, download } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';

const BYTES_MAX = 6 * 1024 * 1024;
/** A scan that runs, or is stopping, is looked at so often. */
const LOOK_MS = 2_000;

export function ScansTab() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const query = useOne<Scans>('/scans', { again: (all) => (all?.items.some((s) => s.status === 'running') ? LOOK_MS : false) });
  const { run, start } = useRun();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const chosen = search.get('scan');
  const show = (id: string | null): void => setSearch({ tab: 'scans', ...(id ? { scan: id } : {}) });
  const work = async (path: string, body: unknown): Promise<void> => {
    const done = await start<{ id: string }>(path, body);
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    if (done) show(done.id);
  };
  if (chosen) return <One id={chosen} onBack={() => show(null)} />;
  return (
    <Loaded query={query}>
      {(all) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('holdings.scan.text')}</p>
          {run ? <Card size="small"><strong>{t('holdings.scan.doing')}</strong><Doing run={run} /></Card> : null}
          {all.can.includes('start') && !asking ? <div><Button type="primary" disabled={run !== null} onClick={() => setAsking(true)}>{t('holdings.scan.start')}</Button></div> : null}
          {asking ? <Start onClose={() => setAsking(false)} onStart={(body) => { setAsking(false); void work('/scans', body); }} /> : null}
          <Table<ScanObject>
            rowKey="id" size="middle" dataSource={all.items} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} locale={{ emptyText: <><strong>{t('holdings.scan.none')}</strong><br />{t('holdings.scan.noneText')}</> }}
            columns={[
              { title: t('holdings.scan.name'), render: (_, s) => <><Button type="link" style={{ padding: 0 }} onClick={() => show(s.id)}><strong>{s.name}</strong></Button><br /><small>{t(`holdings.scan.kinds.${s.kind}`)}</small></> },
              { title: t('common.status'), render: (_, s) => <State scan={s} /> },
              { title: t('holdings.scan.tables'), align: 'right', render: (_, s) => <>{countText(s.tables)}{s.tables_total > s.tables ? ` / ${countText(s.tables_total)}` : ''}{s.unread > 0 ? <><br /><small>{t('holdings.scan.unread', { n: countText(s.unread) })}</small></> : null}</> },
              { title: t('holdings.scan.fields'), align: 'right', render: (_, s) => <>{countText(s.fields_found)}<br /><small>{t('holdings.scan.review', { n: countText(s.review) })}</small></> },
              { title: t('holdings.scan.levels'), render: (_, s) => <Levels scan={s} /> },
              { title: t('common.time'), render: (_, s) => timeText(s.started_ms) },
              { title: t('common.actions'), render: (_, s) => <Actions scan={s} busy={run !== null} onResume={() => void work(`/scans/${s.id}/resume`, {})} /> },
            ]}
          />
        </div>
      )}
    </Loaded>
  );
}

function Actions({ scan: s, busy, onResume }: { scan: ScanObject; busy: boolean; onResume: () => void }) {
  const { t } = useTranslation();
  const { act } = useAct();
  return (
    <Space wrap>
      {s.can.includes('resume') ? <Button size="small" type="primary" disabled={busy} onClick={onResume}>{t('holdings.scan.resume')}</Button> : null}
      {s.can.includes('stop') ? <Button size="small" onClick={() => void act(() => api.post(`/scans/${s.id}/stop`))}>{t('holdings.scan.stop')}</Button> : null}
      {s.can.includes('remove') ? <Button size="small" danger onClick={() => void act(() => api.post(`/scans/${s.id}/remove`))}>{t('holdings.scan.remove')}</Button> : null}
    </Space>
  );
}

function State({ scan: s }: { scan: ScanObject }) {
  const { t } = useTranslation();
  const tone = s.status === 'done' ? 'good' : s.status === 'running' ? 'idle' : s.status === 'stopped' ? 'warn' : 'bad';
  return <><Chip tone={tone} icon={s.status === 'done' ? '✓' : s.status === 'running' ? '…' : '!'} word={t(s.stopping ? 'holdings.scan.stopping' : `holdings.scan.status.${s.status}`)} />{s.stopping ? <><br /><small>{t('holdings.scan.stoppingText')}</small></> : null}{s.reason ? <><br /><small className="mono">{s.reason}</small></> : null}</>;
}

function Levels({ scan: s }: { scan: ScanObject }) {
  return <Space size={8} wrap>{s.levels.map((n, i) => (n > 0 ? <span key={i} style={{ whiteSpace: 'nowrap' }}><GradeChip level={i + 1} /> {countText(n)}</span> : null))}</Space>;
}

interface Values { from: 'source' | 'files'; name?: string; source?: string; rows: number; names_only: boolean }

const base64 = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let out = '';
  for (let i = 0; i < bytes.length; i += 32768) out += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(out);
};

function Start({ onStart, onClose }: { onStart: (body: unknown) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const [files, setFiles] = useState<File[]>([]);
  const from = Form.useWatch('from', form) ?? 'files';
  const sources = useAll<SourceObject>('/sources').filter((s) => s.source_kind === 'database' && s.status !== 'removed');
  const tooLarge = files.reduce((n, f) => n + f.size, 0) > BYTES_MAX;
  const required = [{ required: true, message: t('holdings.scan.required') }];
  const go = async (v: Values): Promise<void> => {
    const common = { ...(v.name ? { name: v.name } : {}), rows: v.rows, names_only: v.names_only };
    if (v.from === 'source') return onStart({ ...common, source: v.source });
    return onStart({ ...common, files: await Promise.all(files.map(async (f) => ({ name: f.name, content: await base64(f) }))) });
  };
  return (
    <Card title={t('holdings.scan.start')}>
      <Form<Values> form={form} layout="vertical" style={{ maxWidth: 640 }} initialValues={{ from: 'files', rows: 2000, names_only: false }} onFinish={(v) => void go(v)}>
        <Form.Item name="from" label={t('holdings.scan.from')}><Radio.Group options={(['files', 'source'] as const).map((f) => ({ value: f, label: t(`holdings.scan.fromKind.${f}`) }))} /></Form.Item>
        {from === 'files' ? (
          <Form.Item label={t('holdings.scan.files')} required extra={t('holdings.scan.filesText')}>
            <Upload multiple beforeUpload={(file) => { setFiles((all) => [...all.filter((f) => f.name !== file.name), file]); return false; }} onRemove={(file) => { setFiles((all) => all.filter((f) => f.name !== file.name)); }} fileList={files.map((f) => ({ uid: f.name, name: f.name }))}>
              <Button>{t('holdings.scan.choose')}</Button>
            </Upload>
            {tooLarge ? <Alert type="error" showIcon title={t('holdings.scan.tooLarge')} /> : null}
          </Form.Item>
        ) : null}
        {from === 'source' ? <Form.Item name="source" label={t('holdings.scan.registered')} rules={required}><Select options={sources.map((s) => ({ value: s.id, label: s.name }))} notFoundContent={t('holdings.scan.noSources')} /></Form.Item> : null}
        <Form.Item name="name" label={t('holdings.scan.name')}><Input maxLength={100} /></Form.Item>
        <Space align="center" size={20}>
          <Form.Item name="rows" label={t('holdings.scan.rows')}><InputNumber min={1} max={100000} /></Form.Item>
          <Form.Item name="names_only" valuePropName="checked" label=" "><Checkbox>{t('holdings.scan.namesOnly')}</Checkbox></Form.Item>
        </Space>
        <Space><Button type="primary" htmlType="submit" disabled={from === 'files' && (files.length === 0 || tooLarge)}>{t('holdings.scan.go')}</Button><Button onClick={onClose}>{t('common.cancel')}</Button></Space>
      </Form>
    </Card>
  );
}

function One({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const query = useOne<ScanObject>(`/scans/${id}`, { again: (s) => (s?.status === 'running' ? LOOK_MS : false) });
  const save = async (format: string, name: string): Promise<void> => { const file = await act(() => api.blob(`/scans/${id}/list?format=${format}`)); if (file) download(file, `${name}.${format}`); };
  return (
    <Loaded query={query}>
      {(s) => (
        <div style={{ display: 'grid', gap: 14 }}>
          <Space wrap>
            <Button onClick={onBack}>{t('holdings.scan.back')}</Button>
            <Button onClick={() => void save('xlsx', s.name)}>{t('holdings.scan.xlsx')}</Button>
            <Button onClick={() => void save('csv', s.name)}>CSV</Button>
          </Space>
          <Card title={s.name}>
            <Facts items={[[t('common.status'), <State key="s" scan={s} />], [t('holdings.scan.tables'), `${countText(s.tables)} / ${countText(s.tables_total)}`], [t('holdings.scan.fields'), countText(s.fields_found)], [t('holdings.scan.levels'), <Levels key="l" scan={s} />], [t('common.time'), timeText(s.started_ms)]]} />
            <p style={{ margin: '8px 0 0', color: 'var(--soft)' }}>{t('holdings.scan.unconfirmed')}</p>
          </Card>
          <Fields scan={s} />
          {s.unread > 0 ? <Unread id={s.id} /> : null}
        </div>
      )}
    </Loaded>
  );
}

const PAGE = 50;

function Fields({ scan: s }: { scan: ScanObject }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const [words, setWords] = useState(''), [level, setLevel] = useState(0), [review, setReview] = useState(false), [page, setPage] = useState(1);
  const query = useOne<ScanFields>(`/scans/${s.id}/fields?limit=${PAGE}&cursor=${(page - 1) * PAGE}&level=${level}&review=${review}&q=${encodeURIComponent(words)}`);
  return (
    <Card title={t('holdings.scan.found')} extra={<Space wrap>
      <Input.Search allowClear aria-label={t('holdings.scan.find')} placeholder={t('holdings.scan.find')} onSearch={(v) => { setWords(v); setPage(1); }} style={{ width: 200 }} />
      <Select aria-label={t('catalog.level')} value={level} onChange={(v) => { setLevel(v); setPage(1); }} style={{ width: 130 }} options={[{ value: 0, label: t('holdings.scan.allLevels') }, ...[1, 2, 3, 4, 5].map((n) => ({ value: n, label: t('holdings.scan.level', { n }) }))]} />
      <Checkbox checked={review} onChange={(e) => { setReview(e.target.checked); setPage(1); }}>{t('holdings.scan.onlyReview')}</Checkbox>
    </Space>}>
      <Loaded query={query}>
        {(found) => (
          <Table<ScanField>
            size="small" rowKey={(f) => `${f.table}.${f.column}`} dataSource={found.items} scroll={{ x: 'max-content' }} pagination={{ current: page, pageSize: PAGE, total: found.total, hideOnSinglePage: true, showSizeChanger: false, onChange: setPage }}
            columns={[
              { title: t('holdings.scan.table'), render: (_, f) => <><span className="mono">{f.table}</span>{f.table_comment ? <><br /><small>{f.table_comment}</small></> : null}</> },
              { title: t('catalog.field'), render: (_, f) => <><strong className="mono">{f.column}</strong><br /><small>{f.comment || f.data_type}</small></> },
              { title: t('catalog.category'), render: (_, f) => t(`category.${f.category}`) },
              { title: t('catalog.level'), render: (_, f) => <><GradeChip level={f.level} />{f.contains_level5 ? <><br /><small>{t('holdings.scan.level5')}</small></> : null}</> },
              { title: t('holdings.item.type'), render: (_, f) => <>{zh ? f.type_zh : f.type}<br /><small>{Math.round(f.confidence_permille / 10)}%</small></> },
              { title: t('common.status'), render: (_, f) => (f.review ? <Chip tone="warn" icon="!" word={t('holdings.scan.toReview')} /> : null) },
              { title: t('inventory.flow.why'), render: (_, f) => <div style={{ maxWidth: 420, whiteSpace: 'normal' }}>{(zh ? f.reasons_zh : f.reasons_en).slice(0, 3).join(zh ? '；' : '; ')}</div> },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Unread({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useOne<ScanTables>(`/scans/${id}/tables`);
  return (
    <Card title={t('holdings.scan.notRead')}>
      <Loaded query={query}>
        {(all) => <Table<ScanTable> size="small" rowKey="table" dataSource={all.items.filter((x) => x.reason)} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} columns={[{ title: t('holdings.scan.table'), render: (_, x) => <span className="mono">{x.table}</span> }, { title: t('sources.reason'), render: (_, x) => <span className="mono">{x.reason}</span> }]} />}
      </Loaded>
    </Card>
  );
}
