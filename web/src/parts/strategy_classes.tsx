// Rules for classes of fields: what holds for every field of a type, a category, a level or a kind of identifier that no field rule names.
import { Alert, Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DeidentColumn } from '../api/schema.ts';
import { CATEGORY_NAMES } from '../api/schema.ts';
import { type ClassRule, type StrategyText, type Treatment, pruned, withMember } from './strategy.ts';
import { TreatmentEdit } from './strategy_treatment.tsx';

/** Whether a class rule means a column: every criterion that is given fits. */
export const fitsClass = (rule: ClassRule, c: DeidentColumn): boolean =>
  (!rule.types?.length || rule.types.includes(c.type)) && (!rule.categories?.length || rule.categories.includes(c.category ?? '')) && (!rule.levels?.length || rule.levels.includes(c.level)) &&
  (!rule.identifier || (rule.identifier === 'direct' ? c.identifying : c.quasi));

export function StrategyClasses({ strategy, columns, onChange }: { strategy: StrategyText; columns: DeidentColumn[]; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const classes = strategy.classes ?? [];
  const named = new Set(strategy.fields.map((f) => f.column));
  const around = { columns: columns.map((c) => c.column), hierarchies: Object.keys(strategy.hierarchies ?? {}) };
  const set = (i: number, next: ClassRule | null): void => onChange(withMember(strategy, 'classes', next ? classes.map((c, at) => (at === i ? next : c)) : classes.filter((_, at) => at !== i)));
  const types = [...new Set(columns.map((c) => c.type).filter(Boolean))].sort();
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('strategy.classesText')}</p>
      {classes.map((rule, i) => {
        const of = `${t('strategy.classRule')} ${i + 1}`;
        const meant = columns.filter((c) => !named.has(c.column) && classes.findIndex((r) => fitsClass(r, c)) === i);
        const told = (more: Partial<ClassRule>): void => set(i, pruned({ ...rule, ...more }));
        return (
          <section key={i} className="part-of-strategy" aria-label={of}>
            <div className="labelled">
              <label>{t('strategy.identifier')}<Select allowClear size="small" value={rule.identifier ?? null} aria-label={`${t('strategy.identifier')} ${i + 1}`} options={(['direct', 'quasi'] as const).map((k) => ({ value: k, label: t(`strategy.identifiers.${k}`) }))} onChange={(k?: 'direct' | 'quasi') => set(i, pruned({ ...rule, identifier: k } as ClassRule))} /></label>
              <label>{t('strategy.types')}<Select mode="multiple" size="small" value={rule.types ?? []} aria-label={`${t('strategy.types')} ${i + 1}`} options={types.map((k) => ({ value: k, label: k }))} onChange={(list: string[]) => told({ types: list })} /></label>
              <label>{t('strategy.categories')}<Select mode="multiple" size="small" value={rule.categories ?? []} aria-label={`${t('strategy.categories')} ${i + 1}`} options={CATEGORY_NAMES.filter((k) => k !== 'none').map((k) => ({ value: k, label: t(`category.${k}`) }))} onChange={(list: string[]) => told({ categories: list })} /></label>
              <label>{t('strategy.levels')}<Select mode="multiple" size="small" value={rule.levels ?? []} aria-label={`${t('strategy.levels')} ${i + 1}`} options={[1, 2, 3, 4, 5].map((k) => ({ value: k, label: t('grade.level', { n: k }) }))} onChange={(list: number[]) => told({ levels: list })} /></label>
            </div>
            <div style={{ display: 'flex', gap: 16, flexWrap: 'wrap', alignItems: 'start' }}>
              <TreatmentEdit<Treatment> rule={rule.apply} of={of} around={around} fresh={(technique) => ({ technique })} onChange={(apply) => { if (apply) set(i, { ...rule, apply }); }} />
              <small style={{ flex: 1, minWidth: 140 }}>{meant.length > 0 ? <>{t('strategy.meant', { n: meant.length })} <span className="mono">{meant.map((c) => c.column).join(' ')}</span></> : t('strategy.meantNone')}</small>
              <Button size="small" onClick={() => set(i, null)} aria-label={`${t('strategy.removePart')} ${of}`}>{t('strategy.removePart')}</Button>
            </div>
          </section>
        );
      })}
      <div><Button onClick={() => onChange(withMember(strategy, 'classes', [...classes, { identifier: 'direct', apply: { technique: 'pseudonym', length: 20 } }]))}>{t('strategy.addClass')}</Button></div>
      {classes.length > 0 && columns.every((c) => named.has(c.column)) ? <Alert type="info" showIcon title={t('strategy.allNamed')} action={<Button size="small" onClick={() => onChange({ ...strategy, fields: strategy.fields.filter((f) => f.technique !== 'keep') })}>{t('strategy.unnameKept')}</Button>} /> : null}
    </div>
  );
}
