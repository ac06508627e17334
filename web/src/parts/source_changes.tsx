// A source that stands is changed: its name and schedule, its password or key, who answers for it; each with a reason.
import { Alert, Form, Input, Modal, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll } from '../api/hooks.ts';
import type { SourceObject as Source } from '../api/schema.ts';
import type { Person } from '../api/types.ts';
import { PrivateKey } from './private_key.tsx';
import { ScheduleFields } from './source_schedule_fields.tsx';
import { type Schedule, bodyOf, scheduleOf } from './source_schedule.ts';

interface Props { source: Source; onClose: () => void }

function Dialog<V extends { reason: string }>({ title, text, initial, path, body, able = true, children, onClose }: { title: string; text?: string; initial?: Partial<V>; path: string; body: (values: V) => unknown; able?: boolean; children: ReactNode; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<V>();
  const finish = async (values: V): Promise<void> => {
    if (await act(() => api.post<Source>(path, body(values)))) onClose();
  };
  return (
    <Modal open width={600} title={title} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !able }}>
      {text ? <p>{text}</p> : null}
      <Form form={form} layout="vertical" {...(initial ? { initialValues: initial } : {})} onFinish={(v) => void finish(v)}>
        {children}
        <Form.Item name="reason" label={t('common.reason')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

export function ChangeSchedule({ source: s, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog<{ name: string; schedule: Schedule; reason: string }> title={t('sourceForm.changeTitle', { name: s.name })} path={`/sources/${s.id}/change`} initial={{ name: s.name, schedule: scheduleOf(s) }} body={(v) => ({ name: v.name, reason: v.reason, ...bodyOf(v.schedule) })} onClose={onClose}>
      <Form.Item name="name" label={t('sourceForm.name')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}><Input maxLength={100} /></Form.Item>
      <ScheduleFields limited={s.source_kind === 'database'} />
    </Dialog>
  );
}

export function ChangePassword({ source: s, onClose }: Props) {
  const { t } = useTranslation();
  const key = s.source_kind === 'sftp';
  return (
    <Dialog<{ password: string; reason: string }> title={t(key ? 'sourceForm.newKeyTitle' : 'sourceForm.newPasswordTitle', { name: s.name })} text={t('sourceForm.newPasswordText')} path={`/sources/${s.id}/password`} body={(v) => v} onClose={onClose}>
      {key ? <PrivateKey /> : <Form.Item name="password" label={t('sourceForm.password')} rules={[{ required: true, message: t('common.required') }]} extra={t('sourceForm.passwordText')}><Input.Password autoComplete="new-password" /></Form.Item>}
    </Dialog>
  );
}

export function HandOver({ source: s, onClose }: Props) {
  const { t } = useTranslation();
  const managers = useAll<Person>('/people').filter((p) => p.party === s.owner && p.id !== s.registered_by && !p.suspended && p.duties.some((d) => d.duty === 'data_manager'));
  return (
    <Dialog<{ to: string; reason: string }> title={t('sourceForm.handOverTitle', { name: s.name })} text={t('sourceForm.handOverText')} path={`/sources/${s.id}/hand-over`} body={(v) => v} able={managers.length > 0} onClose={onClose}>
      {managers.length === 0 ? <Alert type="info" showIcon title={t('sourceForm.noManagers')} style={{ marginBottom: 16 }} /> : null}
      <Form.Item name="to" label={t('sourceForm.to')} rules={[{ required: true, message: t('common.required') }]}><Select options={managers.map((p) => ({ value: p.id, label: p.display_name ?? p.id }))} /></Form.Item>
    </Dialog>
  );
}
