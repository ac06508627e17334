// What only people know of a dataset (G2.1–G2.3): asked of the head of its department (src/space/inventory/routing.h), answered here; each
// answer is a version, and shows what it changed.
import { Alert, Button, Card, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { AnsweredFacts, DatasetAnswers, DatasetFacts as Said } from '../api/schema.ts';
import type { Dataset, Organisation } from '../api/types.ts';
import { listComma, timeText } from '../i18n/format.ts';
import { Name } from './bits.tsx';
import { MeasuresFields, measuresOf } from './life_stages.tsx';
import { Loaded } from './page.tsx';
import { changedParts } from './said_changes.ts';

const LONG = ['purpose', 'processing', 'provision'] as const;

export function DatasetFactsTab({ dataset }: { dataset: Dataset }) {
  const query = useOne<DatasetAnswers>(`/datasets/${dataset.id}/answers`);
  return <Loaded query={query}>{(known) => <div className="two wide-left"><FactsForm key={known.answers.length} dataset={dataset} known={known} /><Answers known={known} /></div>}</Loaded>;
}

function FactsForm({ dataset, known }: { dataset: Dataset; known: DatasetAnswers }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Said>();
  const units = useOne<Organisation>('/organisation').data?.units;
  const { facts: said, questions } = known;
  const may = known.can.includes('describe');
  const hint = (name: string): string => t(`inventory.facts.hint.${name}`, '');
  const label = (name: string): string => t(`inventory.facts.${name}`);
  const save = (v: Partial<Said>): void => {
    const { measures, ...facts } = v;
    void act(() => api.post(`/datasets/${dataset.id}/facts`, { ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value ?? ''])), measures: measuresOf(measures) }), t('inventory.facts.saved'));
  };
  return (
    <Card>
      <div style={{ display: 'grid', gap: 14 }}>
        <p style={{ margin: 0, color: 'var(--soft)' }}>{t('inventory.facts.text')} {t('holdings.whoIsAsked')}</p>
        <Alert type={questions.length > 0 ? 'warning' : 'success'} showIcon title={questions.length > 0 ? t('inventory.facts.missing', { what: questions.map((q) => t(`holdings.question.${q}`, q)).join(listComma()) }) : t('inventory.facts.complete')} />
        <Form form={form} layout="vertical" disabled={!may} initialValues={{ ...said, department: said.department || null, medium: said.medium || null }} onFinish={save}>
          <div className="two" style={{ rowGap: 0 }}>
            <Form.Item name="department" label={label('department')} {...(units?.length === 0 ? { extra: t('inventory.facts.noUnits') } : {})}><Select allowClear showSearch={{ optionFilterProp: 'label' }} loading={!units} options={(units ?? []).map((u) => ({ value: u.id, label: u.name }))} /></Form.Item>
            <Form.Item name="medium" label={label('medium')}><Select allowClear options={['electronic', 'paper'].map((m) => ({ value: m, label: t(`inventory.facts.media.${m}`) }))} /></Form.Item>
            <Form.Item name="system" label={label('system')}><Input maxLength={200} placeholder={hint('system')} /></Form.Item>
            <Form.Item name="place" label={label('place')}><Input maxLength={200} placeholder={hint('place')} /></Form.Item>
            <Form.Item name="retention" label={label('retention')}><Input maxLength={200} placeholder={hint('retention')} /></Form.Item>
          </div>
          {LONG.map((name) => <Form.Item key={name} name={name} label={label(name)}><Input.TextArea autoSize={{ minRows: 1, maxRows: 5 }} maxLength={2000} placeholder={hint(name)} /></Form.Item>)}
          <MeasuresFields open={questions.includes('measures')} />
          {may ? <Button type="primary" htmlType="submit" loading={busy}>{t('inventory.facts.save')}</Button> : null}
        </Form>
      </div>
    </Card>
  );
}

/** Who answered when, and what of it was new. */
function Answers({ known }: { known: DatasetAnswers }) {
  const { t } = useTranslation();
  const answers = [...known.answers].reverse();
  const changed = (after: AnsweredFacts, before: AnsweredFacts | undefined): string => changedParts(after.facts, before?.facts).map((name) => (name === 'measures' ? t('holdings.measures') : t(`inventory.facts.${name}`))).join(listComma());
  return (
    <Card title={t('holdings.answersTitle')}>
      {answers.length === 0 ? <span style={{ color: 'var(--soft)' }}>{t('holdings.noAnswers')}</span> : (
        <ul style={{ margin: 0, paddingLeft: 18 }}>{answers.map((a, at) => <li key={a.number} style={{ marginBottom: 6 }}>{t('holdings.answered', { n: a.number })} · <Name id={a.by} names={known.names} /> · {timeText(a.at_ms)}<br /><small style={{ color: 'var(--soft)' }}>{t('holdings.changedParts')}: {changed(a, answers[at + 1])}</small></li>)}</ul>
      )}
    </Card>
  );
}
