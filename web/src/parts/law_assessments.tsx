// Impact assessments: questions answered, risks before and after measures, decided by the personal-information officer.
import { Button, Card, Drawer, Form, Input, Modal, Select, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList, useOne } from '../api/hooks.ts';
import { SCENARIO_NAMES } from '../api/schema.ts';
import type { Party, Product, Vocabulary } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { dayText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Facts, Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { inForceChip } from './law_papers.tsx';
import type { Assessment, Label, Risk, Template } from './law_types.ts';
import { ListTable } from './list_table.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const tones: Record<string, 'good' | 'warn' | 'bad'> = { low: 'good', medium: 'warn', high: 'bad', very_high: 'bad' };
const word = (labels: Label[] | undefined, id: string): string => { const l = labels?.find((x) => x.id === id); return l ? (currentLanguage() === 'zh' ? l.zh : l.en) : id; };

export function Assessments() {
  const { t } = useTranslation();
  const { act } = useAct();
  const list = useList<Assessment>('/law/assessments');
  const template = useOne<Template>('/law/template').data;
  const [ask, setAsk] = useState<Ask | null>(null);
  const [open, setOpen] = useState<Assessment | null>(null);
  const [drafting, setDrafting] = useState(false);
  const may = useHolds('data_manager');
  const risk = (id: string) => (id ? <Chip tone={tones[id] ?? 'warn'} icon="●" word={word(template?.assessment.risks, id)} /> : '—');
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {template && may ? <div><Button type="primary" onClick={() => setDrafting(true)}>{t('law.draft')}</Button></div> : null}
      <ListTable<Assessment>
        query={list} rowKey={(a) => a.id} empty={{ title: t('law.noAssessments'), text: t('law.noAssessmentsText') }}
        columns={[
          { title: t('law.product'), render: (_, a) => <strong><Name id={a.form.product} names={a.names} /></strong> }, { title: t('law.recipient'), render: (_, a) => <Name id={a.form.recipient} names={a.names} /> }, { title: t('law.purpose'), render: (_, a) => t(`purpose.${a.form.purpose}`, a.form.purpose) },
          { title: t('law.before'), render: (_, a) => risk(a.risk) }, { title: t('law.residual'), render: (_, a) => risk(a.residual) },
          { title: t('common.status'), render: (_, a) => inForceChip(t(`law.status.${a.status}`, a.status), a.in_force ? 'in' : 'out') }, { title: t('law.validUntil'), render: (_, a) => dayText(a.valid_until_ms) },
          { title: t('common.actions'), render: (_, a) => <Space wrap>
            <Button size="small" onClick={() => setOpen(a)}>{t('common.details')}</Button>
            {a.can.includes('decide') ? <Button size="small" type="primary" onClick={() => setAsk({ title: t('law.decide'), choice: { yes: t('law.approve'), no: t('law.refuse') }, run: (v) => act(() => api.post(`/law/assessments/${a.id}/decide`, v)) })}>{t('law.decide')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      <Drawer open={open !== null} onClose={() => setOpen(null)} size={820} title={t('law.tab.assessments')} destroyOnHidden>{open ? <One assessment={open} template={template} /> : null}</Drawer>
      {drafting && template ? <Draft template={template} onClose={() => setDrafting(false)} /> : null}
    </div>
  );
}

function One({ assessment: a, template }: { assessment: Assessment; template: Template | undefined }) {
  const { t } = useTranslation();
  const of = template?.assessment;
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Facts items={[
        [t('law.product'), <Name key="p" id={a.form.product} names={a.names} />], [t('law.recipient'), <Name key="r" id={a.form.recipient} names={a.names} />], [t('law.scenario'), t(`scenario.${a.form.scenario as 'controller_to_user'}`, a.form.scenario)], [t('law.purpose'), t(`purpose.${a.form.purpose}`, a.form.purpose)], [t('law.basis'), t(`basis.${a.form.legal_basis}`, a.form.legal_basis)],
        [t('law.columns'), <span key="c" className="mono">{a.form.columns.join(', ')}</span>], [t('law.conclusion'), a.form.conclusion], [t('law.keepUntil'), dayText(a.keep_until_ms)], [t('common.who'), <><Name id={a.drafted_by} names={a.names} /> · {timeText(a.at_ms)}</>], [t('common.reason'), a.reason],
      ]} />
      <Card size="small" title={t('law.answers')}><dl className="facts">{a.form.answers.map((x) => <div key={x.question} style={{ display: 'contents' }}><dt style={{ maxWidth: 260 }}>{word(of?.questions, x.question)}</dt><dd>{x.answer}</dd></div>)}</dl></Card>
      <Table<Risk> size="small" rowKey="risk" pagination={false} dataSource={a.form.risks} title={() => t('law.risks')} columns={[
        { title: t('law.risk'), dataIndex: 'risk' }, { title: t('law.likelihood'), render: (_, r) => word(of?.likelihoods, r.likelihood) }, { title: t('law.severity'), render: (_, r) => word(of?.severities, r.severity) }, { title: t('law.measure'), dataIndex: 'measure' },
        { title: t('law.residualLikelihood'), render: (_, r) => word(of?.likelihoods, r.residual_likelihood) }, { title: t('law.residualSeverity'), render: (_, r) => word(of?.severities, r.residual_severity) },
      ]} />
    </div>
  );
}

interface Values { product: string; recipient: string; scenario: string; purpose: string; legal_basis: string; columns: string[]; answers: Record<string, string>; risks: Risk[]; conclusion: string }

function Draft({ template, onClose }: { template: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const chosen = Form.useWatch('product', form);
  const vocabulary = useOne<Vocabulary>('/vocabulary').data;
  const parties = useAll<Party>('/parties'), products = useAll<Product>('/products');
  const zh = currentLanguage() === 'zh';
  const need = [{ required: true, message: t('common.required') }];
  const options = (labels: Label[]) => labels.map((l) => ({ value: l.id, label: zh ? l.zh : l.en }));
  const { questions, likelihoods, severities } = template.assessment;
  const finish = async (v: Values): Promise<void> => {
    const answers = questions.map((q) => ({ question: q.id, answer: v.answers[q.id] ?? '' }));
    if (await act(() => api.post('/law/assessments', { ...v, answers }))) onClose();
  };
  return (
    <Modal open width={860} title={t('law.draft')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ scenario: 'controller_to_user', risks: [{}] }} onFinish={(v) => void finish(v)}>
        <div className="two">
          <Form.Item name="product" label={t('law.product')} rules={need}><Select options={products.map((p) => ({ value: p.id, label: p.form.name }))} /></Form.Item>
          <Form.Item name="recipient" label={t('law.recipient')} rules={need}><Select options={parties.map((p) => ({ value: p.id, label: p.name }))} /></Form.Item>
          <Form.Item name="scenario" label={t('law.scenario')} rules={need}><Select options={SCENARIO_NAMES.map((s) => ({ value: s, label: t(`scenario.${s}`) }))} /></Form.Item>
          <Form.Item name="purpose" label={t('law.purpose')} rules={need}><Select options={(vocabulary?.purposes ?? []).map((p) => ({ value: p, label: t(`purpose.${p}`, p) }))} /></Form.Item>
          <Form.Item name="legal_basis" label={t('law.basis')} rules={need}><Select options={(vocabulary?.legal_bases ?? []).map((b) => ({ value: b, label: t(`basis.${b}`, b) }))} /></Form.Item>
          <Form.Item name="columns" label={t('law.columns')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={(products.find((p) => p.id === chosen)?.form.columns ?? []).map((c) => ({ value: c, label: c }))} /></Form.Item>
        </div>
        {questions.map((q) => <Form.Item key={q.id} name={['answers', q.id]} label={zh ? q.zh : q.en} rules={need}><Input.TextArea rows={1} autoSize maxLength={2000} /></Form.Item>)}
        <Form.List name="risks">
          {(rows, { add, remove }) => (
            <>
              {rows.map((row) => (
                <Card key={row.key} size="small" style={{ marginBottom: 10 }} title={t('law.risk')} extra={rows.length > 1 ? <Button size="small" aria-label={t('application.removeFilter')} onClick={() => remove(row.name)}>✕</Button> : null}>
                  <Form.Item name={[row.name, 'risk']} label={t('law.risk')} rules={need}><Input maxLength={200} /></Form.Item>
                  <Form.Item name={[row.name, 'measure']} label={t('law.measure')} rules={need}><Input maxLength={2000} /></Form.Item>
                  <div className="labelled">
                    {([['likelihood', likelihoods, 'law.likelihood'], ['severity', severities, 'law.severity'], ['residual_likelihood', likelihoods, 'law.residualLikelihood'], ['residual_severity', severities, 'law.residualSeverity']] as const).map(([name, labels, title]) => <Form.Item key={name} name={[row.name, name]} label={t(title)} rules={need} style={{ flex: 1 }}><Select options={options(labels)} /></Form.Item>)}
                  </div>
                </Card>
              ))}
              <Button onClick={() => add({})} style={{ marginBottom: 12 }}>{t('law.addRisk')}</Button>
            </>
          )}
        </Form.List>
        <Form.Item name="conclusion" label={t('law.conclusion')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
