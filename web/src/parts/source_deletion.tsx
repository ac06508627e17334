// A source's list of rows to delete, handed in from here: the file of keys and the signed manifest beside it (docs/formats/source-deletion.md).
import { Alert, Button, Form, Modal, Select, Upload } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Problem } from '../api/client.ts';
import { useAll } from '../api/hooks.ts';
import type { DeletionAnswer, PlanObject } from '../api/schema.ts';
import { base64 } from '../crypto/bytes.ts';
import { countText } from '../i18n/format.ts';
import { Doing, useRun } from './long_work.tsx';

/** A request holds 8 MiB; in base64 that is this much of a list. */
const LIST_BYTES_MAX = 5 * 1024 * 1024;

export function TakeBack({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const [form] = Form.useForm<{ plan: string }>();
  const plans = useAll<PlanObject>('/plans');
  const [files, setFiles] = useState<{ list?: File; manifest?: File }>({});
  const [done, setDone] = useState<DeletionAnswer | null>(null);
  const [whole, setWhole] = useState<Problem | null>(null);  // every row of a version: to be destroyed instead
  const tooLarge = (files.list?.size ?? 0) > LIST_BYTES_MAX;
  const send = async ({ plan }: { plan: string }): Promise<void> => {
    const { list, manifest } = files;
    if (!list || !manifest) return;
    setWhole(null);
    const says = (error: unknown): boolean => { const all = error instanceof Problem && error.code === 'deletion.nothing_left'; if (all) setWhole(error); return all; };
    const answer = await start<DeletionAnswer>('/collections/deletion', { plan, list: { name: list.name, content: base64(new Uint8Array(await list.arrayBuffer())), manifest: await manifest.text() } }, says);
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    if (answer) setDone(answer);
  };
  const choose = (what: 'list' | 'manifest', accept: string) => (
    <>
      <Upload accept={accept} maxCount={1} showUploadList={false} beforeUpload={(f) => { setFiles((had) => ({ ...had, [what]: f })); return false; }}><Button>{t('law.choose')}</Button></Upload>
      {files[what] ? <span style={{ marginLeft: 10 }}>{files[what].name}</span> : null}
    </>
  );
  if (done)
    return (
      <Modal open title={t('sourceMore.takeBack')} onCancel={onClose} onOk={onClose} okText={t('common.close')} cancelButtonProps={{ style: { display: 'none' } }}>
        <Alert type={done.unmatched > 0 ? 'warning' : 'success'} showIcon title={t('sourceMore.removed', { n: countText(done.removed) })} description={done.unmatched > 0 ? t('sourceMore.unmatched', { n: countText(done.unmatched) }) : t('sourceMore.allMatched')} />
      </Modal>
    );
  return (
    <Modal open title={t('sourceMore.takeBack')} onCancel={onClose} onOk={() => form.submit()} okButtonProps={{ danger: true, disabled: run !== null || !files.list || !files.manifest || tooLarge }} okText={t('sourceMore.takeBackDo')} cancelText={t('common.cancel')}>
      <p style={{ marginTop: 0 }}>{t('sourceMore.takeBackText')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void send(v)}>
        <Form.Item name="plan" label={t('catalog.plan')} rules={[{ required: true, message: t('common.required') }]}><Select showSearch={{ optionFilterProp: 'label' }} options={plans.map((p) => ({ value: p.id, label: `${p.title} · ${p.name}` }))} /></Form.Item>
        <Form.Item label={t('sourceMore.listFile')} required {...(tooLarge ? { validateStatus: 'error' as const, help: t('sourceMore.listTooLarge') } : {})}>{choose('list', '.csv,.txt')}</Form.Item>
        <Form.Item label={t('sourceMore.manifestFile')} required>{choose('manifest', '.json')}</Form.Item>
      </Form>
      {run ? <Doing run={run} /> : null}
      {whole ? <Alert type="error" showIcon title={whole.title} description={<>{whole.nextStep}{whole.detail ? <p style={{ marginBottom: 0 }}><Link to={`/custody?propose=${whole.detail}`}>{t('sourceMore.destroyInstead')}</Link></p> : null}</>} /> : null}
    </Modal>
  );
}
