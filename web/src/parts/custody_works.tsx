// Operations on keys under dual control: proposed, witnessed by others, carried out, each destruction with its certificate.
import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { Backups, KeyWorkAnswer, KeyWorkObject, KeyWorks } from '../api/schema.ts';
import type { Contract, Dataset } from '../api/types.ts';
import { useNow } from '../app/now.ts';
import { useMe } from '../app/session.tsx';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { Due, Name, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import type { Paper } from './law_types.ts';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';
import { SignedPersonally, witnessText } from './personal_signature.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const tones: Record<string, 'good' | 'busy' | 'bad' | 'idle'> = { proposed: 'busy', approved: 'good', refused: 'bad', done: 'good', failed: 'bad' };

export function Works() {
  const { t } = useTranslation();
  const me = useMe();
  const { act, busy } = useAct();
  const query = useOne<KeyWorks>('/key-works');
  const [ask, setAsk] = useState<Ask | null>(null);
  // Other pages lead here with the version that they propose to destroy.
  const [search, setSearch] = useSearchParams();
  const wished: Partial<Values> | null = search.get('propose') ? { work: 'destroy_version', version: search.get('propose')! } : search.get('dataset') ? { work: 'destroy_dataset', dataset: search.get('dataset')! } : null;
  const [proposing, setProposing] = useState(wished !== null);
  const witness = (w: KeyWorkObject): void => setAsk({
    title: `${t('custody.witness')}: ${t(`custody.work.${w.work}`)}`, text: w.reason, choice: { yes: t('custody.agree'), no: t('custody.refuse') }, signs: (a) => witnessText(w, me.person, a.approve ? 'agree' : 'refuse', a.reason),
    run: ({ approve, ...said }) => act(() => api.post(`/key-works/${w.id}/witness`, { verdict: approve ? 'agree' : 'refuse', ...said })),
  });
  const save = async (w: KeyWorkObject): Promise<void> => {
    const text = await act(() => api.text(`/key-works/${w.id}/certificate`));
    if (text) download(new Blob([text], { type: 'application/json' }), `${w.id}.destruction.json`);
  };
  return (
    <Loaded query={query}>
      {(works) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <div style={{ display: 'flex', gap: 16, alignItems: 'center', flexWrap: 'wrap' }}>
            {works.can.length > 0 ? <Button type="primary" onClick={() => setProposing(true)}>{t('custody.propose')}</Button> : null}
            <span style={{ color: 'var(--soft)' }}>{t('custody.proposeText')}</span>
          </div>
          <Table<KeyWorkObject>
            rowKey="id" size="middle" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={works.items} scroll={{ x: 'max-content' }} locale={{ emptyText: <><strong>{t('custody.noWorks')}</strong><br />{t('custody.noWorksText')}</> }}
            columns={[
              { title: t('custody.what'), render: (_, w) => <><strong>{t(`custody.work.${w.work}`)}</strong><br /><small>{w.person ? <PersonRowsText work={w} /> : w.whole ? <><Name id={w.dataset} names={w.names} /> · {t('custody.allVersions', { n: countText(w.whole.versions) })}</> : w.version ? <Name id={w.version} names={w.names} /> : w.epoch ? <span className="mono">{w.epoch}</span> : ''}</small></> },
              { title: t('custody.columns'), render: (_, w) => <div className="mono" style={{ maxWidth: 200, whiteSpace: 'normal' }}>{w.columns.length > 6 ? `${w.columns.slice(0, 6).join(', ')} … (${w.columns.length})` : w.columns.join(', ') || '—'}</div> },
              { title: t('common.reason'), render: (_, w) => <div style={{ maxWidth: 240, whiteSpace: 'normal' }}>{w.reason}{w.approval && w.retention_ends_ms ? <><br /><small>{t('custody.early', { day: dayText(w.retention_ends_ms) })}</small></> : null}{w.contracts?.length ? <div><small>{t('custody.contracts')}: {w.contracts.map((c) => <ContractLink key={c} id={c} />)}</small></div> : null}{w.failure ? <div style={{ color: 'var(--bad)' }}>{w.person && w.status === 'failed' ? t('custody.personFailed', { reason: w.failure }) : w.failure}</div> : null}</div> },
              { title: t('custody.proposedBy'), render: (_, w) => <><Name id={w.proposed_by} names={w.names} /><br /><small>{timeText(w.at_ms)}</small></> },
              { title: t('custody.witnesses'), render: (_, w) => <>{w.witnesses.length} / {w.witnesses_needed}{w.witnesses.map((p) => <div key={p}><small><Name id={p} names={w.names} /></small> {w.signed_by.includes(p) ? <SignedPersonally /> : null}</div>)}</> },
              { title: t('common.status'), render: (_, w) => <>{w.lapsed ? <Chip tone="idle" icon="–" word={t('custody.lapsed')} /> : <Chip tone={tones[w.status] ?? 'idle'} icon="●" word={t(`custody.status.${w.status}`)} />}{w.status === 'proposed' && !w.lapsed ? <><br /><small>{t('custody.lapses')} <Due at={w.lapses_ms} /></small></> : null}<Decision work={w} /><Result work={w} /></> },
              { title: t('common.actions'), render: (_, w) => <Space wrap>
                {w.can.includes('decide') ? <Button size="small" type="primary" onClick={() => setAsk({ title: `${t('custody.decide')}: ${t(`custody.work.${w.work}`)}`, text: w.reason, choice: { yes: t('custody.agree'), no: t('custody.refuse') }, run: (a) => act(() => api.post(`/key-works/${w.id}/decide`, a)) })}>{t('custody.decide')}</Button> : null}
                {w.can.includes('witness') ? <Button size="small" type="primary" onClick={() => witness(w)}>{t('custody.witness')}</Button> : null}
                {w.can.includes('carry-out') ? <CarryOut work={w} /> : null}
                {w.can.includes('certificate') ? <Button size="small" loading={busy} onClick={() => void save(w)}>{t('custody.certificate')}</Button> : null}
              </Space> },
            ]}
          />
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
          {proposing && works.can.length > 0 ? <Propose kinds={works.can} wished={wished} onClose={() => { setProposing(false); setSearch({}, { replace: true }); }} /> : null}
        </div>
      )}
    </Loaded>
  );
}

/** One person's rows: how many versions, how far it is, and what stays for now. */
function PersonRowsText({ work: w }: { work: KeyWorkObject }) {
  const { t } = useTranslation();
  if (!w.person) return null;
  return <>{t('custody.personVersions', { n: countText(w.person.versions) })}{w.versions_done ? ` · ${t('custody.personDone', { n: countText(w.versions_done) })}` : ''}{(w.versions_kept ?? w.person.kept) > 0 ? <><br />{t('custody.personKept', { n: countText(w.versions_kept ?? w.person.kept) })}</> : null}{w.versions_left ? <div style={{ color: 'var(--bad)', maxWidth: 260, whiteSpace: 'normal' }}>{t('custody.personLeft', { n: countText(w.versions_left) })}</div> : null}</>;
}

/** What ends with the data: by its product and recipient, where one may read it. */
function ContractLink({ id }: { id: string }) {
  const { t } = useTranslation();
  const contract = useOne<Contract>(`/contracts/${id}`).data;
  return <div><Link to={`/contracts/${id}`} title={id} style={{ textDecoration: 'underline' }}>{contract ? `${t(`form.${contract.terms.form}`)} · ${contract.product_name ?? id} · ${contract.recipient_name}` : id}</Link></div>;
}

/** A head's or the committee's word, where no paper says it: before it nobody witnesses. */
function Decision({ work: w }: { work: KeyWorkObject }) {
  const { t } = useTranslation();
  if (w.decision) return <div><small>{t(w.decision.approved ? 'custody.decided' : 'custody.decidedAgainst')}: <Name id={w.decision.by} names={w.names} /> · {w.decision.reason}</small></div>;
  return w.decision_needed && w.status === 'proposed' && !w.lapsed ? <div><Chip tone="warn" icon="!" word={t('custody.awaitsDecision')} /></div> : null;
}

function Result({ work: w }: { work: KeyWorkObject }) {
  const { t } = useTranslation();
  const said = [w.wraps > 0 ? t('custody.wraps', { n: countText(w.wraps) }) : '', w.rows_removed > 0 ? t('custody.rowsRemoved', { n: countText(w.rows_removed) }) : ''].filter(Boolean).join(' · ');
  return said || w.new_version ? <><br /><small>{said} {w.new_version ? <>{t('custody.newVersion')} <Name id={w.new_version} names={w.names} /></> : null}</small></> : null;
}

function CarryOut({ work }: { work: KeyWorkObject }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const [asking, setAsking] = useState(false);
  const carryOut = async (): Promise<void> => {
    const done = await start<KeyWorkAnswer>(`/key-works/${work.id}/carry-out`, {});
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    if (done) setAsking(false);
  };
  return (
    <>
      <Button size="small" danger onClick={() => setAsking(true)}>{t('custody.carryOut')}</Button>
      <Modal open={asking} title={`${t('custody.carryOut')}: ${t(`custody.work.${work.work}`)}`} onCancel={() => setAsking(false)} onOk={() => void carryOut()} confirmLoading={run !== null} okText={t('custody.carryOut')} okButtonProps={{ danger: true }} cancelText={t('common.cancel')}>
        <p>{work.work.startsWith('destroy') ? t('custody.carryOutText') : work.reason}</p>
        {work.person ? <p><strong>{t('custody.personText', { n: countText(work.person.versions) })}</strong></p> : null}
        {work.whole ? <p><strong>{t('custody.wholeText', { n: countText(work.whole.versions) })}</strong></p> : null}
        {run ? <Doing run={run} /> : null}
      </Modal>
    </>
  );
}

interface Values { work: string; version?: string; dataset?: string; columns?: string[]; column?: string; subject?: string; epoch?: string; approval?: string; contracts?: string[]; reason: string }

/** What is not destroyed before its retention period is over, but with an approval (src/space/custody). */
const BOUND = ['destroy_columns', 'destroy_version', 'destroy_dataset'];

function Propose({ kinds, wished, onClose }: { kinds: string[]; wished: Partial<Values> | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const datasets = useAll<Dataset>('/datasets');
  const now = useNow();
  const epochs = useOne<Backups>('/backups').data?.epochs ?? [];
  const work = Form.useWatch('work', form), chosen = Form.useWatch('version', form), whole = Form.useWatch('dataset', form);
  const versions = datasets.flatMap((d) => d.versions.map((v) => ({ ...v, dataset: d.id, label: `${d.title || d.name} #${v.number} · ${countText(v.rows)}${v.masked_from ? ` · ${t('catalog.masked')}` : ''}` })));
  const columns = (versions.find((v) => v.id === chosen)?.columns ?? []).map((c) => ({ value: c, label: c }));
  const approvals = useAll<Paper>('/law/papers').filter((p) => p.in_force && p.form.kind === 'destruction_approval' && p.form.dataset === (work === 'destroy_dataset' ? whole : versions.find((v) => v.id === chosen)?.dataset));
  // Only those that deliver from what is to be destroyed are to be named; where there is none, nothing is asked.
  const gone = Form.useWatch('columns', form) ?? [];
  const contracts = useAll<Contract>('/contracts').filter((c) => c.status === 'active' && c.terms.expires_ms > now && (work === 'destroy_dataset' ? versions.some((v) => v.id === c.terms.version && v.dataset === whole) : c.terms.version === chosen) && (work !== 'destroy_columns' || c.terms.columns.some((column) => gone.includes(column))));
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: Values): Promise<void> => {
    const proposal = { work: v.work, ...(v.work === 'destroy_dataset' ? { dataset: v.dataset ?? '' } : {}), version: v.version ?? '', columns: v.work === 'destroy_rows' ? [v.column ?? ''] : v.columns ?? [], epoch: v.epoch ?? '', reason: v.reason, ...(v.approval ? { approval: v.approval } : {}), ...(v.contracts?.length ? { contracts: v.contracts } : {}) };
    if (await act(() => api.post('/key-works', { proposal, subject: v.subject ?? '' }))) onClose();
  };
  return (
    <Modal open title={t('custody.propose')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={wished ?? {}} onFinish={(v) => void finish(v)}>
        <Form.Item name="work" label={t('custody.what')} rules={need}><Select options={kinds.map((k) => ({ value: k, label: t(`custody.work.${k}`) }))} /></Form.Item>
        {['destroy_columns', 'destroy_version', 'destroy_rows'].includes(work) ? <Form.Item name="version" label={t('custody.version')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={versions.map((v) => ({ value: v.id, label: v.label }))} /></Form.Item> : null}
        {work === 'destroy_dataset' ? <Form.Item name="dataset" label={t('law.dataset')} extra={t('custody.datasetText')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={datasets.filter((d) => !d.destroyed_ms).map((d) => ({ value: d.id, label: `${d.title || d.name} · ${t('custody.allVersions', { n: countText(d.versions.length) })}` }))} /></Form.Item> : null}
        {work === 'destroy_columns' ? <Form.Item name="columns" label={t('custody.columns')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={columns} /></Form.Item> : null}
        {work === 'destroy_rows' ? <><Form.Item name="column" label={t('custody.personColumn')} rules={need}><Select options={columns} /></Form.Item><Form.Item name="subject" label={t('custody.subject')} extra={t('custody.subjectText')} rules={need}><Input autoComplete="off" /></Form.Item></> : null}
        {work === 'destroy_epoch' ? <Form.Item name="epoch" label={t('custody.epoch')} rules={need}><Select options={epochs.filter((e) => !e.destroyed).map((e) => ({ value: e.id, label: `${e.id} · ${timeText(e.at_ms)}` }))} /></Form.Item> : null}
        {BOUND.includes(work) ? <Form.Item name="approval" label={t('custody.approval')} extra={t('custody.approvalText')}><Select allowClear notFoundContent={t('custody.noApproval')} options={approvals.map((p) => ({ value: p.id, label: `${p.form.title} ${p.form.number}` }))} /></Form.Item> : null}
        {BOUND.includes(work) && contracts.length > 0 ? <Form.Item name="contracts" label={t('custody.contracts')} extra={t('custody.contractsText')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={contracts.map((c) => ({ value: c.id, label: `${t(`form.${c.terms.form}`)} · ${c.product_name ?? c.id} · ${c.recipient_name} · ${c.id}` }))} /></Form.Item> : null}
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

export function Destroyed() {
  const { t } = useTranslation();
  const query = useOne<KeyWorks>('/key-works');
  return (
    <Loaded query={query} isEmpty={(w) => w.destroyed.length === 0 && w.datasets.length === 0} empty={{ title: t('custody.noDestroyed'), text: '' }}>
      {(w) => <div style={{ display: 'grid', gap: 16 }}>
        {w.datasets.length > 0 ? <Table rowKey="dataset" size="middle" pagination={false} dataSource={w.datasets} columns={[
          { title: t('custody.wholeDataset'), render: (_, d) => <Link to={`/catalog/${d.dataset}`} style={{ textDecoration: 'underline' }}><Name id={d.dataset} names={w.destroyed_names} /></Link> }, { title: t('common.time'), render: (_, d) => timeText(d.at_ms) },
          { title: t('custody.what'), render: (_, d) => <span className="mono">{d.key_work || t('custody.toldByRestore')}</span> },
        ]} /> : null}
        <Table rowKey="version" size="middle" pagination={false} dataSource={w.destroyed} columns={[
        { title: t('custody.version'), render: (_, d) => <Name id={d.version} names={w.destroyed_names} /> }, { title: t('custody.columns'), render: (_, d) => (d.whole ? <Chip tone="idle" icon="–" word={t('custody.whole')} /> : <span className="mono">{d.columns.join(', ')}</span>) },
        ]} />
      </div>}
    </Loaded>
  );
}
