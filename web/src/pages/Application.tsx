import { Button, Card, Checkbox, Form, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Application, Contract, RevealedFilter } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { outcomeText } from '../parts/outcome.ts';
import { Due, Facts, Name, type Stage, StageLine } from '../parts/bits.tsx';
import { Status } from '../parts/chips.tsx';
import { FlowChip, FlowGradeCard } from '../parts/flow_grade.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { SignedPersonally, voteText } from '../parts/personal_signature.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';
import { VotesRing } from '../parts/votes_ring.tsx';

export default function ApplicationPage() {
  const { id = '' } = useParams();
  const query = useOne<Application>(`/applications/${id}`);
  return <Loaded query={query}>{(a) => <ApplicationView application={a} />}</Loaded>;
}

/** The row conditions; personal values are masked until somebody who may asks for them, on record, or they are destroyed. */
function RowFilter({ application: a }: { application: Application }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [shown, setShown] = useState<RevealedFilter | null>(null);
  const can = (what: string): boolean => a.can.includes(what);
  const filter = a.form.row_filter;
  if (filter.length === 0) return <>{t('application.noFilter')}</>;
  const reveal = async (): Promise<void> => setShown((await act(() => api.post<RevealedFilter>(`/applications/${a.id}/reveal-filter`), t('batch.readDone'))) ?? null);
  const erase = (ref: string): void => setAsk({ title: t('small.erase'), text: t('small.eraseText'), run: (v) => act(() => api.post(`/applications/${a.id}/erase-filter`, { secret_ref: ref, reason: v.reason })) });
  return (
    <div style={{ display: 'grid', gap: 6 }}>
      {filter.map((r) => (
        <div key={r.column + r.op + r.secret_ref}>
          <span className="mono">{r.column}</span> {t(`operator.${r.op as 'eq'}`, r.op)} <span className="mono">{(r.secret_ref ? r.masked ?? [] : r.values).join(', ')}</span>{r.secret_ref ? ` ${t('application.secretFilter')}` : ''}
          {r.secret_ref && a.erased_filters.includes(r.secret_ref) ? <> <Status value="revoked" /> {t('small.erased')}</> : null}
          {r.secret_ref && can('erase-filter') && !a.erased_filters.includes(r.secret_ref) ? <Button size="small" danger style={{ marginLeft: 8 }} onClick={() => erase(r.secret_ref)}>{t('small.erase')}</Button> : null}
        </div>
      ))}
      {can('reveal-filter') ? <div><Button size="small" loading={busy} onClick={() => void reveal()} title={t('small.revealText')}>{t('small.reveal')}</Button></div> : null}
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      <Modal open={shown !== null} title={t('small.revealed')} footer={<Button onClick={() => setShown(null)}>{t('common.close')}</Button>} onCancel={() => setShown(null)} destroyOnHidden>
        {shown?.row_filter.map((r) => <p key={r.column + r.op} className="mono">{r.column} {r.op} {r.values.join(', ')}</p>)}
      </Modal>
    </div>
  );
}

function stagesOf(a: Application, t: (key: string) => string): Stage[] {
  const decided = a.status !== 'voting';
  const failed = a.status === 'rejected' || a.status === 'withdrawn';
  const made = Boolean(a.contract);
  return [
    { id: 'submitted', title: t('application.stage.submitted'), state: 'done', note: timeText(a.at_ms) },
    { id: 'policy', title: t('application.stage.policy'), state: 'done' },
    { id: 'voting', title: t('application.stage.voting'), state: decided ? 'done' : 'now', note: `${a.votes.length} / ${a.roster.length}` },
    { id: 'decided', title: t('application.stage.decided'), state: failed ? 'failed' : decided ? 'done' : 'next', note: decided ? t(`status.${a.status}`) : '' },
    { id: 'contract', title: t('application.stage.contract'), state: made ? 'done' : a.status === 'approved' ? 'now' : 'next' },
  ];
}

function ApplicationView({ application: a }: { application: Application }) {
  const { t } = useTranslation();
  const me = useMe();
  const { act, busy } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [drafting, setDrafting] = useState(false);
  const can = (what: string): boolean => a.can?.includes(what) ?? false;
  const path = `/applications/${a.id}`;
  const vote = (): void => setAsk({
    title: t('application.vote'), text: t('application.voteFinal'), choice: { yes: t('application.approve'), no: t('application.reject') }, signs: (v) => voteText(a.id, me.person, v.approve, v.reason), run: (v) => act(() => api.post(`${path}/vote`, v)),
  });
  const withReason = (step: 'recuse' | 'withdraw'): void => setAsk({ title: t(`application.${step}`), run: (v) => act(() => api.post(`${path}/${step}`, { reason: v.reason })) });
  const { form } = a;
  const rows = a.roster.map((member) => ({ member, vote: a.votes.find((v) => v.member === member) }));
  return (
    <Page
      title={a.product_name ?? a.names?.[a.product] ?? t('application.one')} lead={<span className="mono">{a.id}</span>}
      chips={<>{a.level ? <FlowChip level={a.level} grade={a.grade} /> : null}<Status value={a.status} /></>}
      actions={<>
        {can('vote') ? <Button type="primary" onClick={vote}>{t('application.vote')}</Button> : null}
        {can('recuse') ? <Button onClick={() => withReason('recuse')}>{t('application.recuse')}</Button> : null}
        {can('close-vote') ? <Button loading={busy} onClick={() => void act(() => api.post(`${path}/close-vote`))}>{t('application.close')}</Button> : null}
        {can('contract') ? <Button type="primary" onClick={() => setDrafting(true)}>{t('application.draftContract')}</Button> : null}
        {a.contract ? <Link to={`/contracts/${a.contract}`}><Button>{t('application.contract')}</Button></Link> : null}
        {can('withdraw') ? <Button danger onClick={() => withReason('withdraw')}>{t('application.withdraw')}</Button> : null}
      </>}
    >
      <Card><StageLine stages={stagesOf(a, t)} /></Card>
      <div className="two">
        <Card title={t('common.details')}>
          <Facts items={[
            [t('application.applicant'), a.applicant_name ?? <Name key="a" id={a.applicant} names={a.names} />], [t('application.product'), <Link key="p" to={`/products/${a.product}`}>{a.product_name ?? a.product}</Link>],
            [t('application.purpose'), t(`purpose.${form.purpose}`, form.purpose)], [t('application.purposeNote'), form.purpose_note], [t('application.basis'), t(`basis.${form.legal_basis}`, form.legal_basis)], [t('application.safety'), form.safety_measures], [t('application.scenario'), t(`scenario.${form.scenario}`)],
            [t('application.form'), t(`form.${form.form}`)], [t('application.columns'), <span key="c" className="mono">{form.columns.join(', ')}</span>],
            [t('application.rows'), <RowFilter key="f" application={a} />],
            [t('application.count'), form.deliveries_max], [t('application.rate'), form.rate_per_minute || ''], [t('application.days'), form.valid_days], [t('application.crossBorder'), t(form.cross_border ? 'common.yes' : 'common.no')],
          ]} />
        </Card>
        <Card title={t('application.votes')} extra={a.status === 'voting' ? <>{t('application.deadline')}: <Due at={a.deadline_ms} /></> : a.reason ? outcomeText(t, a.reason) : null}>
          <VotesRing application={a} />
          <Table
            rowKey="member" size="small" pagination={false} dataSource={rows} style={{ marginTop: 12 }}
            columns={[
              { title: t('application.member'), render: (_, r) => <Name id={r.member} names={a.names} /> },
              { title: t('application.vote'), render: (_, r) => (!r.vote ? <span style={{ color: 'var(--soft)' }}>○ {t('application.notVoted')}</span> : r.vote.recused ? <span>⊘ {t('application.recuse')}</span> : r.vote.approve ? <span style={{ color: 'var(--good)' }}>✓ {t('application.approve')}</span> : <span style={{ color: 'var(--bad)' }}>✕ {t('application.reject')}</span>) },
              { title: t('common.reason'), render: (_, r) => <>{r.vote?.reason ?? ''}{r.vote?.certificate ? <><br /><SignedPersonally /></> : null}</> },
              { title: t('common.time'), render: (_, r) => (r.vote ? timeText(r.vote.at_ms) : '') },
            ]}
          />
        </Card>
      </div>
      <FlowGradeCard grade={a.grade} columns={form.columns.length} />
      <Card title={t('application.policy')}>
        <Table
          rowKey="id" size="small" pagination={false} dataSource={a.policy}
          columns={[{ title: t('application.clause'), dataIndex: 'clause', width: 130 }, { title: t('common.reason'), render: (_, p) => (currentLanguage() === 'zh' ? p.text_zh : p.text_en) }]}
        />
      </Card>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {drafting ? <Draft application={a} onClose={() => setDrafting(false)} /> : null}
    </Page>
  );
}

interface Drawn { duties: string; liability: string; leave_out?: boolean; mutual_tls?: boolean }

function Draft({ application, onClose }: { application: Application; onClose: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Drawn>();
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const finish = async ({ leave_out, mutual_tls, ...v }: Drawn): Promise<void> => {
    const made = await act(() => api.post<Contract>(`/applications/${application.id}/contract`, { ...v, ...(leave_out ? { level5_rows: 'leave_out' } : {}), ...(mutual_tls ? { mutual_tls } : {}) }));
    if (made) {
      onClose();
      void go(`/contracts/${made.id}`);
    }
  };
  return (
    <Modal open title={t('application.draftContract')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="duties" label={t('application.duties')} rules={need}><Input.TextArea rows={3} maxLength={4000} /></Form.Item>
        <Form.Item name="liability" label={t('application.liability')} rules={need}><Input.TextArea rows={3} maxLength={4000} /></Form.Item>
        <Form.Item name="leave_out" valuePropName="checked" extra={t('strategy.leaveOutText')}><Checkbox>{t('strategy.leaveOutAtDelivery')}</Checkbox></Form.Item>
        {application.form.form === 'api' ? <Form.Item name="mutual_tls" valuePropName="checked" extra={t('clients.inDraftText')}><Checkbox>{t('clients.inDraft')}</Checkbox></Form.Item> : null}
      </Form>
    </Modal>
  );
}
