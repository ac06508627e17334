// Strategies on their way to a second person's signature: all of them, and one with what it changes, what is wrong with it, and what can be done.
import { Alert, Button, Card, Space } from 'antd';
import { Suspense, lazy, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import type { StrategyDraft, StrategyFinding, StrategyPlan } from '../api/schema.ts';
import type { Dataset, Strategy } from '../api/types.ts';
import { routeOfId } from '../app/routes.ts';
import { useHolds, useMe } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Digest, Facts, Name, type Stage, StageLine } from './bits.tsx';
import { Chip } from './chips.tsx';
import { signText } from './document_signature.ts';
import { DraftChanges } from './draft_changes.tsx';
import { ListTable } from './list_table.tsx';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';
import type { StrategyText } from './strategy.ts';

const KeyDialog = lazy(() => import('./key_dialog.tsx'));

const TONES = { submitted: 'busy', signed: 'good', refused: 'bad', withdrawn: 'idle', adopted: 'good' } as const;
const ICONS = { submitted: '●', signed: '✎', refused: '✕', withdrawn: '–', adopted: '✓' } as const;

function DraftStatus({ status }: { status: StrategyDraft['status'] }) {
  const { t } = useTranslation();
  return <Chip tone={TONES[status]} icon={ICONS[status]} word={t(`drafts.status.${status}`)} />;
}

export function StrategyDrafts() {
  const [search] = useSearchParams();
  const id = search.get('draft');
  return id ? <OneDraft id={id} key={id} /> : <AllDrafts />;
}

function AllDrafts() {
  const { t } = useTranslation();
  const list = useList<StrategyDraft>('/strategy-drafts');
  return (
    <div style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('drafts.lead')}</p>
      <ListTable<StrategyDraft>
        query={list} rowKey={(d) => d.id} empty={{ title: t('drafts.none'), text: t('drafts.noneText') }}
        columns={[
          { title: t('drafts.draft'), render: (_, d) => <div style={{ maxWidth: 320, whiteSpace: 'normal' }}><Link to={routeOfId(d.id)!}><strong>{d.name}</strong></Link><br /><Name id={d.dataset} names={d.names} /></div> },
          { title: t('common.status'), render: (_, d) => <DraftStatus status={d.status} /> },
          { title: t('drafts.submittedBy'), render: (_, d) => <><Name id={d.submitted_by} names={d.names} /><br /><small>{timeText(d.at_ms)}</small></> },
          { title: t('drafts.reviewedBy'), render: (_, d) => (d.decided_by ? <><Name id={d.decided_by} names={d.names} /><br /><small>{timeText(d.decided_ms)}</small></> : '—') },
          { title: t('drafts.said'), render: (_, d) => <div style={{ maxWidth: 280, whiteSpace: 'normal' }}>{d.status === 'refused' ? d.reason : d.note || '—'}</div> },
          { title: t('common.actions'), render: (_, d) => <Link to={routeOfId(d.id)!}><Button size="small" {...(d.can.includes('decide') || d.can.includes('adopt') ? { type: 'primary' as const } : {})}>{d.can.includes('decide') ? t('drafts.review') : d.can.includes('adopt') ? t('deident.adopt') : t('deident.show')}</Button></Link> },
        ]}
      />
    </div>
  );
}

function OneDraft({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useOne<StrategyDraft>(`/strategy-drafts/${id}`);
  return (
    <div style={{ display: 'grid', gap: 14, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <div><Link to="/deident?tab=drafts">← {t('drafts.all')}</Link></div>
      <Loaded query={query}>{(d) => <Draft draft={d} />}</Loaded>
    </div>
  );
}

function stagesOf(d: StrategyDraft, t: (key: string) => string): Stage[] {
  const decided = d.status === 'signed' || d.status === 'adopted';
  return [
    { id: 'submitted', title: t('drafts.stage.submitted'), state: 'done', note: timeText(d.at_ms) },
    { id: 'signed', title: t(d.status === 'refused' ? 'drafts.status.refused' : d.status === 'withdrawn' && !d.decided_ms ? 'drafts.status.withdrawn' : 'drafts.stage.signed'), state: decided || (d.status === 'withdrawn' && d.decided_ms > 0) ? 'done' : d.status === 'submitted' ? 'now' : 'failed', ...(d.decided_ms ? { note: timeText(d.decided_ms) } : {}) },
    { id: 'adopted', title: t(d.status === 'withdrawn' && d.decided_ms > 0 ? 'drafts.status.withdrawn' : 'drafts.stage.adopted'), state: d.status === 'adopted' ? 'done' : d.status === 'signed' ? 'now' : d.status === 'withdrawn' && d.decided_ms > 0 ? 'failed' : 'next' },
  ];
}

function Draft({ draft: d }: { draft: StrategyDraft }) {
  const { t } = useTranslation();
  const me = useMe();
  const { act, busy } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [signing, setSigning] = useState(false);
  const path = `/strategy-drafts/${d.id}`, text = d.text ?? '';
  const can = (what: string): boolean => d.can.includes(what);
  return (
    <>
      <Card
        title={<Space wrap>{d.name}<DraftStatus status={d.status} /></Space>}
        extra={<Space wrap>
          {can('decide') ? <Button type="primary" disabled={busy} onClick={() => setSigning(true)}>{t('drafts.sign')}</Button> : null}
          {can('decide') ? <Button danger disabled={busy} onClick={() => setAsk({ title: t('drafts.refuse'), text: t('drafts.refuseText'), run: (a) => act(() => api.post(`${path}/decide`, { reason: a.reason }), t('drafts.refusedNow')) })}>{t('drafts.refuse')}</Button> : null}
          {can('adopt') ? <Button type="primary" loading={busy} onClick={() => void act(() => api.post<Strategy>(`${path}/adopt`), t('deident.adopted'))}>{t('deident.adopt')}</Button> : null}
          {can('withdraw') ? <Button disabled={busy} onClick={() => void act(() => api.post(`${path}/withdraw`), t('drafts.withdrawnNow'))}>{t('deident.withdraw')}</Button> : null}
        </Space>}
      >
        <div style={{ display: 'grid', gap: 18, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <StageLine stages={stagesOf(d, (key) => t(key as 'drafts.draft'))} />
          {d.status === 'refused' ? <Alert type="warning" showIcon title={t('drafts.refusedBecause', { reason: d.reason })} /> : null}
          {d.status === 'submitted' && !can('decide') ? <Alert type="info" showIcon title={t('drafts.waitsForReview')} /> : null}
          {d.status === 'signed' && !can('adopt') ? <Alert type="info" showIcon title={t('drafts.waitsForAdoption')} /> : null}
          <Facts items={[
            [t('deident.dataset'), <Link key="d" to={`/catalog/${d.dataset}`}><Name id={d.dataset} names={d.names} /></Link>], [t('drafts.submittedBy'), <Name key="s" id={d.submitted_by} names={d.names} />], [t('drafts.note'), d.note],
            [t('drafts.reviewedBy'), d.decided_by ? <Name key="r" id={d.decided_by} names={d.names} /> : ''], [t('strategy.reviewedBy'), d.review ? <Digest key="k" value={d.review.key_id} /> : ''], [t('drafts.digest'), <Digest key="t" value={d.document} size={32} />],
          ]} />
          <Bench draft={d} />
        </div>
      </Card>
      {d.findings ? <Findings draft={d} findings={d.findings} /> : null}
      {d.written ? <Card title={t('drafts.changes')}><DraftChanges draft={d.written as StrategyText} against={d.in_force} /></Card> : null}
      <details><summary>{t('drafts.exactly')}</summary><pre className="code" style={{ maxHeight: 360, whiteSpace: 'pre-wrap' }}>{text}</pre></details>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {signing ? (
        <Suspense>
          <KeyDialog title={t('drafts.sign')} text={t('drafts.signText')} account={me.account} onClose={() => setSigning(false)} run={async (signer) => act(async () => api.post(`${path}/decide`, { reason: '', signature: await signText(text, signer) }), t('drafts.signedNow'))} />
        </Suspense>
      ) : null}
    </>
  );
}

const inForce = (d: Dataset | undefined) => d?.versions.find((v) => v.id === d.in_force.version);

/** Who may look at the sealed data tries the draft where strategies are composed. */
function Bench({ draft }: { draft: StrategyDraft }) {
  const { t } = useTranslation();
  const looks = useHolds('data_manager', 'security_officer');
  const version = inForce(useOne<Dataset>(`/datasets/${draft.dataset}`, { enabled: looks }).data);
  return looks && version ? <div><Link to={`/deident/${draft.dataset}/${version.id}?draft=${draft.id}`}><Button>{t('drafts.bench')}</Button></Link></div> : null;
}

/** What can be said without the data; over the data, too, for who may look at them. */
function Findings({ draft, findings }: { draft: StrategyDraft; findings: StrategyFinding[] }) {
  const { t } = useTranslation();
  const looks = useHolds('data_manager', 'security_officer');
  const version = inForce(useOne<Dataset>(`/datasets/${draft.dataset}`, { enabled: looks }).data);
  const { run, start } = useRun();
  const [tried, setTried] = useState<StrategyFinding[] | null>(null);
  const tryIt = async (): Promise<void> => {
    const answer = await start<StrategyPlan>(`/datasets/${draft.dataset}/versions/${version!.id}/plan`, { strategy: draft.text });
    if (answer) setTried(answer.findings);
  };
  return (
    <Card title={t('deident.findings')} extra={looks && version ? <Button size="small" disabled={run !== null} onClick={() => void tryIt()}>{t('drafts.tryIt')}</Button> : null}>
      <div style={{ display: 'grid', gap: 8 }}>
        <span style={{ color: 'var(--soft)' }}>{t(tried ? 'drafts.overData' : looks ? 'drafts.withoutData' : 'drafts.withoutDataOnly')}</span>
        {run ? <Doing run={run} /> : null}
        <FindingList findings={tried ?? findings} />
      </div>
    </Card>
  );
}

function FindingList({ findings }: { findings: StrategyFinding[] }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  if (findings.length === 0) return <Alert type="success" showIcon title={t('deident.noFindings')} />;
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: 'none', display: 'grid', gap: 6 }}>
      {[...findings].sort((a, b) => Number(b.serious) - Number(a.serious)).map((f) => <li key={f.rule + f.columns.join()}>{f.serious ? <Chip tone="bad" icon="!" word={t('deident.serious')} /> : <Chip tone="idle" icon="i" word={t('drafts.hint')} />} {zh ? f.zh : f.en}</li>)}
    </ul>
  );
}
