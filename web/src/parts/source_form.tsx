// Registering a source: a folder of the node's machine, a database, or a folder behind SFTP; and when it is collected.
import { Alert, Button, Form, Input, InputNumber, Modal, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { PlanObject, SourceObject } from '../api/schema.ts';
import { PrivateKey } from './private_key.tsx';
import { ScheduleFields } from './source_schedule_fields.tsx';
import { type Schedule, bodyOf } from './source_schedule.ts';

const PORTS = { postgresql: 5432, mariadb: 3306, sqlserver: 1433 } as const;

interface FolderPlace { folder: string; pattern?: string; settle_s?: number; manifest_within_s?: number }
interface DatabasePlace { kind: keyof typeof PORTS; host: string; port: number; database: string; user: string; tls: 'off' | 'require' | 'verify'; ca?: string; schemas?: string[]; rows_per_second?: number; statement_s?: number; lock_s?: number }
interface SftpPlace { host: string; port: number; user: string; folder: string; host_key: string; pattern?: string; manifest_within_s?: number }
interface Values { plan: string; name: string; where: 'folder' | 'database' | 'sftp'; folder?: FolderPlace; database?: DatabasePlace; sftp?: SftpPlace; password?: string; schedule: Schedule }

/** Without what was not said. */
const said = <T extends object>(values: T): T => Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== '' && !(Array.isArray(v) && v.length === 0))) as T;

function placeOf(v: Values): object {
  if (v.where === 'folder') return { folder: said(v.folder!) };
  if (v.where === 'sftp') return { sftp: said(v.sftp!) };
  return { database: { format: 'sluice-source/1', name: v.name, schemas: [], ...said(v.database!) } };
}

export function RegisterSource({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const plans = useAll<PlanObject>('/plans');
  const where = Form.useWatch('where', form) ?? 'folder';
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: Values): Promise<void> => {
    const body = { plan: v.plan, name: v.name, ...placeOf(v), ...bodyOf(v.schedule), password: v.where === 'folder' ? '' : (v.password ?? '') };
    if (await act(() => api.post<SourceObject>('/sources', body))) onClose();
  };
  return (
    <Modal open width={720} title={t('sourceForm.add')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t('sourceForm.addText')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)} initialValues={{ where: 'folder', folder: { settle_s: 3 }, database: { kind: 'postgresql', port: 5432, tls: 'require' }, sftp: { port: 22 }, schedule: { how: 'every', count: 1, unit: 'days', late_hours: 24, retries: 3 } }}>
        <Form.Item name="plan" label={t('sourceForm.plan')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={plans.map((p) => ({ value: p.id, label: p.title || p.name }))} notFoundContent={t('sourceForm.noPlans')} /></Form.Item>
        <Form.Item name="name" label={t('sourceForm.name')} rules={[{ required: true, whitespace: true, message: t('common.required') }]} extra={t('sourceForm.nameText')}><Input maxLength={100} /></Form.Item>
        <Form.Item name="where" label={t('sourceForm.where')}><Radio.Group optionType="button" options={(['folder', 'database', 'sftp'] as const).map((k) => ({ value: k, label: t(`sources.kind.${k}`) }))} /></Form.Item>
        {where === 'folder' ? <FolderFields /> : where === 'database' ? <DatabaseFields onKind={(kind) => form.setFieldValue(['database', 'port'], PORTS[kind])} /> : <SftpFields />}
        <ScheduleFields limited={where === 'database'} />
      </Form>
    </Modal>
  );
}

const two = { display: 'grid', gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', gap: '0 16px' } as const;

function FolderFields() {
  const { t } = useTranslation();
  const folders = useOne<{ folders: string[] }>('/source-folders').data?.folders;
  const need = [{ required: true, message: t('common.required') }];
  return (
    <>
      {folders?.length === 0 ? <Alert type="warning" showIcon title={t('sourceForm.noFolders')} style={{ marginBottom: 16 }} /> : null}
      <Form.Item name={['folder', 'folder']} label={t('sourceForm.folder')} rules={need} extra={folders && folders.length > 0 ? <Opened folders={folders} /> : t('sourceForm.folderText')}><Input className="mono" maxLength={400} /></Form.Item>
      <div style={two}>
        <Form.Item name={['folder', 'pattern']} label={t('sourceForm.pattern')} extra={t('sourceForm.patternText')}><Input className="mono" maxLength={100} /></Form.Item>
        <Form.Item name={['folder', 'settle_s']} label={t('sourceForm.settle')}><InputNumber min={0} max={3600} precision={0} style={{ width: '100%' }} /></Form.Item>
        <Form.Item name={['folder', 'manifest_within_s']} label={t('sourceMore.within')}><InputNumber min={0} max={604_800} precision={0} placeholder="600" style={{ width: '100%' }} /></Form.Item>
      </div>
    </>
  );
}

/** The folders that the operator opened: chosen with one click, and gone on from there. */
function Opened({ folders }: { folders: string[] }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  return <>{t('sourceForm.allowed')} {folders.map((f) => <Button key={f} size="small" className="mono" style={{ margin: '4px 6px 0 0', height: 'auto', whiteSpace: 'normal', overflowWrap: 'anywhere', textAlign: 'start' }} onClick={() => form.setFieldValue(['folder', 'folder'], f)}>{f}</Button>)}</>;
}

function DatabaseFields({ onKind }: { onKind: (kind: keyof typeof PORTS) => void }) {
  const { t } = useTranslation();
  const tls = Form.useWatch<string>(['database', 'tls']);
  const need = [{ required: true, message: t('common.required') }];
  const number = (name: string, label: string) => <Form.Item name={['database', name]} label={label}><InputNumber min={1} precision={0} style={{ width: '100%' }} /></Form.Item>;
  return (
    <>
      <div style={two}>
        <Form.Item name={['database', 'kind']} label={t('sourceForm.database')} rules={need}><Select onChange={onKind} options={(Object.keys(PORTS) as (keyof typeof PORTS)[]).map((k) => ({ value: k, label: t(`sourceForm.kinds.${k}`) }))} /></Form.Item>
        <Form.Item name={['database', 'tls']} label={t('sourceForm.tls')}><Select options={(['require', 'verify', 'off'] as const).map((k) => ({ value: k, label: t(`sourceForm.tlsIs.${k}`) }))} /></Form.Item>
        <Form.Item name={['database', 'host']} label={t('sourceForm.host')} rules={need}><Input className="mono" maxLength={200} /></Form.Item>
        <Form.Item name={['database', 'port']} label={t('sourceForm.port')} rules={need}><InputNumber min={1} max={65535} precision={0} style={{ width: '100%' }} /></Form.Item>
        <Form.Item name={['database', 'database']} label={t('sourceForm.databaseName')} rules={need}><Input className="mono" maxLength={200} /></Form.Item>
        <Form.Item name={['database', 'schemas']} label={t('sourceForm.schemas')} extra={t('sourceForm.schemasText')}><Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', ' ']} /></Form.Item>
        <Form.Item name={['database', 'user']} label={t('sourceForm.user')} rules={need} extra={t('sourceForm.userText')}><Input className="mono" maxLength={200} autoComplete="off" /></Form.Item>
        <Form.Item name="password" label={t('sourceForm.password')} rules={need} extra={t('sourceForm.passwordText')}><Input.Password autoComplete="new-password" /></Form.Item>
      </div>
      {tls === 'verify' ? <Form.Item name={['database', 'ca']} label={t('sourceForm.ca')} extra={t('sourceForm.caText')}><Input.TextArea className="mono" rows={4} maxLength={32_768} /></Form.Item> : null}
      <details style={{ marginBottom: 16 }}><summary>{t('sourceForm.gentle')}</summary><div style={{ ...two, gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', paddingTop: 10 }}>{number('rows_per_second', t('sourceForm.rowsPerSecond'))}{number('statement_s', t('sourceForm.statementS'))}{number('lock_s', t('sourceForm.lockS'))}</div></details>
    </>
  );
}

function SftpFields() {
  const { t } = useTranslation();
  const need = [{ required: true, message: t('common.required') }];
  return (
    <>
      <div style={two}>
        <Form.Item name={['sftp', 'host']} label={t('sourceForm.host')} rules={need}><Input className="mono" maxLength={200} /></Form.Item>
        <Form.Item name={['sftp', 'port']} label={t('sourceForm.port')} rules={need}><InputNumber min={1} max={65535} precision={0} style={{ width: '100%' }} /></Form.Item>
        <Form.Item name={['sftp', 'user']} label={t('sourceForm.user')} rules={need}><Input className="mono" maxLength={200} autoComplete="off" /></Form.Item>
        <Form.Item name={['sftp', 'folder']} label={t('sourceForm.remoteFolder')} rules={need}><Input className="mono" maxLength={400} /></Form.Item>
      </div>
      <Form.Item name={['sftp', 'host_key']} label={t('sourceForm.hostKey')} rules={need} extra={t('sourceForm.hostKeyText')}><Input.TextArea className="mono" rows={2} maxLength={2000} /></Form.Item>
      <Form.Item name={['sftp', 'pattern']} label={t('sourceForm.pattern')} extra={t('sourceForm.patternText')}><Input className="mono" maxLength={100} /></Form.Item>
      <PrivateKey />
    </>
  );
}
