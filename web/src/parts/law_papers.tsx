// Legal papers: entered with their scan, in force once a second person has checked them.
import { Button, DatePicker, Form, Input, Modal, Select, Space, Switch, Upload } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList, useOne } from '../api/hooks.ts';
import type { Application, Dataset, Party, Person, Product, Vocabulary } from '../api/types.ts';
import { base64 } from '../crypto/bytes.ts';
import { useMe } from '../app/session.tsx';
import { dayText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Facts, Name, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import type { Paper, Template } from './law_types.ts';
import { ListTable } from './list_table.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const SCAN_MAX = 4 * 1024 * 1024;
export const scanOf = async (file: File): Promise<string> => base64(new Uint8Array(await file.arrayBuffer()));
export const inForceChip = (word: string, good: 'in' | 'out') => <Chip tone={good === 'in' ? 'good' : 'idle'} icon={good === 'in' ? '✓' : '–'} word={word} />;

export function Papers() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const list = useList<Paper>('/law/papers');
  const template = useOne<Template>('/law/template').data;
  const zh = currentLanguage() === 'zh';
  const me = useMe();
  const kinds = (template?.papers ?? []).filter((k) => k.enter.some((d) => (me.duties as string[]).includes(d)));
  const [ask, setAsk] = useState<Ask | null>(null);
  const [entering, setEntering] = useState(false);
  const kindOf = (id: string): string => { const k = template?.papers.find((p) => p.id === id); return k ? (zh ? k.zh : k.en) : id; };
  const scan = async (p: Paper): Promise<void> => {
    const file = await act(() => api.blob(`/law/papers/${p.id}/scan`));
    if (file) download(file, p.form.number || p.id);
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {kinds.length > 0 ? <div><Button type="primary" onClick={() => setEntering(true)}>{t('law.enter')}</Button></div> : null}
      <ListTable<Paper>
        query={list} rowKey={(p) => p.id} empty={{ title: t('law.noPapers'), text: t('law.noPapersText') }}
        columns={[
          { title: t('law.kind'), render: (_, p) => <strong>{kindOf(p.form.kind)}</strong> },
          { title: t('law.name'), render: (_, p) => <div style={{ maxWidth: 300, whiteSpace: 'normal' }}>{p.form.title}<br /><small>{p.form.number} · {p.form.authority}</small></div> },
          { title: t('common.details'), render: (_, p) => <Facts items={[[t('law.counterpart'), p.form.counterpart ? <Name id={p.form.counterpart} names={p.names} /> : ''], [t('law.product'), p.form.product ? <Name id={p.form.product} names={p.names} /> : ''], [t('law.dataset'), p.form.dataset ? <Name id={p.form.dataset} names={p.names} /> : ''], [t('law.purpose'), p.form.purpose ? t(`purpose.${p.form.purpose}`, p.form.purpose) : ''], [t('law.basis'), p.form.basis ? t(`basis.${p.form.basis}`, p.form.basis) : '']]} /> },
          { title: t('law.expires'), render: (_, p) => dayText(p.form.expires_ms) },
          { title: t('common.status'), render: (_, p) => <Space orientation="vertical" size={2}>{inForceChip(t(`law.status.${p.status}`, p.status), p.status === 'checked' ? 'in' : 'out')}{p.status === 'checked' ? inForceChip(t(p.in_force ? 'law.inForce' : 'law.notInForce'), p.in_force ? 'in' : 'out') : null}{p.note ? <small>{p.note}</small> : null}</Space> },
          { title: t('common.who'), render: (_, p) => <><Name id={p.entered_by} names={p.names} />{p.checked_by ? <><br /><small>✓ <Name id={p.checked_by} names={p.names} /></small></> : null}</> },
          { title: t('common.actions'), render: (_, p) => <Space wrap>
            {p.can.includes('check') ? <Button size="small" type="primary" onClick={() => setAsk({ title: `${t('law.check')}: ${p.form.title}`, choice: { yes: t('law.accept'), no: t('law.reject') }, run: (a) => act(() => api.post(`/law/papers/${p.id}/check`, { accept: a.approve, note: a.reason })) })}>{t('law.check')}</Button> : null}
            {/^0*$/.test(p.form.digest) ? null : <Button size="small" loading={busy} onClick={() => void scan(p)}>{t('law.view')}</Button>}
            {p.can.includes('end') ? <Button size="small" danger onClick={() => setAsk({ title: `${t('law.end')}: ${p.form.title}`, run: (a) => act(() => api.post(`/law/papers/${p.id}/end`, { reason: a.reason })) })}>{t('law.end')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {entering ? <EnterPaper kinds={kinds} onClose={() => setEntering(false)} /> : null}
    </div>
  );
}

interface Values { kind: string; title: string; number: string; authority: string; dated?: Dayjs; expires?: Dayjs; counterpart?: string; product?: string; dataset?: string; columns?: string[]; basis?: string; purpose?: string; duties?: string; abroad?: string; mechanism?: string; subcontracting?: boolean; application?: string; members?: string[]; approve?: boolean }

function EnterPaper({ kinds, onClose }: { kinds: Template['papers']; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const [scan, setScan] = useState<File | null>(null);
  const zh = currentLanguage() === 'zh';
  const kind = Form.useWatch('kind', form), chosen = Form.useWatch('dataset', form), product = Form.useWatch('product', form);
  const needs = kinds.find((p) => p.id === kind)?.needs ?? [];
  const vocabulary = useOne<Vocabulary>('/vocabulary').data;
  const parties = useAll<Party>('/parties'), products = useAll<Product>('/products'), datasets = useAll<Dataset>('/datasets');
  const applications = useAll<Application>('/applications'), people = useAll<Person>('/people');
  const columns = datasets.find((d) => d.id === chosen)?.columns.map((c) => c.column) ?? products.find((p) => p.id === product)?.form.columns ?? [];
  const need = [{ required: true, message: t('common.required') }];
  const pick = (name: keyof Values, label: string, options: { value: string; label: string }[], many?: 'many') => (needs.includes(name) ? <Form.Item name={name} label={label} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} {...(many ? { mode: 'multiple' as const } : {})} options={options} /></Form.Item> : null);
  const text = (name: keyof Values, label: string) => (needs.includes(name) ? <Form.Item name={name} label={label} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item> : null);
  const finish = async (v: Values): Promise<void> => {
    const { dated, expires, ...rest } = v;
    const body = { ...rest, dated_ms: dated?.startOf('day').valueOf() ?? 0, expires_ms: expires?.endOf('day').valueOf() ?? 0, ...(scan ? { scan: await scanOf(scan) } : {}) };
    if (await act(() => api.post('/law/papers', body))) onClose();
  };
  return (
    <Modal open title={t('law.enter')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: (scan?.size ?? 0) > SCAN_MAX || (needs.includes('digest') && !scan) }}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="kind" label={t('law.kind')} rules={need}><Select options={kinds.map((p) => ({ value: p.id, label: zh ? p.zh : p.en }))} /></Form.Item>
        <Form.Item name="title" label={t('law.name')} rules={need}><Input maxLength={200} /></Form.Item>
        <Space.Compact block><Form.Item name="number" label={t('law.number')} rules={need} style={{ flex: 1 }}><Input maxLength={200} /></Form.Item><Form.Item name="authority" label={t('law.authority')} rules={need} style={{ flex: 1 }}><Input maxLength={200} /></Form.Item></Space.Compact>
        <Space size="large"><Form.Item name="dated" label={t('law.dated')}><DatePicker /></Form.Item><Form.Item name="expires" label={t('law.expires')} rules={needs.includes('expires') ? need : []}><DatePicker /></Form.Item></Space>
        {pick('counterpart', t('law.counterpart'), parties.map((p) => ({ value: p.id, label: p.name })))}
        {pick('product', t('law.product'), products.map((p) => ({ value: p.id, label: p.form.name })))}
        {pick('dataset', t('law.dataset'), datasets.map((d) => ({ value: d.id, label: d.title || d.name })))}
        {pick('columns', t('law.columns'), columns.map((c) => ({ value: c, label: c })), 'many')}
        {pick('basis', t('law.basis'), (vocabulary?.legal_bases ?? []).map((b) => ({ value: b, label: t(`basis.${b}`, b) })))}
        {pick('purpose', t('law.purpose'), (vocabulary?.purposes ?? []).map((p) => ({ value: p, label: t(`purpose.${p}`, p) })))}
        {text('duties', t('law.duties'))}{text('abroad', t('law.abroad'))}{text('mechanism', t('law.mechanism'))}
        {kind === 'processing_agreement' ? <Form.Item name="subcontracting" label={t('law.subcontracting')} valuePropName="checked"><Switch /></Form.Item> : null}
        {pick('application', t('law.application'), applications.map((a) => ({ value: a.id, label: `${a.product_name ?? a.id} · ${a.applicant_name}` })))}
        {pick('members', t('law.members'), people.filter((p) => p.duties.some((d) => d.duty === 'committee_member')).map((p) => ({ value: p.id, label: p.display_name ?? p.id })), 'many')}
        {kind === 'minutes' ? <Form.Item name="approve" label={t('law.approved')} valuePropName="checked"><Switch /></Form.Item> : null}
        <Form.Item label={t('law.scan')}><Upload maxCount={1} showUploadList={false} beforeUpload={(f) => { setScan(f); return false; }}><Button>{t('law.choose')}</Button></Upload>{scan ? <span style={{ marginLeft: 10 }}>{scan.name}</span> : null}</Form.Item>
      </Form>
    </Modal>
  );
}
