// The registration form of a product: dataset and de-identified version first, then what is offered.
import { Form, Input, InputNumber, Modal, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import type { Dataset, Mandate, Product, ProductForm } from '../api/types.ts';

type Values = Omit<ProductForm, 'price_fen' | 'one_person'> & { dataset: string; version: string; price?: number; consented?: boolean; subject?: string; inputs?: string[] };

/** `mandate`: drafted by a broker's person for the principal, on what it offers. */
export function DraftProduct({ onClose, mandate }: { onClose: () => void; mandate?: Mandate }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const chosen = Form.useWatch('dataset', form);
  const flow = Form.useWatch('flow', form);
  const need = [{ required: true, message: t('common.required') }];
  const finish = async ({ dataset, version, price, consented, subject, inputs, ...rest }: Values): Promise<void> => {
    const body = { dataset, version, form: { ...rest, ...(consented ? { one_person: { subject, inputs } } : {}), keywords: rest.keywords ?? [], applications: rest.applications ?? [], interfaces: rest.interfaces ?? [], related_products: rest.related_products ?? [], price_fen: Math.round((price ?? 0) * 100) } };
    const made = await act(() => api.post<Product>(mandate ? `/mandates/${mandate.id}/products` : '/products', body));
    if (made) {
      onClose();
      void go(`/products/${made.id}`);
    }
  };
  const options = (names: string[], group: string): { value: string; label: string }[] => names.map((n) => ({ value: n, label: t(`${group}.${n}` as 'form.file') }));
  return (
    <Modal open width={720} title={t('product.draft')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)} initialValues={{ flow: 'share', share: 'controlled', forms: ['file'], suited_uses: '', forbidden_uses: '', authorisation: '', time_span: '' }}>
        <Form.Item name="dataset" label={t('product.dataset')} rules={need}>
          {mandate ? <Select options={mandate.offers.map((o) => ({ value: o.dataset, label: o.title }))} /> : <OwnDatasets />}
        </Form.Item>
        {chosen ? mandate ? <Offered masked={(mandate.offers.find((o) => o.dataset === chosen)?.versions ?? []).map((v) => ({ id: v.version, number: v.number, rows: v.rows, columns: v.columns.map((c) => c.column) }))} /> : <Offer dataset={chosen} /> : null}
        <Form.Item name="name" label={t('common.name')} rules={need}><Input maxLength={100} /></Form.Item>
        <Form.Item name="summary" label={t('product.summary')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="suited_uses" label={t('product.suited')} rules={need}><Input maxLength={500} /></Form.Item>
        <Form.Item name="forbidden_uses" label={t('product.forbidden')} rules={need}><Input maxLength={500} /></Form.Item>
        <Form.Item name="authorisation" label={t('product.authorisation')} rules={need}><Input maxLength={500} /></Form.Item>
        <Form.Item name="time_span" label={t('product.span')} rules={need}><Input maxLength={100} /></Form.Item>
        <Form.Item name="keywords" label={t('product.keywords')} rules={need}><Select mode="tags" open={false} /></Form.Item>
        {([['applications', 'registration.applications'], ['interfaces', 'registration.interfaces'], ['related_products', 'registration.related']] as const).map(([name, label]) => (
          <Form.Item key={name} name={name} label={t(label)} extra={t('registration.tags')}><Select mode="tags" open={false} /></Form.Item>
        ))}
        <Form.Item name="forms" label={t('product.forms')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={options(['file', 'api'], 'form')} /></Form.Item>
        <Form.Item name="flow" label={t('product.flow')}><Select options={options(['open', 'share', 'trade'], 'flow')} /></Form.Item>
        <Form.Item name="share" label={t('product.share')}><Select options={options(['full', 'controlled', 'enclave'], 'share')} /></Form.Item>
        {flow === 'trade' ? <Form.Item name="price" label={t('product.priceFen')} rules={need}><InputNumber min={0} precision={2} /></Form.Item> : null}
      </Form>
    </Modal>
  );
}

/** The props of a field of a form are handed on to it. */
function OwnDatasets(props: object) {
  const datasets = useList<Dataset>('/datasets');
  return <Select {...props} loading={datasets.isPending} options={(datasets.data?.items ?? []).map((d) => ({ value: d.id, label: d.title || d.name }))} />;
}

function Offer({ dataset }: { dataset: string }) {
  const query = useOne<Dataset>(`/datasets/${dataset}`);
  return <Offered loading={query.isPending} masked={(query.data?.versions ?? []).filter((v) => v.masked_from)} />;
}

function Offered({ masked, loading = false }: { masked: { id: string; number: number; rows: number; columns: string[] }[]; loading?: boolean }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Values>();
  const version = Form.useWatch('version', form), consented = Form.useWatch('consented', form);
  const columns = (masked.find((v) => v.id === version)?.columns ?? []).map((c) => ({ value: c, label: c }));
  const need = [{ required: true, message: t('common.required') }];
  return (
    <>
      <Form.Item name="version" label={t('product.versionLabel')} rules={need} extra={!loading && masked.length === 0 ? t('product.noVersion') : null}>
        <Select loading={loading} options={masked.map((v) => ({ value: v.id, label: `#${v.number} · ${v.rows} ${t('common.rows')}` }))} />
      </Form.Item>
      <Form.Item name="columns" label={t('product.fields')} rules={need}>
        <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={columns} />
      </Form.Item>
      <Form.Item name="consented" label={t('own.onePerson')} valuePropName="checked" extra={t('own.onePersonText')}><Switch /></Form.Item>
      {consented ? (
        <>
          <Form.Item name="subject" label={t('own.subject')} rules={need}><Select options={columns} /></Form.Item>
          <Form.Item name="inputs" label={t('own.inputs')} extra={t('own.inputsText')} rules={need}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={columns} /></Form.Item>
        </>
      ) : null}
    </>
  );
}
