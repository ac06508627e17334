// An application for a product: what for, on what ground, which fields, in which form, how often, how long.
import { Button, Form, Input, InputNumber, Modal, Select, Space, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Application, ApplicationForm, Product, Scenario, Vocabulary } from '../api/types.ts';

const scenarios: Scenario[] = ['controller_to_user', 'between_controllers', 'controller_to_processor', 'within_controller', 'controller_to_subject', 'subject_to_controller'];
const operators = ['eq', 'in', 'ne', 'lt', 'le', 'gt', 'ge', 'prefix'] as const;

/** `mandate`: drafted by a broker's person under it, for the principal to submit. */
export function ApplyDialog({ product, onClose, mandate }: { product: Product; onClose: () => void; mandate?: string }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { act, busy } = useAct();
  const [form] = Form.useForm<ApplicationForm>();
  const vocabulary = useOne<Vocabulary>('/vocabulary');
  const open = Form.useWatch('form', form);
  const wanted = Form.useWatch('columns', form) ?? product.form.columns;
  const choose = [{ required: true, message: t('common.required') }];
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const finish = async (v: ApplicationForm): Promise<void> => {
    const body = { product: product.id, form: { ...v, row_filter: (v.row_filter ?? []).map((r) => ({ ...r, secret_ref: '' })), rate_per_minute: v.rate_per_minute ?? 0 } };
    if (mandate) {
      if (await act(() => api.post(`/mandates/${mandate}/applications`, body), t('mandate.drafted'))) onClose();
      return;
    }
    const made = await act(() => api.post<Application>('/applications', body));
    if (made) {
      onClose();
      void go(`/applications/${made.id}`);
    }
  };
  return (
    <Modal open width={640} title={t('application.submitTitle', { name: product.form.name })} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('application.submit')} cancelText={t('common.cancel')}>
      <Form
        form={form} layout="vertical" onFinish={(v) => void finish(v)}
        initialValues={{ form: product.form.forms[0], scenario: 'controller_to_user', columns: product.form.columns, deliveries_max: 1, rate_per_minute: 60, valid_days: 90, cross_border: false }}
      >
        <Form.Item name="purpose" label={t('application.purpose')} rules={choose}><Select loading={vocabulary.isPending} options={(vocabulary.data?.purposes ?? []).map((p) => ({ value: p, label: t(`purpose.${p}`, p) }))} /></Form.Item>
        <Form.Item name="purpose_note" label={t('application.purposeNote')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="legal_basis" label={t('application.basis')} rules={choose}><Select loading={vocabulary.isPending} options={(vocabulary.data?.legal_bases ?? []).map((b) => ({ value: b, label: t(`basis.${b}`, b) }))} /></Form.Item>
        <Form.Item name="safety_measures" label={t('application.safety')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="scenario" label={t('application.scenario')}><Select options={scenarios.map((s) => ({ value: s, label: t(`scenario.${s}`) }))} /></Form.Item>
        <Form.Item name="form" label={t('application.form')}><Select options={product.form.forms.map((f) => ({ value: f, label: t(`form.${f}`) }))} /></Form.Item>
        <Form.Item name="columns" label={t('application.columns')} rules={[{ required: true, message: t('common.required') }]}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={product.form.columns.map((c) => ({ value: c, label: c }))} /></Form.Item>
        <Form.Item label={t('application.rows')} extra={t('application.filterNote')}>
          <Form.List name="row_filter">
            {(rows, { add, remove }) => (
              <>
                {rows.map((row) => (
                  <Space.Compact key={row.key} style={{ width: '100%', marginBottom: 8 }}>
                    <Form.Item name={[row.name, 'column']} noStyle rules={choose}><Select aria-label={t('fact.column')} style={{ width: '30%' }} options={wanted.map((c) => ({ value: c, label: c }))} /></Form.Item>
                    <Form.Item name={[row.name, 'op']} noStyle rules={choose}><Select aria-label={t('fact.op')} style={{ width: '20%' }} options={operators.map((op) => ({ value: op, label: t(`operator.${op}`) }))} /></Form.Item>
                    <Form.Item name={[row.name, 'values']} noStyle rules={choose}><Select aria-label={t('fact.values')} mode="tags" open={false} suffixIcon={null} style={{ width: '50%' }} tokenSeparators={[',', '，', ' ']} /></Form.Item>
                    <Button aria-label={t('application.removeFilter')} onClick={() => remove(row.name)}>✕</Button>
                  </Space.Compact>
                ))}
                <Button onClick={() => add({ op: 'in' })}>{t('application.addFilter')}</Button>
              </>
            )}
          </Form.List>
        </Form.Item>
        <div style={{ display: 'flex', gap: 20, flexWrap: 'wrap' }}>
          <Form.Item name="deliveries_max" label={t('application.count')}><InputNumber min={1} max={1_000_000_000} precision={0} /></Form.Item>
          {open === 'api' ? <Form.Item name="rate_per_minute" label={t('application.rate')}><InputNumber min={1} max={100_000} precision={0} /></Form.Item> : null}
          <Form.Item name="valid_days" label={t('application.days')}><InputNumber min={1} max={3650} precision={0} /></Form.Item>
          <Form.Item name="cross_border" label={t('application.crossBorder')} valuePropName="checked"><Switch /></Form.Item>
        </div>
      </Form>
    </Modal>
  );
}
