// The level of an export or a join, worked out before it happens, with the reason of every step. Nothing is changed by asking.
import { MinusCircleOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Form, InputNumber, Select, Switch, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAll, useOne, useWork } from '../api/hooks.ts';
import type { FlowColumnShown, FlowLevel as Found, Worksheet } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { countText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Name } from './bits.tsx';
import { GradeChip } from './chips.tsx';
import { FlowReasons } from './flow_grade.tsx';
import { ProblemNote } from './page.tsx';

interface Part { dataset?: string; version?: string; columns?: string[] }
interface Values { parts: Part[]; rows?: number | null; scenario: string; fine_grained: boolean }
interface Scenario { id: string; zh: string; en: string }

export function FlowLevel() {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const datasets = useAll<Dataset>('/datasets');
  const sheet = useOne<Worksheet>('/grading/worksheet').data;
  const policy = sheet?.policy as { scenarios?: Scenario[] } | undefined;
  const parts = Form.useWatch('parts', form) ?? [];
  const zh = currentLanguage() === 'zh';
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const { busy, work } = useWork(setProblem);
  const ask = async (v: Values): Promise<void> => {
    setProblem(null);
    setFound((await work(() => api.post<Found>('/grading/level', { parts: v.parts.map((p) => ({ dataset: p.dataset, version: p.version ?? '', columns: p.columns ?? [] })), rows: v.rows ?? 0, scenario: v.scenario, fine_grained: v.fine_grained }))) ?? null);
  };
  const named = Object.fromEntries(datasets.map((d) => [d.id, d.title || d.name]));
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('inventory.flow.text')}</p>
      <div className="two">
        <Card title={t('inventory.flow.title')}>
          <Form form={form} layout="vertical" initialValues={{ parts: [{}], scenario: 'internal', fine_grained: false }} onFinish={(v) => void ask(v)}>
            <Form.List name="parts">
              {(fields, { add, remove }) => (
                <>
                  {fields.map((field, at) => {
                    const dataset = datasets.find((d) => d.id === parts[at]?.dataset);
                    return (
                      <div key={field.key} style={{ border: '1px solid var(--line)', borderRadius: 8, padding: '10px 12px 0', marginBottom: 12 }}>
                        <Form.Item name={[field.name, 'dataset']} label={t('catalog.dataset')} rules={[{ required: true, message: t('common.required') }]}><Select showSearch={{ optionFilterProp: 'label' }} options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
                        <Form.Item name={[field.name, 'version']} label={t('inventory.flow.version')}><Select allowClear placeholder={t('inventory.flow.anyVersion')} options={(dataset?.versions ?? []).map((v) => ({ value: v.id, label: `#${v.number} · ${t(v.masked_from ? 'catalog.masked' : 'catalog.collected')} · ${countText(v.rows)} ${t('common.rows')}` }))} /></Form.Item>
                        <Form.Item name={[field.name, 'columns']} label={t('inventory.flow.columns')}><Select mode="multiple" maxTagCount={8} options={(dataset?.columns ?? []).map((c) => ({ value: c.column, label: `${c.column} ${c.title}` }))} /></Form.Item>
                        {fields.length > 1 ? <Button type="text" size="small" icon={<MinusCircleOutlined />} style={{ marginBottom: 8 }} onClick={() => remove(field.name)}>{t('inventory.flow.removePart')}</Button> : null}
                      </div>
                    );
                  })}
                  {fields.length < 5 ? <Button size="small" style={{ marginBottom: 14 }} onClick={() => add({})}>{t('inventory.flow.addPart')}</Button> : null}
                </>
              )}
            </Form.List>
            <Form.Item name="scenario" label={t('inventory.flow.scenario')}><Select options={(policy?.scenarios ?? []).map((s) => ({ value: s.id, label: zh ? s.zh : s.en }))} /></Form.Item>
            <Form.Item name="rows" label={t('inventory.flow.rows')}><InputNumber min={0} precision={0} style={{ width: '100%' }} /></Form.Item>
            <Form.Item name="fine_grained" label={t('inventory.flow.fine')} valuePropName="checked"><Switch /></Form.Item>
            <Button type="primary" htmlType="submit" loading={busy}>{t('inventory.flow.ask')}</Button>
          </Form>
        </Card>
        <div style={{ display: 'grid', gap: 14 }} aria-live="polite">
          {problem ? <ProblemNote error={problem} /> : null}
          {found ? <Answer found={found} names={named} label={(id) => { const label = sheet?.national.find((n) => n.label === id); return label ? (zh ? label.zh : label.en) : id; }} /> : problem ? null : <Alert type="info" showIcon title={t('inventory.flow.empty')} />}
        </div>
      </div>
    </div>
  );
}

function Answer({ found, names, label }: { found: Found; names: Record<string, string>; label: (id: string) => string }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  return (
    <Card title={<>{t('inventory.flow.result')} <GradeChip level={found.level} /></>} extra={<span style={{ color: 'var(--soft)' }}>{t('inventory.flow.national')}: {found.national ? label(found.national) : '—'} · {countText(found.rows)} {t('common.rows')}</span>}>
      <div style={{ display: 'grid', gap: 14 }}>
        <div>
          <strong>{t('inventory.flow.reasons')}</strong>
          <FlowReasons reasons={found.reasons} />
        </div>
        <Table<FlowColumnShown>
          size="small" rowKey={(c) => `${c.dataset}/${c.column}`} title={() => t('inventory.flow.columnsTitle')} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={found.columns}
          columns={[
            { title: t('catalog.field'), render: (_, c) => <><strong className="mono">{c.column}</strong><br /><small><Name id={c.dataset} names={names} /></small></> },
            { title: t('catalog.level'), render: (_, c) => <span style={{ whiteSpace: 'nowrap' }}>{c.base === c.level ? null : <><GradeChip level={c.base} /> → </>}<GradeChip level={c.level} /></span> },
            { title: t('inventory.flow.why'), render: (_, c) => zh ? c.zh : c.en },
          ]}
        />
      </div>
    </Card>
  );
}
