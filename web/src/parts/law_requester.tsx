// Whom a statutory provision is for: an agency whose registration a second person checked, or a verified party with its key.
import { Select, type SelectProps } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Party } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import type { Paper } from './law_types.ts';

/** A chosen requester, as the node wants it. */
export function requesterOf(chosen: string): { agency: string } | { party: string } {
  const [as, id] = chosen.split(':') as ['party' | 'agency', string];
  return as === 'agency' ? { agency: id } : { party: id };
}

export function RequesterSelect({ papers, parties, ...field }: { papers: Paper[]; parties: Party[] } & Pick<SelectProps<string>, 'id' | 'value' | 'onChange'>) {
  const { t } = useTranslation();
  const me = useMe();
  const agencies = papers.filter((p) => p.in_force && p.form.kind === 'agency').map((p) => ({ value: `agency:${p.id}`, label: p.form.title }));
  const registered = parties.filter((p) => p.id !== me.party.id && p.status === 'verified' && p.key_id).map((p) => ({ value: `party:${p.id}`, label: p.name }));
  return (
    <Select<string>
      {...field} showSearch={{ optionFilterProp: 'label' }} notFoundContent={t('provision.noRequester')}
      options={[{ label: t('provision.checkedAgencies'), options: agencies }, { label: t('provision.registeredParties'), options: registered }].filter((g) => g.options.length > 0)}
    />
  );
}
