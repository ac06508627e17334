// A new mandate: which broker, for which acts, products and purposes, how long, on which paper.
import { Checkbox, DatePicker, Form, Input, Modal, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { MandateAct } from '../api/schema.ts';
import type { Dataset, Mandate, Party, Product, Vocabulary } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { SCAN_MAX, ScanChoice, scanOf } from './law_scan.tsx';

interface Values { broker: string; acts: MandateAct[]; products?: string[]; datasets?: string[]; purposes?: string[]; until: Dayjs; number: string; note?: string }

/** A group of checkboxes has no ARIA state for "required", which a form's item would give it: the label's star and the message say it. */
function ActChoice({ value = [], onChange, options }: { value?: MandateAct[]; onChange?: (acts: MandateAct[]) => void; options: { value: MandateAct; label: string }[] }) {
  return <Checkbox.Group value={value} {...(onChange ? { onChange } : {})} options={options} />;
}

export function MandateForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const go = useNavigate();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const [scan, setScan] = useState<File | null>(null);
  const brokers = useAll<Party>('/parties').filter((p) => p.role === 'broker' && p.status === 'verified');
  const products = useAll<Product>('/products?status=registered');
  const purposes = useOne<Vocabulary>('/vocabulary').data?.purposes ?? [];
  const acts = Form.useWatch('acts', form) ?? [];
  const agency = me.party.role === 'agency';
  const offered: MandateAct[] = agency ? ['draft_product', 'draft_application', 'draft_contract', 'chase'] : ['draft_application', 'chase'];
  const need = [{ required: true, message: t('common.required') }];
  const text = [{ required: true, whitespace: true, message: t('common.required') }];
  const drafts = acts.includes('draft_application') || acts.includes('draft_contract');
  const finish = async ({ until, datasets, ...v }: Values): Promise<void> => {
    if (!scan || scan.size > SCAN_MAX) return;
    const made = await act(async () => api.post<Mandate>('/mandates', { ...v, ...(acts.includes('draft_product') ? { datasets } : {}), until_ms: until.endOf('day').valueOf(), scan: await scanOf(scan) }));
    if (made) {
      onClose();
      void go(`/mandates/${made.id}`);
    }
  };
  return (
    <Modal open width={640} title={t('mandate.add')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !scan || scan.size > SCAN_MAX }}>
      <Form form={form} layout="vertical" initialValues={{ acts: [], note: '' }} onFinish={(v) => void finish(v)}>
        <Form.Item name="broker" label={t('mandate.broker')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={brokers.map((p) => ({ value: p.id, label: p.name }))} /></Form.Item>
        <Form.Item name="acts" label={t('mandate.acts')} rules={need}><ActChoice options={offered.map((a) => ({ value: a, label: t(`mandate.act_${a}`) }))} /></Form.Item>
        <Form.Item name="products" label={t('mandate.products')} extra={t('mandate.productsText')}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={products.map((p) => ({ value: p.id, label: p.form.name }))} /></Form.Item>
        {acts.includes('draft_product') ? <OwnDatasets /> : null}
        <Form.Item name="purposes" label={t('mandate.purposes')} extra={t('mandate.purposesText')} rules={drafts ? need : []}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={purposes.map((p) => ({ value: p, label: t(`purpose.${p}`, p) }))} /></Form.Item>
        <Form.Item name="until" label={t('mandate.until')} extra={t('mandate.until_bad')} rules={need}><DatePicker style={{ width: '100%' }} /></Form.Item>
        <Form.Item name="number" label={t('mandate.number')} rules={text}><Input maxLength={100} /></Form.Item>
        <ScanChoice file={scan} onFile={setScan} required />
        <Form.Item name="note" label={t('mandate.note')}><Input maxLength={500} /></Form.Item>
      </Form>
    </Modal>
  );
}

function OwnDatasets() {
  const { t } = useTranslation();
  const me = useMe();
  const datasets = useAll<Dataset>('/datasets').filter((d) => d.owner === me.party.id);
  return (
    <Form.Item name="datasets" label={t('mandate.datasets')} extra={t('mandate.datasetsText')} rules={[{ required: true, message: t('common.required') }]}>
      <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} />
    </Form.Item>
  );
}
