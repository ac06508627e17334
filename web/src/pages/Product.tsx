import { Button, Card, Table, Tag } from 'antd';
import { Suspense, lazy, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Product } from '../api/types.ts';
import { countText, listComma, percentOfPpm, timeText, yuanText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { ApplyDialog } from '../parts/apply_dialog.tsx';
import { Facts, Name, type Stage, StageLine } from '../parts/bits.tsx';
import { GradeChip, Status } from '../parts/chips.tsx';
import { FlowChip, FlowGradeCard } from '../parts/flow_grade.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { type Ask, ReasonDialog } from '../parts/reason_dialog.tsx';

// The verifier is a chunk of its own.
const RegistrationCertificate = lazy(() => import('../parts/registration_certificate.tsx'));

const order = ['drafted', 'checked', 'reviewed', 'registered'];

export default function ProductPage() {
  const { id = '' } = useParams();
  const query = useOne<Product>(`/products/${id}`);
  return <Loaded query={query}>{(p) => <ProductView product={p} />}</Loaded>;
}

function ProductView({ product }: { product: Product }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const [applying, setApplying] = useState(false);
  const can = (what: string): boolean => product.can?.includes(what) ?? false;
  const path = `/products/${product.id}`;
  const judge = (step: 'review' | 'register'): void => setAsk({
    title: t(`product.${step}`), text: t('product.twoSteps'), choice: { yes: t('product.approve'), no: t('product.refuse') }, run: (a) => act(() => api.post(`${path}/${step}`, a)),
  });
  const rank = order.indexOf(product.status);
  const by: Record<string, string> = { drafted: product.drafted_by, checked: '', reviewed: product.reviewed_by, registered: product.registered_by };
  const titles: Record<string, string> = { drafted: t('product.drafted'), checked: t('product.check'), reviewed: t('product.reviewed'), registered: t('product.registered') };
  const stages: Stage[] = order.map((s, i) => ({
    id: s, title: titles[s]!, note: by[s] ? (product.names?.[by[s]] ?? by[s]) : '',
    state: rank >= i ? 'done' : product.status === 'rejected' ? (product.checks.some((c) => !c.passed) ? (s === 'checked' ? 'failed' : 'next') : s === 'reviewed' ? 'failed' : 'next') : rank + 1 === i ? 'now' : 'next',
  }));
  const { form, masking } = product;
  return (
    <Page
      title={form.name} lead={<>{product.number ? `${t('product.number')} ${product.number} · ` : ''}<span className="mono">{product.id}</span></>}
      chips={<><FlowChip level={product.level} grade={product.grade} /><Status value={product.status} /></>}
      actions={<>
        {can('check') ? <Button loading={busy} onClick={() => void act(() => api.post(`${path}/check`))}>{t('product.check')}</Button> : null}
        {can('review') ? <Button type="primary" onClick={() => judge('review')}>{t('product.review')}</Button> : null}
        {can('register') ? <Button type="primary" onClick={() => judge('register')}>{t('product.register')}</Button> : null}
        {can('apply') ? <Button type="primary" onClick={() => setApplying(true)}>{t('product.apply')}</Button> : null}
        {can('withdraw') ? <Button danger onClick={() => setAsk({ title: t('product.withdraw'), run: (a) => act(() => api.post(`${path}/withdraw`, { reason: a.reason })) })}>{t('product.withdraw')}</Button> : null}
      </>}
    >
      <Card><StageLine stages={stages} />{product.reason ? <p style={{ color: 'var(--soft)', textAlign: 'center' }}>{t('common.reason')}: {product.reason}</p> : null}</Card>
      <div className="two wide-left">
        <Card title={t('common.details')}>
          <Facts items={[
            [t('product.summary'), form.summary], [t('product.suited'), form.suited_uses], [t('product.forbidden'), form.forbidden_uses], [t('product.authorisation'), form.authorisation],
            [t('product.span'), form.time_span], [t('product.keywords'), form.keywords.map((k) => <Tag key={k}>{k}</Tag>)], [t('registration.size'), t('registration.sizeText', { rows: countText(product.rows), columns: form.columns.length })], [t('product.owner'), <Name key="o" id={product.owner} names={product.names} />], [t('product.flow'), t(`flow.${form.flow}`)],
            [t('product.share'), t(`share.${form.share}`)], [t('product.forms'), form.forms.map((f) => <Tag key={f}>{t(`form.${f}`)}</Tag>)],
            [t('own.onePerson'), form.one_person ? t('own.onePersonFact', { inputs: form.one_person.inputs.join(listComma()), subject: form.one_person.subject }) : ''],
            [t('product.price'), form.flow === 'trade' ? yuanText(form.price_fen) : ''],
            [t('registration.applications'), form.applications.join(listComma())], [t('registration.interfaces'), form.interfaces.join(listComma())], [t('registration.related'), form.related_products.join(listComma())],
            [t('product.dataset'), product.dataset === '' ? '' : <Link key="d" to={`/catalog/${product.dataset}`}>{product.names?.[product.dataset] ?? product.dataset}</Link>], [t('common.created'), timeText(product.at_ms)],
          ]} />
        </Card>
        <div style={{ display: 'grid', gap: 16 }}>
          <Card title={t('product.checks')} extra={product.sample_rows > 0 ? t('product.sample', { n: product.sample_rows }) : null}>
            {product.checks.length === 0 ? '—' : product.checks.map((c) => (
              <div key={c.check} style={{ padding: '4px 0' }}>
                <strong style={{ color: c.passed ? 'var(--good)' : 'var(--bad)' }}>{c.passed ? '✓' : '✕'} {t(c.passed ? 'product.passed' : 'product.notPassed')}</strong> {currentLanguage() === 'zh' ? c.note_zh : c.note_en}
              </div>
            ))}
          </Card>
          {masking ? <Card title={t('product.risk')}><Facts items={[
            [t('catalog.k'), `${masking.before_k} → ${masking.k}`], [t('catalog.risk'), `${percentOfPpm(masking.before_risk_ppm)} → ${percentOfPpm(masking.max_risk_ppm)}`],
            [t('catalog.quasi'), masking.quasi_identifiers.join(', ') || t('common.none')],
          ]} /></Card> : null}
        </div>
      </div>
      {product.status === 'registered' ? <Suspense><RegistrationCertificate product={product} /></Suspense> : null}
      <FlowGradeCard grade={product.grade} columns={form.columns.length} />
      <Card title={`${t('product.fields')} (${form.columns.length})`}>
        <Table
          rowKey="column" size="small" pagination={false} dataSource={product.fields ?? form.columns.map((c) => ({ column: c, title: '', type: '', category: 'none' as const, level: 0 }))}
          columns={[
            { title: t('catalog.field'), render: (_, f) => <><strong className="mono">{f.column}</strong> {f.title}</> },
            { title: t('catalog.category'), render: (_, f) => t(`category.${f.category}`) }, { title: t('catalog.level'), render: (_, f) => <GradeChip level={f.level ?? 0} /> },
            { title: t('product.technique'), render: (_, f) => ('technique' in f ? f.technique : '') || '—' },
          ]}
        />
      </Card>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {applying ? <ApplyDialog product={product} onClose={() => setApplying(false)} /> : null}
    </Page>
  );
}
