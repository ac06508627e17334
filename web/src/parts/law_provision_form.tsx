// A statutory provision is asked for: by an agency that was checked, with its document, for the fields and persons that the document needs, until a day.
import { Alert, DatePicker, Form, Input, InputNumber, Modal, Select, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll } from '../api/hooks.ts';
import type { CatalogField, Dataset, Party } from '../api/types.ts';
import { countText, listComma } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { gradeOf } from './heat_map.tsx';
import { ProvisionPapers } from './law_provision_papers.tsx';
import { RequesterSelect, requesterOf } from './law_requester.tsx';
import { SCAN_MAX, ScanChoice, scanOf } from './law_scan.tsx';
import type { Paper, Template } from './law_types.ts';

type Kind = Template['provisions'][number];
interface Values {
  kind: string; requester: string; document: string; reason: string; basis: string; dataset: string; version: string; columns: string[]; why?: Record<string, string>; filter_column?: string; filter_values?: string[];
  range_reason?: string; rows_max?: number; destroy_by?: Dayjs;
}

/** What a document of this kind may not ask for: too high, or of a category that is not its business. A field that nobody confirmed counts as personal. */
function refusedField(kind: Kind | undefined, field: CatalogField | undefined): 'category' | 'level' | null {
  if (!kind?.may_ask || !field) return null;
  const category = field.confirmed ? field.category : 'personal';
  const ceiling = category === 'none' ? kind.level_max : kind.may_ask.find((c) => c.category === category)?.level_max;
  if (ceiling === undefined) return 'category';
  return gradeOf(field).level > ceiling ? 'level' : null;
}

export function AskProvision({ template, onClose }: { template: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Values>();
  const [scan, setScan] = useState<File | null>(null);
  const chosen = Form.useWatch('dataset', form), version = Form.useWatch('version', form), kindId = Form.useWatch('kind', form), asked = Form.useWatch('columns', form) ?? [];
  const who = Form.useWatch('requester', form), filter = Form.useWatch('filter_column', form), persons = Form.useWatch('filter_values', form) ?? [];
  const datasets = useAll<Dataset>('/datasets'), papers = useAll<Paper>('/law/papers'), parties = useAll<Party>('/parties');
  const zh = currentLanguage() === 'zh';
  const kind = template.provisions.find((p) => p.id === kindId);
  const dataset = datasets.find((d) => d.id === chosen);
  const columns = dataset?.versions.find((v) => v.id === version)?.columns ?? [];
  const fieldOf = (name: string): CatalogField | undefined => dataset?.columns.find((c) => c.column === name);
  const namesPersons = (name: string): boolean => { const f = fieldOf(name); return Boolean(f?.confirmed && f.identifying); };
  const many = columns.length > 0 && (asked.length >= columns.length || asked.length > (kind?.columns_max ?? Infinity));
  const range = asked.length > 0 && !(filter && namesPersons(filter) && persons.length > 0);
  const tooMany = Boolean(filter && namesPersons(filter) && kind?.persons_max && persons.length > kind.persons_max);
  const need = [{ required: true, message: t('common.required') }];
  const finish = async ({ filter_column, filter_values, requester, why, range_reason, rows_max, destroy_by, ...v }: Values): Promise<void> => {
    const body = {
      ...v, ...requesterOf(requester), row_filter: filter_column && filter_values?.length ? [{ column: filter_column, op: 'in', values: filter_values, secret_ref: '' }] : [],
      ...(many ? { column_reasons: v.columns.map((column) => ({ column, reason: why?.[column] ?? '' })) } : {}), ...(range ? { range_reason, rows_max } : {}), ...(destroy_by ? { destroy_by_ms: destroy_by.endOf('day').valueOf() } : {}),
    };
    if (await act(async () => api.post('/law/provisions', { ...body, ...(scan ? { scan: await scanOf(scan) } : {}) }))) onClose();
  };
  return (
    <Modal open width={720} title={t('law.request')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: !scan || scan.size > SCAN_MAX }}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="kind" label={t('law.kind')} rules={need} {...(kind ? { extra: <MayAsk kind={kind} /> } : {})}><Select options={template.provisions.map((p) => ({ value: p.id, label: `${zh ? p.zh : p.en} · ${t(p.identified ? 'law.identified' : 'law.deidentified')}` }))} /></Form.Item>
        <Form.Item name="requester" label={t('law.requester')} rules={need} extra={<>{t('provision.requesterText')} <Link to="/law?tab=papers" style={{ textDecoration: 'underline' }}>{t('law.tab.papers')}</Link></>}>
          <RequesterSelect papers={papers} parties={parties} />
        </Form.Item>
        <Form.Item name="document" label={t('law.document')} rules={need}><Input maxLength={200} /></Form.Item>
        <ScanChoice file={scan} onFile={setScan} required />
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="basis" label={t('law.basis')} rules={need}><Select options={papers.filter((p) => p.in_force && p.form.kind === 'legal_basis').map((p) => ({ value: p.id, label: `${p.form.title} ${p.form.number}` }))} /></Form.Item>
        <Form.Item name="dataset" label={t('law.dataset')} rules={need}><Select options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
        <Form.Item name="version" label={t('law.version')} rules={need}><Select options={(dataset?.versions ?? []).map((v) => ({ value: v.id, label: `#${v.number} · ${countText(v.rows)}${v.masked_from ? ` · ${t('catalog.masked')}` : ''}` }))} /></Form.Item>
        <Form.Item name="columns" label={t('law.columns')} rules={need}><Select
          mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={columns.map((c) => { const refused = refusedField(kind, fieldOf(c)); return { value: c, label: refused ? `${c} · ${t(`provision.refused.${refused}`)}` : c, disabled: refused !== null }; })}
        /></Form.Item>
        {who && chosen && asked.length > 0 ? <ProvisionPapers template={template} requester={who} dataset={chosen} columns={asked} papers={papers} parties={parties} /> : null}
        {many ? <Alert type="info" showIcon title={t('provision.manyColumns')} style={{ marginBottom: 12 }} /> : null}
        {many ? asked.map((c) => <Form.Item key={c} name={['why', c]} label={t('provision.columnReason', { column: c })} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input maxLength={500} /></Form.Item>) : null}
        <Form.Item label={t('law.filter')} extra={t('provision.filterText')}>
          <Space.Compact block>
            <Form.Item name="filter_column" noStyle><Select allowClear aria-label={`${t('law.filter')} ${t('fact.column')}`} style={{ width: '40%' }} options={[...columns].sort((a, b) => Number(namesPersons(b)) - Number(namesPersons(a))).map((c) => ({ value: c, label: namesPersons(c) ? `${c} · ${t('provision.namesPersons')}` : c }))} /></Form.Item>
            <Form.Item name="filter_values" noStyle><Select aria-label={`${t('law.filter')} ${t('fact.values')}`} mode="tags" open={false} suffixIcon={null} style={{ width: '60%' }} tokenSeparators={[',', '，', ' ']} /></Form.Item>
          </Space.Compact>
        </Form.Item>
        {tooMany ? <Alert type="error" showIcon title={t('provision.tooMany', { n: countText(kind!.persons_max!) })} style={{ marginBottom: 12 }} /> : null}
        {range ? <Range allowed={(kind?.range_approvers ?? []).length > 0} kind={kind} /> : null}
        <Form.Item name="destroy_by" label={t('provision.destroyBy')} extra={kind?.keep_days ? t('provision.destroyByText', { n: kind.keep_days }) : null}><DatePicker disabledDate={(d) => d.endOf('day').valueOf() < Date.now() || (kind?.keep_days !== undefined && d.startOf('day').valueOf() > Date.now() + (kind.keep_days - 1) * 86_400_000)} /></Form.Item>
      </Form>
    </Modal>
  );
}

/** What a document of this kind may ask at all. */
function MayAsk({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  if (!kind.may_ask) return null;
  return <>{t('provision.mayAsk', { what: kind.may_ask.map((c) => `${t(`category.${c.category}`)} ≤ ${t('grade.level', { n: c.level_max })}`).join(listComma()) })}{kind.columns_max ? ` · ${t('provision.columnsMax', { n: kind.columns_max })}` : ''}{kind.persons_max ? ` · ${t('provision.personsMax', { n: countText(kind.persons_max) })}` : ''}</>;
}

/** Not by persons: more is written, and one more person decides. */
function Range({ allowed, kind }: { allowed: boolean; kind: Kind | undefined }) {
  const { t } = useTranslation();
  const need = [{ required: true, whitespace: true, message: t('common.reasonNeeded') }];
  if (kind && !allowed) return <Alert type="error" showIcon title={t('provision.noRange')} style={{ marginBottom: 12 }} />;
  return (
    <>
      <Alert type="warning" showIcon title={t('provision.rangeText', { who: (kind?.range_approvers ?? []).map((d) => t(`duty.${d}`)).join(listComma()) })} style={{ marginBottom: 12 }} />
      <Form.Item name="range_reason" label={t('provision.rangeReason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      <Form.Item name="rows_max" label={t('provision.rowsMax')} rules={[{ required: true, message: t('common.required') }]}><InputNumber min={1} precision={0} style={{ width: 180 }} /></Form.Item>
    </>
  );
}
