// What only people know of a dataset (G2.1–G2.3): said here, missing members are tasks of the department and the data managers.
import { Alert, Button, Card, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { DatasetFacts as Said } from '../api/schema.ts';
import type { Dataset, Organisation } from '../api/types.ts';
import { Loaded } from './page.tsx';

/** Without these the list of G2.8 is not complete (src/node/views/grading_tasks.cc). */
const NEEDED = ['department', 'place', 'retention', 'processing', 'provision'] as const;
const LONG = ['purpose', 'processing', 'provision'] as const;

export function DatasetFactsTab({ dataset }: { dataset: Dataset }) {
  const query = useOne<Said>(`/datasets/${dataset.id}/facts`);
  return <Loaded query={query}>{(said) => <FactsForm dataset={dataset} said={said} />}</Loaded>;
}

function FactsForm({ dataset, said }: { dataset: Dataset; said: Said }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Said>();
  const units = useOne<Organisation>('/organisation').data?.units;
  const missing = NEEDED.filter((name) => said[name] === '');
  const hint = (name: string): string => t(`inventory.facts.hint.${name}`, '');
  const label = (name: string): string => t(`inventory.facts.${name}`);
  const save = (v: Partial<Said>): void => void act(() => api.post(`/datasets/${dataset.id}/facts`, Object.fromEntries(Object.entries(v).map(([name, value]) => [name, value ?? '']))), t('inventory.facts.saved'));
  return (
    <Card>
      <div style={{ display: 'grid', gap: 14, maxWidth: 760 }}>
        <p style={{ margin: 0, color: 'var(--soft)' }}>{t('inventory.facts.text')}</p>
        <Alert type={missing.length > 0 ? 'warning' : 'success'} showIcon title={missing.length > 0 ? t('inventory.facts.missing', { what: missing.map(label).join('、') }) : t('inventory.facts.complete')} />
        <Form form={form} layout="vertical" initialValues={{ ...said, department: said.department || null, medium: said.medium || null }} onFinish={save}>
          <div className="two" style={{ rowGap: 0 }}>
            <Form.Item name="department" label={label('department')} {...(units?.length === 0 ? { extra: t('inventory.facts.noUnits') } : {})}><Select allowClear showSearch={{ optionFilterProp: 'label' }} loading={!units} options={(units ?? []).map((u) => ({ value: u.id, label: u.name }))} /></Form.Item>
            <Form.Item name="medium" label={label('medium')}><Select allowClear options={['electronic', 'paper'].map((m) => ({ value: m, label: t(`inventory.facts.media.${m}`) }))} /></Form.Item>
            <Form.Item name="system" label={label('system')}><Input maxLength={200} placeholder={hint('system')} /></Form.Item>
            <Form.Item name="place" label={label('place')}><Input maxLength={200} placeholder={hint('place')} /></Form.Item>
            <Form.Item name="retention" label={label('retention')}><Input maxLength={200} placeholder={hint('retention')} /></Form.Item>
          </div>
          {LONG.map((name) => <Form.Item key={name} name={name} label={label(name)}><Input.TextArea autoSize={{ minRows: 1, maxRows: 5 }} maxLength={2000} placeholder={hint(name)} /></Form.Item>)}
          <Button type="primary" htmlType="submit" loading={busy}>{t('inventory.facts.save')}</Button>
        </Form>
      </div>
    </Card>
  );
}
