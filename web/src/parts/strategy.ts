// A masking strategy while it is edited (docs/formats/masking-strategy.md), and what each technique can be told.
export type Value = string | number;
export interface Condition { column: string; is?: string[]; is_not?: string[] }
/** A field rule, or what a class rule applies: there without a column. */
export interface Treatment { technique: string; when?: Condition; otherwise?: 'blank' | 'keep'; on_failure?: 'blank' | 'refuse'; [parameter: string]: Value | Condition | undefined }
export interface FieldRule extends Treatment { column: string }
export interface ClassRule { types?: string[]; categories?: string[]; levels?: number[]; identifier?: 'direct' | 'quasi'; apply: Treatment }
export interface Targets { share_type?: string; risk_permille_max?: number; diversity?: { column: string; l?: number }[]; closeness?: { column: string; t_permille?: number }[]; presence_permille_max?: number }
export interface UseLimits { share_types?: string[]; forms?: string[]; purposes?: string[]; not_after?: string }
export interface Carrier { column: string; kind: 'low_digit' | 'day' | 'equivalent'; pair?: string[]; billing?: false; measured?: true }
/** `tokens`: pseudonyms bear marks; carriers want a row key. */
export interface MarkPlan { row_key?: string; one_in?: number; carriers?: Carrier[]; tokens?: boolean; unmarkable?: 'release' | 'refuse' }
export interface Aggregate { by: string[]; sums?: string[]; means?: string[]; threshold?: number; contributor?: string }
export interface StrategyText {
  format: 'sluice-strategy/1';
  id: string;
  version: string;
  title: string;
  unlisted: string;
  quasi_identifiers: string[];
  k_min?: number;
  suppress_permille?: number;
  fields: FieldRule[];
  scope?: string;
  extends?: string;
  classes?: ClassRule[];
  targets?: Targets;
  use?: UseLimits;
  review?: 'none' | 'required';
  sample?: { column: string; permille: number };
  marks?: MarkPlan;
  aggregate?: Aggregate;
  hierarchies?: Record<string, string>;
  identifiers_kept?: string[];
  [member: string]: unknown;
}

export interface Parameter { name: string; kind: 'number' | 'text' | readonly string[]; start?: Value }

export const BUILT_IN_HIERARCHIES = ['date', 'age', 'division', 'icd10', 'drug', 'amount'] as const;

/** In the order of the families: left, taken out, replaced, made coarser, disturbed, enciphered. */
export const TECHNIQUES: Record<string, Parameter[]> = {
  keep: [], suppress: [], blank: [], redact: [{ name: 'value', kind: 'text', start: '＊' }], mask: [{ name: 'first', kind: 'number', start: 1 }, { name: 'last', kind: 'number', start: 1 }], well_formed: [{ name: 'form', kind: ['phone', 'card', 'social_card', 'insurance_number', 'address'], start: 'phone' }],
  pseudonym: [{ name: 'domain', kind: 'text' }, { name: 'prefix', kind: 'text' }, { name: 'length', kind: 'number', start: 20 }],
  date: [{ name: 'unit', kind: ['year', 'quarter', 'month'], start: 'year' }], band: [{ name: 'width', kind: 'number', start: 5 }, { name: 'bottom', kind: 'number' }, { name: 'top', kind: 'number' }], region: [{ name: 'digits', kind: ['2', '4', '6'], start: 4 }],
  round: [{ name: 'to', kind: 'number', start: 100 }], clamp: [{ name: 'bottom', kind: 'number' }, { name: 'top', kind: 'number' }], hierarchy: [{ name: 'hierarchy', kind: BUILT_IN_HIERARCHIES, start: 'icd10' }, { name: 'height', kind: 'number', start: 1 }, { name: 'lowest', kind: 'number' }],
  rare: [{ name: 'k', kind: 'number', start: 5 }, { name: 'value', kind: 'text' }], microaggregate: [{ name: 'k', kind: 'number', start: 5 }], noise: [{ name: 'person', kind: 'text' }, { name: 'bound', kind: 'number', start: 10 }], permute: [],
  date_shift: [{ name: 'person', kind: 'text' }, { name: 'days_max', kind: 'number', start: 180 }], text: [], id_number: [{ name: 'region', kind: ['0', '2', '4', '6'], start: 4 }, { name: 'birth', kind: ['none', 'year'], start: 'year' }],
  format_preserving: [{ name: 'kind', kind: ['id_number', 'phone', 'card', 'digits', 'code', 'date'], start: 'digits' }, { name: 'domain', kind: 'text' }], encrypt: [{ name: 'mode', kind: ['deterministic', 'randomised'], start: 'deterministic' }, { name: 'domain', kind: 'text' }],
};

/** These act on every row: they take no condition. */
const UNCONDITIONAL = new Set(['keep', 'suppress', 'date_shift', 'noise', 'permute', 'microaggregate', 'rare']);
export const takesCondition = (technique: string): boolean => !UNCONDITIONAL.has(technique);

/** What a technique can be told here: hierarchies that the strategy brings are to choose from, too. */
export const parametersOf = (technique: string, given: readonly string[] = []): Parameter[] =>
  (TECHNIQUES[technique] ?? []).map((p) => (p.name === 'hierarchy' && given.length > 0 ? { ...p, kind: [...given, ...BUILT_IN_HIERARCHIES] } : p));

/** A rule with another technique: its own parameters at their starting values, of the old ones only those it knows. */
export function withTechnique<R extends Treatment>(rule: R, technique: string): R {
  const next: Treatment = { technique };
  if ('column' in rule) next['column'] = rule['column'];
  if (rule.on_failure) next.on_failure = rule.on_failure;
  if (rule.when && takesCondition(technique)) Object.assign(next, { when: rule.when, ...(rule.otherwise ? { otherwise: rule.otherwise } : {}) });
  for (const p of TECHNIQUES[technique] ?? []) {
    const value = rule[p.name] ?? p.start;
    if (value !== undefined) next[p.name] = value;
  }
  return next as R;
}

/** What is written in a parameter's field; digits of a choice are numbers on the wire; nothing written is not sent. */
export function withParameter<R extends Treatment>(rule: R, parameter: Parameter, written: Value | null): R {
  const next: Treatment = { ...rule };
  if (written === null || written === '') delete next[parameter.name];
  else next[parameter.name] = typeof written === 'string' && Array.isArray(parameter.kind) && /^\d+$/.test(written) ? Number(written) : written;
  return next as R;
}

export const emptyStrategy = (id: string, columns: string[], quasi: string[]): StrategyText => ({
  format: 'sluice-strategy/1', id, version: '1', title: id, unlisted: 'refuse', quasi_identifiers: quasi, k_min: 5, fields: columns.map((column) => ({ column, technique: 'keep' })),
});

/** Fields that no field rule names may be meant for a class rule, or for the base. */
export const hasParts = (s: StrategyText): boolean => (s.classes ?? []).length > 0 || Boolean(s.extends);

/** Every column of the data has its rule, in the order of the data; those that the strategy does not name fall under `unlisted`, unless classes or a base speak for them. */
export function completed(strategy: StrategyText, columns: string[]): StrategyText {
  const rules = new Map((strategy.fields ?? []).map((f) => [f.column, f]));
  const otherwise = strategy.unlisted === 'keep' ? 'keep' : 'suppress';
  const parts = hasParts(strategy);
  return { ...strategy, quasi_identifiers: strategy.quasi_identifiers ?? [], fields: columns.flatMap((column) => rules.get(column) ?? (parts ? [] : [{ column, technique: otherwise }])) };
}

/** A rule set, replaced or taken away; rules stand in the order of the data. */
export function withRule(strategy: StrategyText, columns: readonly string[], column: string, rule: FieldRule | null): StrategyText {
  const rules = new Map(strategy.fields.map((f) => [f.column, f]));
  if (rule) rules.set(column, rule);
  else rules.delete(column);
  return { ...strategy, fields: columns.flatMap((c) => rules.get(c) ?? []) };
}

/** The member set, or gone where nothing is left in it. */
export function withMember<K extends keyof StrategyText>(strategy: StrategyText, member: K, value: StrategyText[K] | null): StrategyText {
  const next: StrategyText = { ...strategy };
  const empty = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0) || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);
  if (empty) delete next[member];
  else next[member] = value;
  return next;
}

/** The object without members that say nothing. */
export function pruned<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null && v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0))) as T;
}

/** Fields that the strategy coarsens by a hierarchy that it brings: field to name. */
export const hierarchiesUsed = (s: StrategyText): Record<string, string> => Object.fromEntries(s.fields
  .filter((f) => f.technique === 'hierarchy' && typeof f['hierarchy'] === 'string' && f['hierarchy'] in (s.hierarchies ?? {})).map((f) => [f.column, f['hierarchy'] as string]));

/**
 * The heights that a search found, as rules: 0 leaves a field as it is; without a hierarchy the one step there is takes the field out. `lowest`: of local
 * recoding, the finest height that any class has; the run finds each class's own between the two.
 */
export function withGeneralisation(s: StrategyText, columns: readonly string[], heights: Record<string, number>, lowest: Record<string, number> = {}): StrategyText {
  const used = hierarchiesUsed(s);
  return Object.entries(heights).reduce((next, [column, height]) => {
    const hierarchy = used[column];
    if (height === 0) return hierarchy ? withRule(next, columns, column, { column, technique: 'keep' }) : next;
    return withRule(next, columns, column, hierarchy ? { column, technique: 'hierarchy', hierarchy, height, ...((lowest[column] ?? height) < height ? { lowest: lowest[column] } : {}) } : { column, technique: 'suppress' });
  }, s);
}
