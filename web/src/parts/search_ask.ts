// What the search is asked besides k: the page's words, and the request that they make.
import type { ClosenessAsk, DiversityAsk, GeneraliseAsk } from '../api/schema.ts';
import type { Targets } from './strategy.ts';

export const KINDS = ['distinct', 'entropy', 'recursive', 'equal', 'ordered', 'hierarchical'] as const;
export type Kind = (typeof KINDS)[number];
const DISTANCES: readonly Kind[] = ['equal', 'ordered', 'hierarchical'];
export const isCloseness = (kind: Kind): boolean => DISTANCES.includes(kind);

export interface SensitiveModel { column: string | null; kind: Kind; value: number | null; c: number | null; hierarchy: string | null }
export interface SearchFurther {
  recoding: 'full-domain' | 'local';
  person: string | null;
  models: SensitiveModel[];
  kMap: number | null;
  lowest: number | null;
  highest: number | null;
  population: string | undefined;
  weights: Record<string, number>;
}
export const NOTHING_FURTHER: SearchFurther = { recoding: 'full-domain', person: null, models: [], kMap: null, lowest: null, highest: null, population: undefined, weights: {} };

/** Models that the search was held to and a strategy cannot promise of another run: local recoding finds its classes anew, and must not lose them. */
export const beyondStrategy = (f: SearchFurther): boolean => f.models.some((m) => m.column !== null && m.value !== null && m.kind !== 'distinct' && m.kind !== 'equal');

/** The targets with what the search was held to besides: distinct values, equal distances, and persons as different keys. */
export function withTargets(t: Targets, f: SearchFurther, k: number): Targets {
  const filled = f.models.filter((m): m is SensitiveModel & { column: string; value: number } => m.column !== null && m.value !== null);
  const diversity = [...(t.diversity ?? []), ...filled.filter((m) => m.kind === 'distinct' && m.value > 1).map((m) => ({ column: m.column, l: m.value })), ...(f.person === null || k < 2 ? [] : [{ column: f.person, l: k }])];
  const closeness = [...(t.closeness ?? []), ...filled.filter((m) => m.kind === 'equal').map((m) => ({ column: m.column, t_permille: m.value }))];
  const once = <T extends object>(list: T[]): T[] => [...new Map(list.map((x) => [JSON.stringify(x), x])).values()];
  return { ...t, ...(diversity.length > 0 ? { diversity: once(diversity) } : {}), ...(closeness.length > 0 ? { closeness: once(closeness) } : {}) };
}

/** As the node is asked; rows that are not filled in say nothing. */
export function askedFurther(f: SearchFurther, quasi: readonly string[], hierarchies: Record<string, string>): Partial<GeneraliseAsk> {
  const filled = f.models.filter((m): m is SensitiveModel & { column: string; value: number } => m.column !== null && m.value !== null);
  const diversity = filled.filter((m) => !isCloseness(m.kind)).map((m): DiversityAsk => ({ column: m.column, l: m.value, kind: m.kind as NonNullable<DiversityAsk['kind']>, ...(m.kind === 'recursive' ? { c_permille: Math.round((m.c ?? 3) * 1000) } : {}) }));
  const closeness = filled.filter((m) => isCloseness(m.kind)).map((m): ClosenessAsk => ({ column: m.column, t_permille: m.value, distance: m.kind as NonNullable<ClosenessAsk['distance']>, ...(m.kind === 'hierarchical' && m.hierarchy !== null ? { hierarchy: hierarchies[m.hierarchy] ?? '' } : {}) }));
  const weights = Object.entries(f.weights).filter(([column, w]) => quasi.includes(column) && w !== 1);
  const presence = f.lowest !== null || f.highest !== null;
  return {
    ...(f.recoding === 'local' ? { recoding: 'local' as const } : {}), ...(f.person === null ? {} : { person: f.person }),
    ...(diversity.length > 0 ? { diversity } : {}), ...(closeness.length > 0 ? { closeness } : {}),
    ...(f.kMap === null ? {} : { k_map: f.kMap }), ...(presence ? { presence: { lowest_permille: f.lowest ?? 0, highest_permille: f.highest ?? 1000 } } : {}),
    ...((f.kMap !== null || presence) && f.population !== undefined ? { population: f.population } : {}),
    ...(weights.length > 0 ? { weights_permille: Object.fromEntries(weights.map(([column, w]) => [column, Math.round(w * 1000)])) } : {}),
  };
}
