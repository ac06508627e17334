// An unmasked version of the own datasets, which has the whole population.
import { Select } from 'antd';
import { useAll } from '../api/hooks.ts';
import type { Dataset } from '../api/types.ts';
import { countText } from '../i18n/format.ts';
import { useTranslation } from 'react-i18next';

export function PopulationSelect({ value, onChange, label, small = false, id }: { value?: string | undefined; onChange?: (version?: string) => void; label?: string; small?: boolean; id?: string }) {
  const { t } = useTranslation();
  const datasets = useAll<Dataset>('/datasets');
  const options = datasets.flatMap((d) => d.versions.filter((v) => v.masked_from === '').map((v) => ({ value: v.id, label: `${d.title || d.name} #${v.number} · ${countText(v.rows)} ${t('common.rows')}` })));
  return <Select<string> {...(id === undefined ? {} : { id })} allowClear showSearch={{ optionFilterProp: 'label' }} value={value ?? null} onChange={(v?: string) => onChange?.(v)} options={options} {...(label === undefined ? {} : { 'aria-label': label })} {...(small ? { size: 'small' as const, style: { minWidth: 180 } } : {})} />;
}
