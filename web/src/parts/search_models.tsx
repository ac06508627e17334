// What a class must satisfy besides its size, and how the search goes about it: models of sensitive fields, population models, weights, local recoding.
import { Button, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { PopulationSelect } from './population_select.tsx';
import { KINDS, type Kind, type SearchFurther, type SensitiveModel, isCloseness } from './search_ask.ts';

export function SearchModels({ value: f, quasi, columns, hierarchies, onChange }: { value: SearchFurther; quasi: readonly string[]; columns: readonly string[]; hierarchies: readonly string[]; onChange: (next: SearchFurther) => void }) {
  const { t } = useTranslation();
  const set = (change: Partial<SearchFurther>): void => onChange({ ...f, ...change });
  const setModel = (at: number, change: Partial<SensitiveModel>): void => set({ models: f.models.map((m, i) => (i === at ? { ...m, ...change } : m)) });
  const others = columns.filter((c) => !quasi.includes(c)).map((c) => ({ value: c, label: c }));
  const compares = f.kMap !== null || f.lowest !== null || f.highest !== null;
  const row = { alignItems: 'end', paddingTop: 8 } as const;
  return (
    <details className="foldable">
      <summary>{t('strategy.searchFurther')}</summary>
      <div className="labelled" style={row}>
        <label title={t('strategy.recodingText')}>{t('strategy.recoding')}<Select size="small" value={f.recoding} onChange={(recoding) => set({ recoding })} style={{ minWidth: 190 }} aria-label={t('strategy.recoding')} options={(['full-domain', 'local'] as const).map((r) => ({ value: r, label: t(`strategy.recodingIs.${r}`) }))} /></label>
        <label title={t('strategy.personText')}>{t('strategy.person')}<Select<string> size="small" allowClear value={f.person} onChange={(v?: string) => set({ person: v ?? null })} style={{ minWidth: 150 }} aria-label={t('strategy.kPerson')} options={others} /></label>
      </div>
      {f.models.map((m, i) => {
        const n = i + 1, name = (what: string): string => `${what} ${n}`;
        return (
          <div className="labelled" style={row} key={n} role="group" aria-label={name(t('strategy.sensitiveModel'))}>
            <label>{t('strategy.sensitiveField')}<Select<string> size="small" value={m.column} onChange={(column) => setModel(i, { column })} style={{ minWidth: 140 }} aria-label={name(t('strategy.sensitiveField'))} options={others} /></label>
            <label>{t('strategy.sensitiveModel')}<Select<Kind> size="small" value={m.kind} onChange={(kind) => setModel(i, { kind, value: isCloseness(kind) ? 300 : 2 })} style={{ minWidth: 180 }} aria-label={name(t('strategy.sensitiveModel'))} options={KINDS.map((k) => ({ value: k, label: t(`strategy.sensitiveModelIs.${k}`) }))} /></label>
            <label>{isCloseness(m.kind) ? 't (‰)' : 'l'}<InputNumber size="small" min={isCloseness(m.kind) ? 0 : 1} max={isCloseness(m.kind) ? 1000 : 100_000} precision={0} value={m.value} onChange={(value) => setModel(i, { value })} aria-label={name(isCloseness(m.kind) ? 't (‰)' : 'l')} /></label>
            {m.kind === 'recursive' ? <label>c<InputNumber size="small" min={0.001} max={1000} value={m.c ?? 3} onChange={(c) => setModel(i, { c })} aria-label={name('c')} /></label> : null}
            {m.kind === 'hierarchical' ? <label>{t('strategy.hierarchyName')}<Select<string> size="small" value={m.hierarchy} onChange={(hierarchy) => setModel(i, { hierarchy })} style={{ minWidth: 140 }} aria-label={name(t('strategy.hierarchyName'))} options={hierarchies.map((h) => ({ value: h, label: h }))} /></label> : null}
            <Button size="small" aria-label={name(t('strategy.removePart'))} onClick={() => set({ models: f.models.filter((_, j) => j !== i) })}>{t('strategy.removePart')}</Button>
          </div>
        );
      })}
      <div style={{ paddingTop: 8 }}><Button size="small" onClick={() => set({ models: [...f.models, { column: null, kind: 'equal', value: 300, c: null, hierarchy: null }] })}>{t('strategy.addModel')}</Button></div>
      <div className="labelled" style={row}>
        <label title={t('strategy.kMapText')}>k-map<InputNumber size="small" min={1} precision={0} value={f.kMap} onChange={(kMap) => set({ kMap })} /></label>
        <label title={t('strategy.presenceText')}>{t('strategy.presenceLowest')}<InputNumber size="small" min={0} max={1000} precision={0} value={f.lowest} onChange={(lowest) => set({ lowest })} /></label>
        <label title={t('strategy.presenceText')}>{t('strategy.presenceHighest')}<InputNumber size="small" min={0} max={1000} precision={0} value={f.highest} onChange={(highest) => set({ highest })} /></label>
        {compares ? <label>{t('strategy.population')}<PopulationSelect small label={t('strategy.population')} value={f.population} onChange={(population) => set({ population })} /></label> : null}
      </div>
      {quasi.length > 0 ? (
        <div className="labelled" style={row} role="group" aria-label={t('strategy.weights')}>
          {quasi.map((c) => <label key={c} title={t('strategy.weightsText')}>{t('strategy.weightOf', { column: c })}<InputNumber size="small" min={0} max={1000} step={0.1} value={f.weights[c] ?? 1} onChange={(w) => set({ weights: { ...f.weights, [c]: w ?? 1 } })} /></label>)}
        </div>
      ) : null}
    </details>
  );
}
