import { Alert, Button, Card, Modal, Table, Tabs, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Contract } from '../api/types.ts';
import { useNow } from '../app/now.ts';
import { dayText, listComma, timeText, yuanText } from '../i18n/format.ts';
import { Digest, Facts, Meter, Name } from '../parts/bits.tsx';
import { Status } from '../parts/chips.tsx';
import { outcomeText } from '../parts/outcome.ts';
import { nowOf } from '../parts/contract_now.ts';
import { CaseCard } from '../parts/law_case.tsx';
import { FlowChip, FlowGradeCard } from '../parts/flow_grade.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { SignedPersonally } from '../parts/personal_signature.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';
import { SignDialog } from '../parts/sign_dialog.tsx';

export default function ContractPage() {
  const { id = '' } = useParams();
  const query = useOne<Contract>(`/contracts/${id}`);
  return <Loaded query={query}>{(c) => <ContractView contract={c} />}</Loaded>;
}

const DAY = 86_400_000;

function ContractView({ contract: c }: { contract: Contract }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const now = useNow();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [signing, setSigning] = useState(false);
  const [token, setToken] = useState('');
  const can = (what: string): boolean => c.can?.includes(what) ?? false;
  const path = `/contracts/${c.id}`;
  const { terms } = c;
  const withReason = (step: 'suspend' | 'resume' | 'terminate'): void => setAsk({ title: t(`contract.${step}`), run: (a) => act(() => api.post(`${path}/${step}`, { reason: a.reason })) });
  const release = async (): Promise<void> => {
    const made = await act(() => api.post<{ token?: string }>(`${path}/release`, { purpose: terms.purpose, columns: terms.columns }));
    if (made?.token) setToken(made.token);
  };
  const name = (id: string, given?: string) => given ?? c.names?.[id] ?? id;
  const total = Math.max(1, Math.ceil((terms.expires_ms - terms.starts_ms) / DAY));
  const gone = Math.min(total, Math.max(0, Math.floor((now - terms.starts_ms) / DAY)));
  const parties = [{ id: terms.provider, role: t('contract.provider'), given: c.provider_name }, { id: terms.recipient, role: t('contract.recipient'), given: c.recipient_name }];
  return (
    <Page
      title={name(terms.product, c.product_name)} lead={<span className="mono">{c.id}</span>} chips={<>{c.level ? <FlowChip level={c.level} grade={terms.grade} /> : null}<Status value={nowOf(c, now)} /></>}
      actions={<>
        {can('sign') ? <Button type="primary" onClick={() => setSigning(true)}>{t('contract.sign')}</Button> : null}
        {can('release') ? <Button type="primary" loading={busy} onClick={() => void release()}>{t('contract.release')}</Button> : null}
        {can('resume') ? <Button onClick={() => withReason('resume')}>{t('contract.resume')}</Button> : null}
        {can('suspend') ? <Button danger onClick={() => withReason('suspend')}>{t('contract.suspend')}</Button> : null}
        {can('terminate') ? <Button danger onClick={() => withReason('terminate')}>{t('contract.terminate')}</Button> : null}
      </>}
    >
      {c.reason ? <Alert type="warning" showIcon title={`${t('common.reason')}: ${outcomeText(t, c.reason)}`} /> : null}
      {c.changed_since.map((v) => <Alert key={v.version} type={v.kind === 'deletion' ? 'error' : 'warning'} showIcon title={t(`contract.changed.${v.kind}`, { from: v.from_number, to: v.number, time: timeText(v.at_ms) })} action={c.names?.[terms.dataset] ? <Link to={`/catalog/${terms.dataset}?tab=versions`}>{c.names[terms.dataset]}</Link> : null} />)}
      <div className="two">
        <Card title={t('contract.meters')}>
          <div style={{ display: 'grid', gap: 14 }}>
            <Meter label={t(terms.form === 'api' ? 'contract.calls' : 'contract.deliveries')} used={c.delivered} allowed={terms.deliveries_max} note={c.leased > 0 ? t('contract.leased', { n: c.leased }) : ''} />
            <Meter label={`${t('contract.validity')} (${t('common.days')})`} used={gone} allowed={total} note={`${dayText(terms.starts_ms)} – ${dayText(terms.expires_ms)} · ${now < terms.expires_ms ? t('contract.remaining', { n: Math.max(0, Math.ceil((terms.expires_ms - now) / DAY)) }) : t('contract.ended')}`} />
          </div>
        </Card>
        <Card title={t('contract.parties')}>
          <Table
            rowKey="id" size="small" pagination={false} dataSource={parties}
            columns={[
              { title: t('common.party'), render: (_, p) => <>{p.given ?? <Name id={p.id} names={c.names} />}<br /><small>{p.role}</small></> },
              { title: t('contract.status'), render: (_, p) => { const s = c.signatures.find((x) => x.party === p.id); return s ? <span style={{ color: 'var(--good)' }}>✓ {t('contract.signed')} · {timeText(s.at_ms)}{s.certificate ? <><br /><SignedPersonally /></> : null}</span> : <span>○ {t('contract.unsigned')}</span>; } },
              { title: t('contract.keyId'), render: (_, p) => <Digest value={c.signatures.find((x) => x.party === p.id)?.key_id} size={10} /> },
            ]}
          />
        </Card>
      </div>
      <div className="two">
        <Card title={t('contract.text')}><div className="plain-text">{c.text_zh}</div></Card>
        <Card>
          <Tabs items={[
            { key: 'terms', label: t('common.details'), children: <Facts items={[
              [t('contract.purposeLabel'), t(`purpose.${terms.purpose}`, terms.purpose)], [t('application.purposeNote'), terms.purpose_note], [t('application.basis'), t(`basis.${terms.legal_basis}`, terms.legal_basis)], [t('application.scenario'), t(`scenario.${terms.scenario}`)], [t('application.form'), t(`form.${terms.form}`)],
              [t('contract.columns'), <span key="c" className="mono">{terms.columns.join(', ')}</span>], [t('own.onePerson'), terms.one_person ? t('own.onePersonFact', { inputs: terms.one_person.inputs.join(listComma()), subject: terms.one_person.subject }) : ''], [t('strategy.level5Rows'), terms.level5_rows ? t('strategy.level5AtDelivery') : ''], [t('clients.title'), terms.mutual_tls ? t('clients.byContract') : ''], [t('application.rate'), terms.rate_per_minute || ''], [t('product.price'), terms.price_fen > 0 ? yuanText(terms.price_fen) : ''],
              [t('application.one'), <Link key="a" to={`/applications/${c.application}`}>{c.application}</Link>], [t('common.digest'), <Digest key="d" value={c.digest} />],
            ]} /> },
            { key: 'odrl', label: t('contract.odrl'), children: <pre className="code" tabIndex={0}>{JSON.stringify(c.odrl, null, 2)}</pre> },
          ]} />
        </Card>
      </div>
      <FlowGradeCard grade={terms.grade} columns={terms.columns.length} />
      <CaseCard contract={c.id} />
      {c.releases.length > 0 ? (
        <Card title={t('contract.releases')}>
          <Table rowKey="id" size="small" pagination={false} dataSource={c.releases} columns={[
            { title: t('release.id'), render: (_, r) => <Link className="mono" to={`/releases/${r.id}`}>{r.id}</Link> }, { title: t('common.status'), render: (_, r) => <Status value={r.status} /> },
            { title: t('application.form'), render: (_, r) => t(`form.${r.form}`) }, { title: t('common.time'), render: (_, r) => timeText(r.at_ms) },
          ]} />
        </Card>
      ) : null}
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {signing ? <SignDialog contract={c} onClose={() => setSigning(false)} /> : null}
      <Modal open={token !== ''} title={t('contract.tokenTitle')} onCancel={() => setToken('')} footer={<Button type="primary" onClick={() => setToken('')}>{t('common.close')}</Button>}>
        <Alert type="warning" showIcon title={t('contract.tokenText')} /><Typography.Paragraph code copyable style={{ marginTop: 12, wordBreak: 'break-all' }}>{token}</Typography.Paragraph>
      </Modal>
    </Page>
  );
}
