// A described item is described, and graded: the node refuses a level below the floor of its type.
import { Alert, Form, Input, InputNumber, Modal, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { DescribedItemObject as Item, ItemFacts, ItemGrade, Worksheet } from '../api/schema.ts';
import { CATEGORIES, type Organisation } from '../api/types.ts';
import { listComma } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { MeasuresFields, measuresOf } from './life_stages.tsx';
import { OwnStepField } from './own_levels.tsx';

const MEDIA = ['paper', 'film', 'tape', 'electronic'];
/** Without these somebody is asked (src/node/views/grading_tasks.cc). */
const NEEDED = ['department', 'retention', 'purpose', 'processing', 'provision'] as const;

export function DescribeItem({ item, onClose }: { item: Item | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Partial<ItemFacts>>();
  const units = useOne<Organisation>('/organisation').data?.units ?? [];
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const text = (name: 'place' | 'frequency' | 'system' | 'retention' | 'purpose' | 'processing' | 'provision', required = false) => <Form.Item name={name} label={t(`holdings.item.${name}`)} {...(required ? { rules: need } : {})}><Input maxLength={500} /></Form.Item>;
  const missing = item ? [...NEEDED.filter((name) => item.facts[name] === '').map((name) => t(`holdings.question.${name}`)), ...(Object.keys(item.facts.measures).length === 0 ? [t('holdings.question.measures')] : [])] : [];
  const finish = async (v: Partial<ItemFacts>): Promise<void> => {
    const said: Partial<ItemFacts> = { ...v, department: v.department ?? '', volume: v.volume ?? 0, measures: measuresOf(v.measures) };
    if (await act(() => api.post(item ? `/grading/items/${item.id}` : '/grading/items', said), t('holdings.item.saved'))) onClose();
  };
  return (
    <Modal open width={760} title={item ? item.facts.title : t('holdings.item.describe')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      {item ? <Alert style={{ marginBottom: 14 }} showIcon type={missing.length > 0 ? 'warning' : 'success'} title={missing.length > 0 ? t('holdings.item.stillOpen', { what: missing.join(listComma()) }) : t('holdings.item.complete')} /> : null}
      <Form form={form} layout="vertical" initialValues={item ? { ...item.facts, department: item.facts.department || null } : { medium: 'paper' }} onFinish={(v) => void finish(v)}>
        <Form.Item name="title" label={t('holdings.item.title')} rules={need}><Input maxLength={200} /></Form.Item>
        <Form.Item name="description" label={t('holdings.item.description')}><Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={2000} /></Form.Item>
        <div className="two" style={{ rowGap: 0 }}>
          <Form.Item name="medium" label={t('holdings.item.medium')} rules={need}><Select options={MEDIA.map((m) => ({ value: m, label: t(`holdings.item.media.${m}`) }))} /></Form.Item>
          {text('place', true)}
          <Form.Item name="volume" label={t('holdings.item.volume')}><InputNumber min={0} precision={0} style={{ width: '100%' }} /></Form.Item>
          <Form.Item name="volume_unit" label={t('holdings.item.volumeUnit')}><Input maxLength={40} placeholder={t('holdings.item.unitHint')} /></Form.Item>
          <Form.Item name="department" label={t('holdings.item.department')}><Select allowClear showSearch={{ optionFilterProp: 'label' }} options={units.map((u) => ({ value: u.id, label: u.name }))} /></Form.Item>
          {text('frequency')}{text('system')}{text('retention')}{text('purpose')}{text('processing')}{text('provision')}
        </div>
        <MeasuresFields open={missing.length > 0} />
      </Form>
    </Modal>
  );
}

export function GradeItem({ item, onClose }: { item: Item; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<ItemGrade>();
  const level = Form.useWatch('level', form) ?? item.grade?.level;
  const zh = currentLanguage() === 'zh';
  const tree = useOne<Worksheet>('/grading/worksheet').data?.tree ?? [];
  const types = tree.flatMap((c) => c.classes.flatMap((k) => k.types.map((y) => ({ value: y.id, label: `${zh ? y.zh : y.en} · ${t('grade.level', { n: y.level })}`, level: y.level, category: c.category }))));
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: ItemGrade): Promise<void> => {
    const { own_level, ...grade } = v;
    if (await act(() => api.post(`/grading/items/${item.id}/grade`, own_level ? v : grade), t('holdings.item.gradeSaved'))) onClose();
  };
  return (
    <Modal open title={`${t('holdings.item.grade')}: ${item.facts.title}`} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t('holdings.item.gradeText')}</p>
      <Form form={form} layout="vertical" initialValues={item.grade ? { ...item.grade, reason: '' } : { identifying: false }} onFinish={(v) => void finish(v)}>
        <Form.Item name="type" label={t('holdings.item.type')} rules={need}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={types} onChange={(id: string) => { const y = types.find((x) => x.value === id); if (y) form.setFieldsValue({ category: y.category, level: y.level }); }} />
        </Form.Item>
        <Form.Item name="category" label={t('catalog.category')} rules={need}><Select options={CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) }))} /></Form.Item>
        <Form.Item name="level" label={t('catalog.level')} rules={need}><Select options={[1, 2, 3, 4, 5].map((l) => ({ value: l, label: `${t('grade.level', { n: l })} · ${t(`grade.word.${l}`)}` }))} /></Form.Item>
        <OwnStepField level={level} />
        <Form.Item name="identifying" label={t('holdings.item.identifying')} valuePropName="checked"><Switch /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
