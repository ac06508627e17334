// What a meeting decided that one person decides otherwise: which of all that waits, and who was there.
import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAll } from '../api/hooks.ts';
import type { ExceptionObject, LoweringShown, OperationObject } from '../api/schema.ts';
import type { Person, Product } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import type { Assessment, Provision } from './law_types.ts';

export function MeetingFields({ people }: { people: Person[] }) {
  const { t } = useTranslation();
  const me = useMe();
  const operations = useAll<OperationObject>('/operations'), exceptions = useAll<ExceptionObject>('/exceptions'), lowerings = useAll<LoweringShown>('/grading/lowerings');
  const assessments = useAll<Assessment>('/law/assessments'), provisions = useAll<Provision>('/law/provisions'), products = useAll<Product>('/products');
  const waiting = [
    ...operations.filter((o) => o.status === 'requested').map((o) => ({ kind: 'operation', id: o.id, what: `${o.names[o.dataset] ?? ''} · ${o.reason}` })),
    ...exceptions.filter((e) => e.status === 'requested').map((e) => ({ kind: 'exception', id: e.id, what: `${e.names[e.dataset] ?? ''} · ${e.reason}` })),
    ...assessments.filter((a) => a.status === 'drafted').map((a) => ({ kind: 'assessment', id: a.id, what: `${a.names[a.form.product] ?? ''} · ${a.names[a.form.recipient] ?? ''}` })),
    ...provisions.filter((p) => p.status === 'requested').map((p) => ({ kind: 'provision', id: p.id, what: `${p.form.requester} · ${p.form.document}` })),
    ...lowerings.filter((l) => l.status === 'requested').map((l) => ({ kind: 'lowering', id: l.id, what: `${l.names?.[l.dataset] ?? ''} · ${l.column}` })),
    ...products.filter((p) => p.status === 'checked').map((p) => ({ kind: 'product', id: p.id, what: p.form.name })),
  ];
  const need = [{ required: true, message: t('common.required') }];
  return (
    <>
      <Form.Item name="decides" label={t('meeting.decides')} rules={need} extra={t('meeting.decidesText')}>
        <Select showSearch={{ optionFilterProp: 'label' }} notFoundContent={t('meeting.nothing')} options={waiting.map((w) => ({ value: w.id, label: `${t(`meeting.kind.${w.kind}`)}：${w.what}` }))} />
      </Form.Item>
      <Form.Item name="members" label={t('meeting.present')} rules={[{ required: true, type: 'array', min: 2, message: t('meeting.present') }]}>
        <Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={people.filter((p) => p.party === me.party.id && !p.suspended).map((p) => ({ value: p.id, label: p.display_name ?? p.id }))} />
      </Form.Item>
    </>
  );
}
