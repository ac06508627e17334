// A strategy said in words: what is done to what, what is promised, where it may be used.
import { useTranslation } from 'react-i18next';
import { type StrategyText, type Treatment, TECHNIQUES } from './strategy.ts';

export interface Said { key: string; of: string; text: string }
export interface StrategySaid { facts: Said[]; rules: Said[] }

function useTreatmentText(): (rule: Treatment) => string {
  const { t } = useTranslation();
  return (rule) => {
    const told = (TECHNIQUES[rule.technique] ?? []).flatMap((p) => {
      const value = rule[p.name];
      if (value === undefined) return [];
      const words = typeof value === 'string' && Array.isArray(p.kind) ? t(`deident.choice.${value}`, value) : String(value as string | number);
      return [`${t(`deident.param.${p.name}`, p.name)} ${words}`];
    });
    const when = rule.when ? t('strategy.whenSaid', { column: rule.when.column, how: t(`strategy.when.${rule.when.is_not ? 'is_not' : 'is'}`), values: (rule.when.is ?? rule.when.is_not ?? []).join(' / '), otherwise: t(`deident.tech.${rule.otherwise ?? 'blank'}`) }) : '';
    return [t(`deident.tech.${rule.technique}`, rule.technique), told.join(', '), when].filter(Boolean).join(' · ');
  };
}

export function useStrategySaid(): (s: StrategyText) => StrategySaid {
  const { t } = useTranslation();
  const treatment = useTreatmentText();
  const list = (values: readonly string[] | undefined): string => (values ?? []).join(', ');
  const targets = (s: StrategyText): string => [
    s.k_min ? `k ≥ ${s.k_min}` : '', s.targets?.share_type ? t(`share.${s.targets.share_type}`) : '', s.targets?.risk_permille_max ? `${t('strategy.riskMax')} ${s.targets.risk_permille_max}` : '',
    ...(s.targets?.diversity ?? []).map((x) => `l(${x.column}) ≥ ${x.l ?? ''}`), ...(s.targets?.closeness ?? []).map((x) => `t(${x.column}) ≤ ${x.t_permille ?? ''}‰`), s.targets?.presence_permille_max ? `δ ≤ ${s.targets.presence_permille_max}‰` : '',
  ].filter(Boolean).join('; ');
  const use = (s: StrategyText): string => [
    (s.use?.share_types ?? []).map((k) => t(`share.${k}`)).join(', '), (s.use?.forms ?? []).map((k) => t(`form.${k}` as 'form.file')).join(', '), (s.use?.purposes ?? []).map((k) => t(`purpose.${k}`, k)).join(', '), s.use?.not_after ? `≤ ${s.use.not_after}` : '',
  ].filter(Boolean).join('; ');
  const marks = (s: StrategyText): string => [s.marks?.tokens ? t('strategy.tokens') : '', ...(s.marks?.carriers ?? []).map((c) => `${c.column} (${t(`strategy.carrier.${c.kind}`)}${c.billing === false ? ` · ${t('strategy.noBilling')}` : ''})`)].filter(Boolean).join(', ');
  return (s) => ({
    facts: ([
      ['title', t('deident.strategyTitle'), s.title], ['id', t('deident.name'), `${s.id} ${s.version}`], ['extends', t('strategy.extends'), s.extends ?? ''], ['scope', t('strategy.scope'), s.scope ?? ''],
      ['unlisted', t('strategy.unlisted'), t(`strategy.unlistedIs.${s.unlisted ?? 'refuse'}`)], ['quasi', t('catalog.quasi'), list(s.quasi_identifiers)], ['targets', t('strategy.targets'), targets(s)],
      ['suppress', t('deident.suppress'), s.suppress_permille === undefined ? '' : String(s.suppress_permille)], ['use', t('strategy.use'), use(s)], ['review', t('strategy.review'), s.review === 'required' ? t('strategy.reviewRequired') : ''],
      ['marks', t('strategy.marks'), marks(s)], ['sample', t('strategy.sample'), s.sample ? `${s.sample.column} ${s.sample.permille}‰` : ''], ['aggregate', t('strategy.aggregate'), s.aggregate ? s.aggregate.by.join(' × ') : ''],
      ['hierarchies', t('strategy.view.hierarchies'), Object.keys(s.hierarchies ?? {}).join(', ')], ['kept', t('strategy.kept'), list(s.identifiers_kept)],
    ] as [string, string, string][]).map(([key, of, text]) => ({ key, of, text: text ?? '' })),
    rules: [
      ...(s.fields ?? []).map((f) => ({ key: f.column, of: f.column, text: treatment(f) })),
      ...(s.classes ?? []).map((c, i) => ({
        key: `class ${i}`, text: treatment(c.apply),
        of: `${t('strategy.classRule')}: ${[c.identifier ? t(`strategy.identifiers.${c.identifier}`) : '', list(c.types), (c.categories ?? []).map((k) => t(`category.${k}` as 'category.none')).join(', '), (c.levels ?? []).map((n) => t('grade.level', { n })).join(', ')].filter(Boolean).join(' · ')}`,
      })),
    ],
  });
}
