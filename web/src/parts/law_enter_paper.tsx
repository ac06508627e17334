// A legal paper is entered: what its kind demands, with its scan. What a release abroad, of important or of genetic data rests on may be for a
// contract about a product, or for a statutory provision of a dataset.
import { DatePicker, Form, Input, Modal, Segmented, Select, Space, Switch } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { Application, Dataset, Organisation, Party, Person, Product, Vocabulary } from '../api/types.ts';
import { currentLanguage } from '../i18n/index.ts';
import { RequesterSelect, requesterOf } from './law_requester.tsx';
import { MeetingFields } from './law_meeting.tsx';
import { SCAN_MAX, ScanChoice, scanOf } from './law_scan.tsx';
import type { Paper, Template } from './law_types.ts';

const aboutWhom = (chosen: string): { agency: string } | { counterpart: string } => {
  const whom = requesterOf(chosen);
  return 'agency' in whom ? whom : { counterpart: whom.party };
};

/** What a paper is about, where a form that needs it leads here. */
export interface About { kind: string; requester: string; dataset: string; columns: string[] }

interface Values { flow?: 'release' | 'provision'; requester?: string; kind: string; title: string; number: string; authority: string; dated?: Dayjs; expires?: Dayjs; counterpart?: string; product?: string; dataset?: string; columns?: string[]; basis?: string; purpose?: string; duties?: string; abroad?: string; mechanism?: string; subcontracting?: boolean; uscc?: string; public_key?: string; application?: string; members?: string[]; approve?: boolean; unit?: string }

export function EnterPaper({ kinds, about, onClose }: { kinds: Template['papers']; about?: About; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const [scan, setScan] = useState<File | null>(null);
  const zh = currentLanguage() === 'zh';
  const kind = Form.useWatch('kind', form), chosen = Form.useWatch('dataset', form), product = Form.useWatch('product', form);
  const wants = kinds.find((p) => p.id === kind)?.needs ?? [];
  // What rests on a product and a party may rest on a dataset and the agency that demands it: a statutory provision has neither product nor purpose.
  const eitherFlow = wants.includes('product') && wants.includes('counterpart');
  const provision = Form.useWatch('flow', form) === 'provision' && eitherFlow;
  const needs = provision ? [...wants.filter((w) => !['counterpart', 'product', 'purpose'].includes(w)), 'dataset'] : wants;
  const vocabulary = useOne<Vocabulary>('/vocabulary').data;
  const parties = useAll<Party>('/parties'), products = useAll<Product>('/products'), datasets = useAll<Dataset>('/datasets');
  const applications = useAll<Application>('/applications'), units = useOne<Organisation>('/organisation').data?.units ?? [], people = useAll<Person>('/people'), papers = useAll<Paper>('/law/papers');
  const columns = datasets.find((d) => d.id === chosen)?.columns.map((c) => c.column) ?? products.find((p) => p.id === product)?.form.columns ?? [];
  const need = [{ required: true, message: t('common.required') }];
  const pick = (name: keyof Values, label: string, options: { value: string; label: string }[], many?: 'many') => (needs.includes(name) || (name === 'columns' && provision) ? <Form.Item name={name} label={label} rules={needs.includes(name) ? need : []} {...(needs.includes(name) ? {} : { extra: t('provision.paperColumnsText') })}><Select showSearch={{ optionFilterProp: 'label' }} {...(many ? { mode: 'multiple' as const } : {})} options={options} /></Form.Item> : null);
  const text = (name: keyof Values, label: string) => (needs.includes(name) ? <Form.Item name={name} label={label} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item> : null);
  const finish = async (v: Values): Promise<void> => {
    const { dated, expires, requester, ...rest } = v;
    delete rest.flow;
    const body = { ...rest, ...(requester ? aboutWhom(requester) : {}), dated_ms: dated?.startOf('day').valueOf() ?? 0, expires_ms: expires?.endOf('day').valueOf() ?? 0, ...(scan ? { scan: await scanOf(scan) } : {}) };
    if (await act(() => api.post('/law/papers', body))) onClose();
  };
  return (
    <Modal open title={t('law.enter')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: (scan?.size ?? 0) > SCAN_MAX || (needs.includes('digest') && !scan) }}>
      <Form form={form} name="paper" layout="vertical" initialValues={about ? { ...about, flow: 'provision' } : { flow: 'release' }} onFinish={(v) => void finish(v)}>
        <Form.Item name="kind" label={t('law.kind')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={kinds.map((p) => ({ value: p.id, label: zh ? p.zh : p.en }))} /></Form.Item>
        <Form.Item name="title" label={t('law.name')} rules={need}><Input maxLength={200} /></Form.Item>
        <Space.Compact block><Form.Item name="number" label={t('law.number')} rules={need} style={{ flex: 1 }}><Input maxLength={200} /></Form.Item><Form.Item name="authority" label={t('law.authority')} rules={need} style={{ flex: 1 }}><Input maxLength={200} /></Form.Item></Space.Compact>
        <Space size="large"><Form.Item name="dated" label={t('law.dated')}><DatePicker /></Form.Item><Form.Item name="expires" label={t('law.expires')} rules={needs.includes('expires') ? need : []}><DatePicker /></Form.Item></Space>
        {eitherFlow ? <Form.Item name="flow" label={t('provision.paperFor')}><Segmented options={[{ value: 'release', label: t('provision.forRelease') }, { value: 'provision', label: t('provision.forProvision') }]} /></Form.Item> : null}
        {provision ? <Form.Item name="requester" label={t('law.requester')} rules={need}><RequesterSelect papers={papers} parties={parties} /></Form.Item> : null}
        {pick('counterpart', t('law.counterpart'), parties.map((p) => ({ value: p.id, label: p.name })))}
        {pick('unit', t('access.unit'), units.map((u) => ({ value: u.id, label: u.name })))}
        {pick('product', t('law.product'), products.map((p) => ({ value: p.id, label: p.form.name })))}
        {pick('dataset', t('law.dataset'), datasets.map((d) => ({ value: d.id, label: d.title || d.name })))}
        {pick('columns', t('law.columns'), columns.map((c) => ({ value: c, label: c })), 'many')}
        {pick('basis', t('law.basis'), (vocabulary?.legal_bases ?? []).map((b) => ({ value: b, label: t(`basis.${b}`, b) })))}
        {pick('purpose', t('law.purpose'), (vocabulary?.purposes ?? []).map((p) => ({ value: p, label: t(`purpose.${p}`, p) })))}
        {text('duties', t('law.duties'))}{text('abroad', t('law.abroad'))}{text('mechanism', t('law.mechanism'))}
        {needs.includes('uscc') ? <Form.Item name="uscc" label={t('provision.uscc')} rules={need}><Input className="mono" maxLength={18} /></Form.Item> : null}
        {needs.includes('public_key') ? <Form.Item name="public_key" label={t('provision.publicKey')} rules={need} extra={t('provision.publicKeyText')}><Input.TextArea rows={2} className="mono" maxLength={200} /></Form.Item> : null}
        {kind === 'processing_agreement' ? <Form.Item name="subcontracting" label={t('law.subcontracting')} valuePropName="checked"><Switch /></Form.Item> : null}
        {pick('application', t('law.application'), applications.map((a) => ({ value: a.id, label: `${a.product_name ?? a.id} · ${a.applicant_name}` })))}
        {kind === 'meeting_approval' ? <MeetingFields people={people} /> : pick('members', t('law.members'), people.filter((p) => p.duties.some((d) => d.duty === 'committee_member')).map((p) => ({ value: p.id, label: p.display_name ?? p.id })), 'many')}
        {kind === 'minutes' || kind === 'meeting_approval' ? <Form.Item name="approve" label={t('law.approved')} valuePropName="checked"><Switch /></Form.Item> : null}
        <ScanChoice file={scan} onFile={setScan} required={needs.includes('digest')} />
      </Form>
    </Modal>
  );
}
