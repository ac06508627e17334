import { Button, Card, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { DraftedApplicationShown, MandateDeed } from '../api/schema.ts';
import type { Mandate } from '../api/types.ts';
import { dayText, listComma, timeText } from '../i18n/format.ts';
import { routeOfId } from '../app/routes.ts';
import { Digest, Facts, Name } from '../parts/bits.tsx';
import { Chip } from '../parts/chips.tsx';
import { MandateActs } from '../parts/mandate_acts.tsx';
import { MandateNow } from '../parts/mandate_now.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';

export default function MandatePage() {
  const { id = '' } = useParams();
  const query = useOne<Mandate>(`/mandates/${id}`);
  return <Loaded query={query}>{(m) => <MandateView mandate={m} />}</Loaded>;
}

function MandateView({ mandate: m }: { mandate: Mandate }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const can = (what: string): boolean => m.can.includes(what);
  const path = `/mandates/${m.id}`;
  const decide = (step: 'confirm' | 'accept', text: string): void => setAsk({
    title: t(`mandate.${step}`), text, ...(can(step) ? { choice: { yes: t('mandate.yes'), no: t('mandate.no') } } : {}),
    run: (a) => act(() => api.post(`${path}/${step}`, { approve: a.approve && can(step), reason: a.reason })),
  });
  const named = (ids: string[], none: string): React.ReactNode => (ids.length === 0 ? none : ids.map((id, i) => <span key={id}>{i > 0 ? listComma() : ''}{m.names[id] ? <Link to={routeOfId(id) ?? '#'}>{m.names[id]}</Link> : <span className="mono">{id}</span>}</span>));
  const datasets = m.form.datasets.map((d) => m.offers.find((o) => o.dataset === d)?.title ?? m.names[d] ?? d).join(listComma());
  return (
    <Page
      title={m.form.number} lead={<span className="mono">{m.id}</span>} chips={<MandateNow value={m.now} />}
      actions={<>
        {can('refuse') ? <Button type={can('confirm') ? 'primary' : 'default'} onClick={() => decide('confirm', t('mandate.confirmText', { number: m.form.number }))}>{t('mandate.confirm')}</Button> : null}
        {can('decline') ? <Button type="primary" onClick={() => decide('accept', t('mandate.acceptText'))}>{t('mandate.accept')}</Button> : null}
        <MandateActs mandate={m} />
        {can('end') ? <Button danger onClick={() => setAsk({ title: t('mandate.end'), text: t('mandate.endText'), run: (a) => act(() => api.post(`${path}/end`, { reason: a.reason })) })}>{t('mandate.end')}</Button> : null}
      </>}
    >
      <Card title={t('common.details')}>
        <Facts items={[
          [t('mandate.principal'), m.principal_name], [t('mandate.broker'), m.broker_name], [t('mandate.acts'), m.form.acts.map((a) => t(`mandate.act_${a}`)).join(' · ')],
          [t('mandate.products'), named(m.form.products, t('mandate.allProducts'))], [t('mandate.datasets'), datasets], [t('mandate.purposes'), m.form.purposes.map((p) => t(`purpose.${p}`, p)).join(listComma())],
          [t('mandate.period'), `${m.form.from_ms ? dayText(m.form.from_ms) : t('mandate.fromAccept')} – ${timeText(m.form.until_ms)}`], [t('mandate.note'), m.form.note],
          [t('common.digest'), <Space key="d" wrap><Digest value={m.form.digest} /><a href={`/api/v1${path}/scan`} download={`${m.id}.scan`}>{t('mandate.scan')}</a></Space>],
          [t('admin.proposedBy'), <span key="p"><Name id={m.proposed_by} names={m.names} /> · {timeText(m.at_ms)}</span>],
          [t('mandate.confirm'), m.confirmed_by ? <span key="c"><Name id={m.confirmed_by} names={m.names} /> · {timeText(m.confirmed_ms)}</span> : ''],
          [t('mandate.accept'), m.accepted_by ? <span key="a"><Name id={m.accepted_by} names={m.names} /> · {timeText(m.accepted_ms)}</span> : ''],
          [t('mandate.end'), m.ended_by ? <span key="e"><Name id={m.ended_by} names={m.names} /> · {timeText(m.ended_ms)}</span> : ''], [t('common.reason'), m.reason],
        ]} />
      </Card>
      <Card title={t('mandate.drafts')}><Drafts mandate={m} onAsk={setAsk} /></Card>
      <Card title={t('mandate.deeds')}>
        <Table<MandateDeed> size="small" rowKey="seq" pagination={false} dataSource={m.deeds} scroll={{ x: 'max-content' }} locale={{ emptyText: t('mandate.noDeeds') }} columns={[
          { title: t('common.time'), render: (_, d) => timeText(d.at_ms) }, { title: t('mandate.act'), render: (_, d) => <>{t(`mandate.act_${d.act}`)}{d.note ? <><br /><small>{d.note}</small></> : null}</> },
          { title: t('mandate.object'), render: (_, d) => <Space wrap>{[d.product, d.application, d.contract, d.release].filter(Boolean).map((id) => <Link key={id} to={routeOfId(id) ?? '#'}>{m.names[id] ?? <span className="mono">{id}</span>}</Link>)}</Space> },
          { title: t('mandate.by'), render: (_, d) => <Name id={d.by} names={m.names} /> },
          { title: t('nav.ledger'), render: (_, d) => <span className="mono">#{d.seq}</span> },
        ]} />
      </Card>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </Page>
  );
}

function Drafts({ mandate: m, onAsk }: { mandate: Mandate; onAsk: (ask: Ask) => void }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const at = (d: DraftedApplicationShown): string => `/mandates/${m.id}/applications/${d.id}`;
  const decide = (d: DraftedApplicationShown): void => onAsk({
    title: t('mandate.decideDraft'), text: t('mandate.decideDraftText'), ...(d.can.includes('submit') ? { choice: { yes: t('mandate.submitDraft'), no: t('mandate.refuseDraft') } } : {}),
    run: (a) => act(() => api.post(`${at(d)}/decide`, { approve: a.approve && d.can.includes('submit'), reason: a.reason })),
  });
  const tone = { waiting: 'busy', submitted: 'good', refused: 'bad', withdrawn: 'idle' } as const, icon = { waiting: '…', submitted: '✓', refused: '✕', withdrawn: '–' };
  return (
    <Table<DraftedApplicationShown> size="small" rowKey="id" pagination={false} dataSource={m.drafts} scroll={{ x: 'max-content' }} locale={{ emptyText: t('mandate.noDrafts') }}
      expandable={{ expandedRowRender: (d) => <Facts items={[
        [t('application.purpose'), t(`purpose.${d.form.purpose}`, d.form.purpose)], [t('application.purposeNote'), d.form.purpose_note], [t('application.basis'), t(`basis.${d.form.legal_basis}`, d.form.legal_basis)], [t('application.safety'), d.form.safety_measures],
        [t('application.scenario'), t(`scenario.${d.form.scenario}`)], [t('application.form'), t(`form.${d.form.form}`)], [t('application.columns'), <span key="c" className="mono">{d.form.columns.join(', ')}</span>],
        [t('application.rows'), d.form.row_filter.map((r) => `${r.column} ${r.op} ${r.values.join(', ')}`).join('；')], [t('application.count'), d.form.deliveries_max], [t('application.days'), d.form.valid_days],
      ]} /> }}
      columns={[
        { title: t('product.one'), render: (_, d) => <Link to={`/products/${d.product}`}>{m.names[d.product] ?? d.product}</Link> },
        { title: t('application.purpose'), render: (_, d) => t(`purpose.${d.form.purpose}`, d.form.purpose) },
        { title: t('mandate.by'), render: (_, d) => <><Name id={d.by} names={m.names} /><br /><small>{timeText(d.at_ms)}</small></> },
        { title: t('common.status'), render: (_, d) => <><Chip tone={tone[d.status]} icon={icon[d.status]} word={t(`mandate.draft_${d.status}`)} />{d.reason ? <><br /><small>{d.reason}</small></> : null}</> },
        { title: t('application.one'), render: (_, d) => (d.application ? <Link to={`/applications/${d.application}`} className="mono">{d.application}</Link> : '—') },
        { title: t('common.actions'), render: (_, d) => <Space wrap>
          {d.can.includes('refuse') ? <Button size="small" type="primary" onClick={() => decide(d)}>{t('mandate.decideDraft')}</Button> : null}
          {d.can.includes('withdraw') ? <Button size="small" onClick={() => onAsk({ title: t('mandate.withdrawDraft'), run: (a) => act(() => api.post(`${at(d)}/withdraw`, { reason: a.reason })) })}>{t('mandate.withdrawDraft')}</Button> : null}
        </Space> },
      ]} />
  );
}
