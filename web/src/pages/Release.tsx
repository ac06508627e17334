// The passport of a release. The stations are not what the node says: the bundle is verified here, in the browser, and the page
// shows what its entries prove.
import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Skeleton, Table, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Release } from '../api/types.ts';
import { bytesText, countText, dayText, timeText } from '../i18n/format.ts';
import { useHolds } from '../app/session.tsx';
import { Digest, Facts, Name, download } from '../parts/bits.tsx';
import { GradeChip, Status } from '../parts/chips.tsx';
import { RecheckNow } from '../parts/deident_receipts.tsx';
import { FlowChip, FlowGradeCard } from '../parts/flow_grade.tsx';
import { Loaded, Page, ProblemNote, useReport } from '../parts/page.tsx';
import { Qr } from '../parts/qr.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';
import { WholeFlow } from '../parts/whole_flow.tsx';
import { Calls } from '../parts/release_calls.tsx';
import { Revealed } from '../parts/revealed.tsx';
import { sealOf } from '../parts/seal_of.ts';
import { type Json } from '../verify/json.ts';
import { STATIONS, type StationId } from '../verify/stations.ts';
import { type Report, verifyDocument } from '../verify/report.ts';

export default function ReleasePage() {
  const { id = '' } = useParams();
  const query = useOne<Release>(`/releases/${id}`);
  return <Loaded query={query}>{(r) => <ReleaseView release={r} />}</Loaded>;
}

const tones: Record<string, string> = { valid: 'var(--good)', pending: 'var(--busy)', suspended: 'var(--warn)', expired: 'var(--idle)', revoked: 'var(--bad)' };
const stampSign: Record<string, string> = { valid: '✓', pending: '…', suspended: '‖', expired: '⌛', revoked: '✕' };

function usePassport(release: Release) {
  return useQuery({
    queryKey: ['passport', release.id, release.status], enabled: release.status !== 'prepared' && release.status !== 'failed', retry: false,
    queryFn: async (): Promise<{ text: string; report: Report }> => {
      const [text, trust] = await Promise.all([api.text(`/releases/${release.id}/passport`), api.text('/ledger/trust').catch(() => null)]);
      return { text, report: verifyDocument({ document: text, anchor: trust, fileDigest: null, nowMs: Date.now() }) };
    },
  });
}

function ReleaseView({ release: r }: { release: Release }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const report = useReport();
  const passport = usePassport(r);
  const [ask, setAsk] = useState<Ask | null>(null);
  const seal = sealOf(r);
  const can = (what: string): boolean => r.can?.includes(what) ?? false;
  // `marked` is told to the provider and to those who oversee it; of these, who may look at sealed data may check.
  const checks = useHolds('data_manager', 'security_officer') && r.marked !== undefined && (r.rows > 0 || r.calls > 0);
  // Whoever delivered it asks after the certificate; told a day after the last time again (src/space/law).
  const chases = useHolds('data_manager') && r.destruction_state === 'overdue' && !can('certify-destruction');
  const handIn = async (file: File): Promise<void> => {
    try {
      const certificate = JSON.parse(await file.text()) as unknown;
      await act(() => api.post(`/releases/${r.id}/destruction`, certificate));
    } catch (error) {
      report(error);
    }
  };
  const saveFile = (): void => { api.blob(`/releases/${r.id}/file`).then((b) => download(b, `${r.id}.sealed`)).catch(report); };
  return (
    <Page
      title={t('release.one')} lead={r.product_name ?? ''}
      actions={<>
        {passport.data ? <Button type="primary" icon={<DownloadOutlined />} onClick={() => download(new Blob([passport.data.text], { type: 'application/json' }), `${r.id}.passport.json`)}>{t('release.download')}</Button> : null}
        {can('file') ? <Button onClick={saveFile}>{t('release.file')}</Button> : null}
        <Button href="/verify.html" target="_blank">{t('release.verifyPage')}</Button>
        {can('erase-queries') ? <Button danger onClick={() => setAsk({ title: t('small.eraseQueries'), text: t('small.eraseQueriesText'), run: (a) => act(() => api.post(`/releases/${r.id}/erase-queries`, { reason: a.reason })) })}>{t('small.eraseQueries')}</Button> : null}
        {can('revoke') ? <Button danger onClick={() => setAsk({ title: t('release.revoke'), run: (a) => act(() => api.post(`/releases/${r.id}/revoke`, { reason: a.reason })) })}>{t('release.revoke')}</Button> : null}
      </>}
    >
      <section className="seal" style={{ '--tone': tones[seal] } as React.CSSProperties} aria-label={t('release.seal')}>
        <div className="stamp"><div><span aria-hidden="true">{stampSign[seal]}</span>{t(`status.${seal}`)}</div></div>
        <div className="grow">
          <h2 className="mono" style={{ fontSize: 19, margin: 0 }}>{r.id}</h2>
          <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}><FlowChip level={r.level} grade={r.grade} /><Status value={r.status} /></div>
          <Facts items={[
            [t('release.recipient'), r.recipient_name], [t('release.form'), `${t(`form.${r.form}`)}${r.form === 'file' ? ` · ${countText(r.rows)} ${t('common.rows')} · ${bytesText(r.bytes)}` : ` · ${countText(r.calls)} ${t('common.times')}`}`],
            [t('release.validTo'), dayText(r.expires_ms)], [t('release.contract'), <Link key="c" className="mono" to={`/contracts/${r.contract}`}>{r.contract}</Link>],
            [t('destruction.label'), r.destruction_state ? `${t(`destruction.${r.destruction_state}`)}${r.destruction ? ` · ${timeText(r.destruction.destroyed_ms)} · ${r.destruction.method}` : r.destruction_state === 'due' || r.destruction_state === 'overdue' ? ` · ${dayText(r.destruction_due_ms ?? 0)}` : ''}` : ''],
            [t('strategy.marks'), r.unmarked ? `${t('strategy.unmarked')}: ${t(`strategy.unmarkedWhy.${r.unmarked}`, r.unmarked)}` : r.marked ? t('strategy.bears') : ''],
            [t('strategy.level5OutRows'), passport.data?.report.passport?.level5RowsLeftOut ?? ''],
            [t('release.fileDigest'), r.form === 'file' ? <Digest key="f" value={r.file_digest} size={24} /> : ''],
          ]} />
          {can('certify-destruction') ? <Alert type={r.destruction_state === 'overdue' ? 'error' : 'warning'} showIcon title={t('destruction.how')} action={<Upload accept=".json" showUploadList={false} beforeUpload={(f) => { void handIn(f); return false; }}><Button>{t('destruction.upload')}</Button></Upload>} /> : null}
          {chases ? <Alert type="warning" showIcon title={t('law.overdueRecipients')} action={<Button onClick={() => setAsk({ title: `${t('law.chase')}: ${r.recipient_name}`, run: (a) => act(() => api.post(`/releases/${r.id}/chase`, { note: a.reason })) })}>{t('law.chase')}</Button>} /> : null}
          {checks ? <RecheckNow path={`/releases/${r.id}/recheck`} /> : null}
          {r.reason ? <div>{t('common.reason')}: {r.reason}</div> : null}
        </div>
        <Qr text={`${location.origin}/releases/${r.id}`} label={t('release.qr')} size={108} />
      </section>
      <FlowGradeCard grade={r.grade} columns={r.columns.length} />
      {passport.isError ? <ProblemNote error={passport.error} retry={() => void passport.refetch()} /> : null}
      {passport.isLoading ? <Skeleton active /> : null}
      {passport.data ? <><Alert type="info" showIcon title={t('release.pinnedHere')} /><Spine report={passport.data.report} names={r.names} /></> : passport.isEnabled ? null : <Alert type="info" showIcon title={t('release.noStations')} />}
      {r.form === 'api' ? <Calls release={r.id} /> : null}
      <WholeFlow of={r.id} title={t('wholeFlow.back')} />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </Page>
  );
}

function Spine({ report, names }: { report: Report; names: Record<string, string> | undefined }) {
  const { t } = useTranslation();
  const [at, setAt] = useState<StationId>('source');
  const verdict = report.passport;
  if (!verdict || !report.evidence) return <Alert type="error" showIcon title={t('status.bad')} description={<code>{report.reason}</code>} />;
  const { checkpoint } = report.evidence;
  const move = (step: number): void => {
    const next = STATIONS[(STATIONS.indexOf(at) + step + STATIONS.length) % STATIONS.length]!;
    setAt(next);
    document.getElementById(`station-${next}`)?.focus();
  };
  const station = verdict.stations.find((s) => s.id === at)!;
  return (
    <div className="spine">
      <ol role="tablist" aria-label={t('release.spine')} aria-orientation="vertical" onKeyDown={(e) => { if (e.key === 'ArrowDown') { e.preventDefault(); move(1); } if (e.key === 'ArrowUp') { e.preventDefault(); move(-1); } }}>
        {verdict.stations.map((s) => {
          const last = s.entries.at(-1);
          const actor = last?.entry.actor ?? '';
          const digest = s.id === 'ledger' ? `SM3 ${Array.from(checkpoint.sm3Root.slice(0, 4), (b) => b.toString(16).padStart(2, '0')).join('')}… · ${checkpoint.size}` : last ? `${t('common.entry')} ${last.seq}` : t('release.notYet');
          return (
            <li key={s.id} role="presentation">
              <button type="button" role="tab" id={`station-${s.id}`} aria-selected={s.id === at} aria-controls="station-panel" tabIndex={s.id === at ? 0 : -1} onClick={() => setAt(s.id)}>
                <span className={`tick ${s.ok ? '' : 'bad'}`} aria-hidden="true">{s.ok ? '✓' : '✕'}</span>
                <span><strong>{t(`release.station.${s.id}`)}</strong><span className="sr"> {t(s.ok ? 'product.passed' : 'product.notPassed')}</span></span>
                <small>{actor ? <><Name id={actor} names={names} /> · </> : null}{[last ? timeText(last.entry.time) : null, digest].filter(Boolean).join(' · ')}</small>
              </button>
            </li>
          );
        })}
      </ol>
      <Card id="station-panel" role="tabpanel" aria-labelledby={`station-${at}`} title={t(`release.station.${at}`)} extra={report.verdict === 'verified' ? <span style={{ color: 'var(--soft)' }}>{t('release.hereOk')}</span> : <Status value="bad" />}>
        {station.problems.map((p) => <Alert key={p} type="error" showIcon title={p} style={{ marginBottom: 8 }} />)}
        {at === 'ledger' ? <pre className="code" tabIndex={0}>{checkpoint.note}</pre> : at === 'grading' ? <Graded entries={station.entries} /> : station.entries.map((e) => (
          <section key={e.seq} style={{ marginBottom: 18 }}>
            <p className="mono" style={{ color: 'var(--soft)', margin: '0 0 6px' }}>{t(`event.${e.entry.kind.replace('.', '_')}`, e.entry.kind)} · {t('common.entry')} {e.seq} · {timeText(e.entry.time)}{e.entry.actor ? <> · <Name id={e.entry.actor} names={names} /></> : ''}</p>
            <Facts items={Object.entries(e.revealed).map(([field, value]) => [t(`fact.${field}`, field), <Revealed key={field} field={field} value={value} names={names} />])} />
          </section>
        ))}
      </Card>
    </div>
  );
}

function Graded({ entries }: { entries: { seq: number; revealed: Record<string, Json> }[] }) {
  const { t } = useTranslation();
  return (
    <Table rowKey="seq" size="small" pagination={false} dataSource={entries} columns={[
      { title: t('catalog.field'), render: (_, e) => <strong className="mono">{String(e.revealed['column'])}</strong> }, { title: t('catalog.type'), render: (_, e) => String(e.revealed['type'] ?? '') },
      { title: t('catalog.category'), render: (_, e) => t(`category.${String(e.revealed['category'])}` as 'category.none') }, { title: t('catalog.level'), render: (_, e) => <GradeChip level={Number(e.revealed['level'])} /> },
      { title: t('common.entry'), align: 'right', render: (_, e) => e.seq },
    ]} />
  );
}
