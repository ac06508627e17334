// What a risk is measured against: a threshold of one's own, the population that the version is a sample of, persons instead of rows. Folded: without
// any of it the version is taken for the whole population.
import { InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RiskAsk } from '../api/schema.ts';
import { PopulationSelect } from './population_select.tsx';

export type RiskFurther = Pick<RiskAsk, 'threshold_permille' | 'sampling_ppm' | 'population_size' | 'population' | 'population_model' | 'person'>;

const MODELS = ['auto', 'pitman', 'zayatz', 'snb'] as const;
type From = 'whole' | 'fraction' | 'size' | 'version';
const FROM: readonly From[] = ['whole', 'fraction', 'size', 'version'];

/** Without the members that say nothing. */
function said(ask: RiskFurther): RiskFurther {
  return Object.fromEntries(Object.entries(ask).filter(([, v]) => v !== undefined && v !== null)) as RiskFurther;
}

export function RiskOptions({ value, from, columns, onChange }: { value: RiskFurther; from: From; columns: readonly string[]; onChange: (next: RiskFurther, from: From) => void }) {
  const { t } = useTranslation();
  const set = (change: { [K in keyof RiskFurther]?: RiskFurther[K] | undefined }): void => onChange(said({ ...value, ...change } as RiskFurther), from);
  const choose = (next: From): void => {
    const { threshold_permille, person } = value;
    onChange(said({ threshold_permille, person } as RiskFurther), next);
  };
  const sample = from === 'fraction' || from === 'size';
  return (
    <details className="foldable">
      <summary>{t('strategy.riskFurther')}</summary>
      <div className="labelled" style={{ alignItems: 'end', paddingTop: 8 }}>
        <label title={t('strategy.sampleOfText')}>{t('strategy.sampleOf')}<Select<From> size="small" value={from} onChange={choose} style={{ minWidth: 150 }} aria-label={t('strategy.sampleOf')} options={FROM.map((f) => ({ value: f, label: t(`strategy.sampleOfIs.${f}`) }))} /></label>
        {from === 'fraction' ? <label>{t('strategy.fraction')}<InputNumber size="small" min={0.0001} max={100} value={value.sampling_ppm === undefined ? null : value.sampling_ppm / 10_000} onChange={(v) => set({ sampling_ppm: v === null ? undefined : Math.max(1, Math.round(v * 10_000)) })} /></label> : null}
        {from === 'size' ? <label>{t('strategy.people')}<InputNumber size="small" min={1} precision={0} style={{ width: 130 }} value={value.population_size ?? null} onChange={(v) => set({ population_size: v ?? undefined })} /></label> : null}
        {from === 'version' ? <label>{t('strategy.population')}<PopulationSelect small label={t('strategy.population')} value={value.population} onChange={(v) => set({ population: v })} /></label> : null}
        {sample ? <label>{t('strategy.popModel')}<Select size="small" value={value.population_model ?? 'auto'} onChange={(v) => set({ population_model: v === 'auto' ? undefined : v })} style={{ minWidth: 120 }} aria-label={t('strategy.popModel')} options={MODELS.map((m) => ({ value: m, label: t(`strategy.popModelIs.${m}`) }))} /></label> : null}
        <label>{t('strategy.ownThreshold')}<InputNumber size="small" min={1} max={1000} precision={0} value={value.threshold_permille ?? null} onChange={(v) => set({ threshold_permille: v ?? undefined })} /></label>
        <label title={t('strategy.personText')}>{t('strategy.person')}<Select<string> size="small" allowClear value={value.person ?? null} onChange={(v?: string) => set({ person: v })} style={{ minWidth: 150 }} aria-label={t('strategy.person')} options={columns.map((c) => ({ value: c, label: c }))} /></label>
      </div>
    </details>
  );
}
