// Who leaked: a suspect file against every release that bears marks.
import { Alert, Button, Card, Form, Input, Progress, Select, Table, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { MarkItem, SuspectUpload, TraceItem, TraceResult } from '../api/schema.ts';
import type { Dataset, List } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { countText, listComma, timeText } from '../i18n/format.ts';
import { Facts, Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Loaded } from './page.tsx';

const BYTES_MAX = 1024 * 1024 * 1024, PART_BYTES = 4 * 1024 * 1024;

const base64 = async (part: Blob): Promise<string> => new Promise((give, fail) => {
  const reader = new FileReader();
  reader.onload = () => give(String(reader.result).split(',')[1] ?? '');
  reader.onerror = () => fail(reader.error ?? new Error('unreadable'));
  reader.readAsDataURL(part);
});

/** The bytes as they are, part after part: a found file is as large as the release it came from. */
async function send(file: File, onPart: (share: number) => void): Promise<string> {
  let upload = '';
  for (let at = 0; at < file.size; at += PART_BYTES) {
    const data = await base64(file.slice(at, at + PART_BYTES));
    upload = (await api.post<SuspectUpload>('/deident/suspects', { data, ...(upload ? { upload } : {}) })).upload;
    onPart(Math.min(1, (at + PART_BYTES) / file.size));
  }
  return upload;
}

export function Trace() {
  const { t } = useTranslation();
  const marks = useOne<List<MarkItem>>('/deident/marks?limit=500');
  const [result, setResult] = useState<TraceResult | null>(null);
  const may = useHolds('security_officer');
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      {may ? <Suspect onTraced={setResult} /> : null}
      {result ? <Verdict result={result} /> : null}
      <Card title={t('deident.marksTitle')}>
        <Loaded query={marks} isEmpty={(m) => m.items.length === 0} empty={{ title: t('deident.noMarks'), text: '' }}>
          {(m) => <Table<MarkItem> size="small" rowKey="release" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={m.items} scroll={{ x: 'max-content' }} columns={[
            { title: t('deident.release'), render: (_, i) => <Link to={`/releases/${i.release}`} className="mono">{i.release}</Link> }, { title: t('deident.recipient'), render: (_, i) => <Name id={i.party} names={i.names} /> },
            { title: t('deident.dataset'), render: (_, i) => <Name id={i.dataset} names={i.names} /> }, { title: t('deident.cellsChanged'), align: 'right', render: (_, i) => `${countText(i.cells_changed)} / ${countText(i.cells_marked)}` },
            { title: t('catalog.k'), align: 'right', dataIndex: 'k_min' }, { title: t('deident.when'), render: (_, i) => timeText(i.at_ms) },
          ]} />}
        </Loaded>
      </Card>
      <Traces />
    </div>
  );
}

function Traces() {
  const { t } = useTranslation();
  const items = useAll<TraceItem>('/deident/traces');
  if (items.length === 0) return null;
  return (
    <Card title={t('deident.traces')}>
      <Table<TraceItem> size="small" rowKey="id" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={items} scroll={{ x: 'max-content' }} columns={[
        { title: t('deident.when'), render: (_, i) => timeText(i.at_ms) }, { title: t('deident.dataset'), render: (_, i) => <Name id={i.dataset} names={i.names} /> }, { title: t('common.reason'), render: (_, i) => <div style={{ maxWidth: 260, whiteSpace: 'normal' }}>{i.reason}{i.failure ? <><br /><small>{t('strategy.failure')}: {i.failure}</small></> : null}</div> },
        { title: t('deident.accused'), render: (_, i) => (i.named.every((n) => !n.accused) ? t('deident.none') : i.named.filter((n) => n.accused).map((n) => <div key={n.party}><Name id={n.party} names={i.names} /></div>)) },
        { title: t('deident.symbols'), align: 'right', render: (_, i) => countText(i.symbols) }, { title: t('deident.who'), render: (_, i) => <Name id={i.traced_by} names={i.names} /> }, { title: t('common.status'), render: (_, i) => <Chip tone={i.status === 'failed' ? 'bad' : i.status === 'done' ? 'good' : 'busy'} icon="●" word={t(`deident.status.${i.status}`, i.status)} /> },
      ]} />
    </Card>
  );
}

function Suspect({ onTraced }: { onTraced: (result: TraceResult) => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const datasets = useAll<Dataset>('/datasets');
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const [form] = Form.useForm<{ dataset: string; reason: string }>();
  const need = [{ required: true, message: t('common.required') }];
  const trace = async (v: { dataset: string; reason: string }): Promise<void> => {
    if (!file) return;
    const done = await act(async () => api.work<TraceResult>('/deident/trace', { dataset: v.dataset, upload: await send(file, setSent), reason: v.reason }));
    setSent(0);
    if (done) onTraced(done);
  };
  return (
    <Card title={t('deident.traceTitle')}>
      <p style={{ marginTop: 0 }}>{t('deident.traceText')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void trace(v)} style={{ maxWidth: 560 }}>
        <Form.Item name="dataset" label={t('deident.dataset')} rules={need}><Select options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input maxLength={2000} /></Form.Item>
        <Form.Item>
          <Upload accept=".csv,.txt" maxCount={1} showUploadList={false} beforeUpload={(f) => { setFile(f); return false; }}><Button>{t('deident.file')}</Button></Upload>
          {file ? <span style={{ marginLeft: 12 }}>{file.name}</span> : null}
        </Form.Item>
        {file && file.size > BYTES_MAX ? <Alert type="warning" showIcon title={t('deident.tooLarge')} style={{ marginBottom: 12 }} /> : null}
        {sent > 0 && busy ? <Progress percent={Math.round(sent * 100)} size="small" style={{ maxWidth: 320 }} /> : null}
        <Button type="primary" htmlType="submit" loading={busy} disabled={!file || file.size > BYTES_MAX}>{t('deident.traceDo')}</Button>
      </Form>
    </Card>
  );
}

function Verdict({ result }: { result: TraceResult }) {
  const { t } = useTranslation();
  const accused = result.recipients.filter((r) => r.accused);
  return (
    <Card title={t('deident.result')}>
      {accused.length === 0 ? <Alert type="info" showIcon title={t('deident.nobody')} style={{ marginBottom: 12 }} /> : null}
      {accused.length > 0 ? <Alert type="error" showIcon title={t('strategy.named', { names: accused.map((r) => r.name).join(listComma()), bound: accused[0]!.false_accusation_bound })} style={{ marginBottom: 12 }} /> : null}
      <p style={{ marginTop: 0 }}>{t('strategy.boundText', { bound: String(result.bound), n: countText(result.candidates) })}</p>
      <Facts items={[[t('catalog.rows'), countText(result.rows)], [t('deident.symbols'), countText(result.symbols)], [t('strategy.carriersRead'), (result.carriers as string[]).join(', ')], [t('deident.candidates'), countText(result.candidates)], [t('common.entry'), result.seq]]} />
      <Table size="small" rowKey="party" pagination={false} dataSource={[...result.recipients].sort((a, b) => Number(b.accused) - Number(a.accused) || b.deviations_permille - a.deviations_permille)} style={{ marginTop: 12 }} columns={[
        { title: t('deident.recipient'), render: (_, r) => r.name || <Name id={r.party} /> }, { title: t('common.status'), render: (_, r) => <Chip tone={r.accused ? 'bad' : 'idle'} icon={r.accused ? '!' : '–'} word={t(r.accused ? 'deident.accused' : 'deident.notAccused')} /> },
        { title: t('strategy.markScore'), render: (_, r) => <Score permille={r.deviations_permille} accused={r.accused} /> }, { title: t('deident.bound'), align: 'right', render: (_, r) => <span className="mono">{r.false_accusation_bound}</span> },
        { title: t('deident.release'), render: (_, r) => r.releases.map((id) => <div key={id}><Link className="mono" to={`/releases/${id}`}>{id}</Link></div>) },
      ]} />
    </Card>
  );
}

/** What the copy scores as this recipient's, in standard deviations of one who had no part: those stay near 0. */
function Score({ permille, accused }: { permille: number; accused: boolean }) {
  const { t } = useTranslation();
  const sigma = permille / 1000;
  return (
    <div style={{ width: 170 }} title={t('strategy.scoreText')}>
      <div style={{ height: 8, borderRadius: 4, background: 'var(--idle-ground)' }}><div style={{ height: 8, borderRadius: 4, width: `${Math.min(1, Math.max(0, sigma / SCORE_SHOWN)) * 100}%`, background: accused ? 'var(--bad)' : 'var(--idle)' }} /></div>
      <small>{sigma.toFixed(1)} σ</small>
    </div>
  );
}

/** The score that fills the bar. */
const SCORE_SHOWN = 10;
