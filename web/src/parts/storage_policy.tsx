// The storage policy as a whole: it replaces the one before. Where backups go stays as the machine of the node set it.
import { MinusCircleOutlined } from '@ant-design/icons';
import { Button, Form, InputNumber, Modal, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { StorageObject } from '../api/schema.ts';
import { GIB, HOUR, MIB, type PolicyValues, TIMES, policyOf } from './storage_text.ts';

const rounded = (n: number): number => Math.round(n * 1000) / 1000;

export function PolicyDialog({ storage, onClose }: { storage: StorageObject; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<PolicyValues>();
  const p = storage.policy;
  const start: PolicyValues = {
    space_gib: rounded(p.space_bytes_max / GIB), keep_gib: rounded(p.keep_free_bytes / GIB), warn_days: p.warn_days, rate_mib: rounded(p.inventory_bytes_per_s / MIB),
    hours: { backup_every_s: rounded(p.backup_every_s / HOUR), inventory_every_s: rounded(p.inventory_every_s / HOUR), rehearse_every_s: rounded(p.rehearse_every_s / HOUR) }, datasets: p.datasets.map((d) => ({ dataset: d.dataset, gib: rounded(d.bytes_max / GIB) })),
  };
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: PolicyValues): Promise<void> => { if (await act(() => api.post('/storage/policy', { policy: policyOf(v, p) }), t('storage.saved'))) onClose(); };
  return (
    <Modal open width={680} title={t('storage.change')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={start} onFinish={(v) => void finish(v)}>
        <div className="two">
          <Form.Item name="space_gib" label={t('storage.spaceMax')} rules={need}><InputNumber min={0} step={1} style={{ width: '100%' }} /></Form.Item>
          <Form.Item name="keep_gib" label={t('storage.keepFree')} rules={need}><InputNumber min={0} step={0.25} style={{ width: '100%' }} /></Form.Item>
          <Form.Item name="warn_days" label={t('storage.warnDays')} rules={need}><InputNumber min={1} max={3650} precision={0} style={{ width: '100%' }} /></Form.Item>
          <Form.Item name="rate_mib" label={t('storage.rate')} rules={need}><InputNumber min={0} style={{ width: '100%' }} /></Form.Item>
          {TIMES.map((name) => <Form.Item key={name} name={['hours', name]} label={t(`storage.everyHours.${name}`)} rules={need} {...(name === 'backup_every_s' && !p.backup_to ? { extra: t('storage.backupFirst') } : {})}><InputNumber min={0} style={{ width: '100%' }} disabled={name === 'backup_every_s' && !p.backup_to} /></Form.Item>)}
        </div>
        <Form.List name="datasets">
          {(fields, { add, remove }) => (
            <>
              <strong>{t('storage.datasetQuotas')}</strong>
              {fields.map((field) => (
                <Space key={field.key} align="start" wrap style={{ display: 'flex', marginTop: 8 }}>
                  <Form.Item name={[field.name, 'dataset']} rules={need} noStyle><Select aria-label={t('catalog.dataset')} showSearch={{ optionFilterProp: 'label' }} style={{ width: 320 }} options={storage.datasets.map((d) => ({ value: d.dataset, label: d.title }))} /></Form.Item>
                  <Form.Item name={[field.name, 'gib']} rules={need} noStyle><InputNumber aria-label={t('storage.datasetQuotas')} min={0.001} style={{ width: 130 }} /></Form.Item>
                  <Button type="text" icon={<MinusCircleOutlined />} aria-label={t('storage.removeQuota')} onClick={() => remove(field.name)} />
                </Space>
              ))}
              <div style={{ marginTop: 8 }}><Button size="small" onClick={() => add({})}>{t('storage.addQuota')}</Button></div>
            </>
          )}
        </Form.List>
      </Form>
    </Modal>
  );
}
