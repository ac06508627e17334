// What is done to a field or a class of fields: the technique, what it is told, and on which rows.
import { Button, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Parameter, TECHNIQUES, type Treatment, parametersOf, pruned, takesCondition, withParameter, withTechnique } from './strategy.ts';

export interface Surroundings {
  /** Columns of the data, for conditions. */
  columns: readonly string[];
  /** Hierarchies that the strategy brings. */
  hierarchies: readonly string[];
}

interface Props<R extends Treatment> {
  rule: R | null;
  /** What stands in the labels: the column, or which class rule. */
  of: string;
  around: Surroundings;
  /** null: no rule of its own. Only where `unnamed` says in words what then happens. */
  onChange: (next: R | null) => void;
  unnamed?: string;
  fresh: (technique: string) => R;
}

const NONE = '';

export function TreatmentEdit<R extends Treatment>({ rule, of, around, onChange, unnamed, fresh }: Props<R>) {
  const { t } = useTranslation();
  const technique = rule?.technique ?? NONE;
  const parameters = rule ? parametersOf(rule.technique, around.hierarchies) : [];
  const choose = (next: string): void => onChange(next === NONE ? null : withTechnique(rule ?? fresh(next), next));
  return (
    <div style={{ display: 'grid', gap: 4, width: 232 }}>
      <Select
        size="small" value={technique} onChange={choose} aria-label={`${t('deident.technique')} ${of}`} showSearch={{ optionFilterProp: 'label' }}
        options={[...(unnamed ? [{ value: NONE, label: unnamed }] : []), ...Object.keys(TECHNIQUES).map((k) => ({ value: k, label: t(`deident.tech.${k}`) }))]}
      />
      {parameters.length > 0 ? <div style={{ display: 'flex', gap: 4, flexWrap: 'wrap' }}>{parameters.map((p) => <Told key={p.name} parameter={p} rule={rule!} of={of} onChange={(next) => onChange(next as R)} />)}</div> : null}
      {rule && takesCondition(rule.technique) ? <When rule={rule} of={of} around={around} onChange={(next) => onChange(next as R)} /> : null}
    </div>
  );
}

function Told({ parameter: p, rule, of, onChange }: { parameter: Parameter; rule: Treatment; of: string; onChange: (next: Treatment) => void }) {
  const { t } = useTranslation();
  const name = t(`deident.param.${p.name}`, p.name);
  const label = `${name} ${of}`;
  const value = rule[p.name];
  if (p.kind === 'number') return <InputNumber size="small" style={{ width: 114 }} prefix={<small>{name}</small>} aria-label={label} value={value === undefined ? null : Number(value)} onChange={(v) => onChange(withParameter(rule, p, v))} />;
  if (p.kind === 'text') return <Input size="small" style={{ width: 114 }} prefix={<small>{name}</small>} aria-label={label} value={typeof value === 'string' ? value : ''} onChange={(e) => onChange(withParameter(rule, p, e.target.value))} />;
  return <Select size="small" style={{ width: 114 }} aria-label={label} value={value === undefined ? null : String(value as string | number)} options={p.kind.map((k) => ({ value: k, label: t(`deident.choice.${k}`, k) }))} onChange={(v) => onChange(withParameter(rule, p, v))} />;
}

/** On which rows: those whose cell is one of these values, or none of them; and what the others become. */
function When({ rule, of, around, onChange }: { rule: Treatment; of: string; around: Surroundings; onChange: (next: Treatment) => void }) {
  const { t } = useTranslation();
  const when = rule.when;
  if (!when) return <Button size="small" type="link" style={{ justifySelf: 'start', padding: 0, height: 20 }} aria-label={`${t('strategy.onlyWhen')} ${of}`} onClick={() => onChange({ ...rule, when: { column: around.columns[0] ?? '', is: [] } })}>{t('strategy.onlyWhen')}</Button>;
  const negated = when.is_not !== undefined;
  const values = when.is_not ?? when.is ?? [];
  const told = (column: string, not: boolean, list: string[]): Treatment => ({ ...rule, when: { column, ...(not ? { is_not: list } : { is: list }) } });
  const none = (): void => onChange(pruned<Treatment>({ ...rule, when: undefined, otherwise: undefined } as unknown as Treatment));
  return (
    <div className="when">
      <Select size="small" value={when.column} aria-label={`${t('strategy.whenColumn')} ${of}`} options={around.columns.map((c) => ({ value: c, label: c }))} onChange={(c) => onChange(told(c, negated, values))} showSearch={{ optionFilterProp: 'label' }} />
      <Select size="small" value={negated ? 'is_not' : 'is'} aria-label={`${t('strategy.whenHow')} ${of}`} options={['is', 'is_not'].map((k) => ({ value: k, label: t(`strategy.when.${k}`) }))} onChange={(k) => onChange(told(when.column, k === 'is_not', values))} />
      <Select mode="tags" size="small" open={false} suffixIcon={null} value={values} tokenSeparators={[',', '，']} aria-label={`${t('strategy.whenValues')} ${of}`} placeholder={t('strategy.whenValues')} onChange={(list: string[]) => onChange(told(when.column, negated, list))} />
      <span>{t('strategy.otherwise')}</span>
      <Select size="small" value={rule.otherwise ?? 'blank'} aria-label={`${t('strategy.otherwise')} ${of}`} options={['blank', 'keep'].map((k) => ({ value: k, label: t(`deident.tech.${k}`) }))} onChange={(k: 'blank' | 'keep') => onChange({ ...rule, otherwise: k })} />
      <Button size="small" type="text" aria-label={`${t('strategy.noCondition')} ${of}`} onClick={none}>✕</Button>
    </div>
  );
}
