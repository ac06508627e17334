// A masking strategy while it is edited (docs/formats/masking-strategy.md), and what each technique can be told.
export type Value = string | number;
export interface FieldRule { column: string; technique: string; [parameter: string]: Value }
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
  [member: string]: unknown;
}

export interface Parameter { name: string; kind: 'number' | 'text' | readonly string[]; start?: Value }

/** In the order of the families: left, taken out, replaced, made coarser, disturbed, enciphered. */
export const TECHNIQUES: Record<string, Parameter[]> = {
  keep: [], suppress: [], blank: [], redact: [{ name: 'value', kind: 'text', start: '＊' }], mask: [{ name: 'first', kind: 'number', start: 1 }, { name: 'last', kind: 'number', start: 1 }], well_formed: [{ name: 'form', kind: ['phone', 'card', 'social_card', 'insurance_number', 'address'], start: 'phone' }],
  pseudonym: [{ name: 'domain', kind: 'text' }, { name: 'prefix', kind: 'text' }, { name: 'length', kind: 'number', start: 20 }],
  date: [{ name: 'unit', kind: ['year', 'quarter', 'month'], start: 'year' }], band: [{ name: 'width', kind: 'number', start: 5 }, { name: 'bottom', kind: 'number' }, { name: 'top', kind: 'number' }], region: [{ name: 'digits', kind: ['2', '4', '6'], start: 4 }],
  round: [{ name: 'to', kind: 'number', start: 100 }], clamp: [{ name: 'bottom', kind: 'number' }, { name: 'top', kind: 'number' }], hierarchy: [{ name: 'hierarchy', kind: ['date', 'age', 'division', 'icd10', 'drug', 'amount'], start: 'icd10' }, { name: 'height', kind: 'number', start: 1 }],
  rare: [{ name: 'k', kind: 'number', start: 5 }, { name: 'value', kind: 'text' }], microaggregate: [{ name: 'k', kind: 'number', start: 5 }], noise: [{ name: 'person', kind: 'text' }, { name: 'bound', kind: 'number', start: 10 }], permute: [],
  date_shift: [{ name: 'person', kind: 'text' }, { name: 'days_max', kind: 'number', start: 180 }], text: [], id_number: [{ name: 'region', kind: ['0', '2', '4', '6'], start: 4 }, { name: 'birth', kind: ['none', 'year'], start: 'year' }],
  format_preserving: [{ name: 'kind', kind: ['id_number', 'phone', 'card', 'digits', 'code', 'date'], start: 'digits' }], encrypt: [{ name: 'mode', kind: ['deterministic', 'randomised'], start: 'deterministic' }],
};

/** A rule with another technique: its own parameters at their starting values, of the old ones only those it knows. */
export function withTechnique(rule: FieldRule, technique: string): FieldRule {
  const next: FieldRule = { column: rule.column, technique };
  for (const p of TECHNIQUES[technique] ?? []) {
    const value = rule[p.name] ?? p.start;
    if (value !== undefined) next[p.name] = value;
  }
  return next;
}

/** What is written in a parameter's field; digits of a choice are numbers on the wire; nothing written is not sent. */
export function withParameter(rule: FieldRule, parameter: Parameter, written: Value | null): FieldRule {
  const next: FieldRule = { ...rule };
  if (written === null || written === '') delete next[parameter.name];
  else next[parameter.name] = typeof written === 'string' && Array.isArray(parameter.kind) && /^\d+$/.test(written) ? Number(written) : written;
  return next;
}

export const emptyStrategy = (id: string, columns: string[], quasi: string[]): StrategyText => ({
  format: 'sluice-strategy/1', id, version: '1', title: id, unlisted: 'refuse', quasi_identifiers: quasi, k_min: 5, fields: columns.map((column) => ({ column, technique: 'keep' })),
});

/** Every column of the data has its rule, in the order of the data; those that the strategy does not name fall under `unlisted`. */
export function completed(strategy: StrategyText, columns: string[]): StrategyText {
  const rules = new Map((strategy.fields ?? []).map((f) => [f.column, f]));
  const otherwise = strategy.unlisted === 'keep' ? 'keep' : 'suppress';
  return { ...strategy, quasi_identifiers: strategy.quasi_identifiers ?? [], fields: columns.map((column) => rules.get(column) ?? { column, technique: otherwise }) };
}
