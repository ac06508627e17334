// What is not filled in says nothing; what is, is asked as the node reads it.
import { expect, test } from 'vitest';
import { NOTHING_FURTHER, type SensitiveModel, askedFurther, beyondStrategy, withTargets } from './search_ask.ts';

test('without any of it nothing more is asked', () => {
  expect(askedFurther(NOTHING_FURTHER, ['a'], {})).toEqual({});
  expect(askedFurther({ ...NOTHING_FURTHER, models: [{ column: null, kind: 'equal', value: 300, c: null, hierarchy: null }], weights: { a: 1, gone: 3 }, population: 'v' }, ['a'], {})).toEqual({});
});

test('models, weights, populations and recoding become members of the request', () => {
  const models = [
    { column: 's', kind: 'recursive' as const, value: 2, c: 2.5, hierarchy: null }, { column: 's', kind: 'entropy' as const, value: 3, c: 9, hierarchy: null },
    { column: 'u', kind: 'hierarchical' as const, value: 300, c: null, hierarchy: 'h' }, { column: 'u', kind: 'ordered' as const, value: 250, c: null, hierarchy: 'h' },
  ];
  expect(askedFurther({ recoding: 'local', person: 'p', models, kMap: 7, lowest: null, highest: 500, population: 'v', weights: { a: 0.5 } }, ['a'], { h: 'x;*' })).toEqual({
    recoding: 'local', person: 'p', k_map: 7, presence: { lowest_permille: 0, highest_permille: 500 }, population: 'v', weights_permille: { a: 500 },
    diversity: [{ column: 's', l: 2, kind: 'recursive', c_permille: 2500 }, { column: 's', l: 3, kind: 'entropy' }],
    closeness: [{ column: 'u', t_permille: 300, distance: 'hierarchical', hierarchy: 'x;*' }, { column: 'u', t_permille: 250, distance: 'ordered' }],
  });
});

test('what the search was held to becomes targets, each once; what no strategy promises is told apart', () => {
  const model = (kind: SensitiveModel['kind'], column: string | null = 's'): SensitiveModel => ({ column, kind, value: 2, c: null, hierarchy: null });
  for (const kind of ['entropy', 'recursive', 'ordered', 'hierarchical'] as const) expect(beyondStrategy({ ...NOTHING_FURTHER, models: [model(kind)] })).toBe(true);
  expect(beyondStrategy({ ...NOTHING_FURTHER, models: [model('distinct'), model('equal'), model('entropy', null)] })).toBe(false);
  expect(withTargets({ share_type: 'controlled', diversity: [{ column: 's', l: 2 }] }, { ...NOTHING_FURTHER, person: 'p', models: [model('distinct'), { ...model('equal'), value: 300 }] }, 7)).toEqual({
    share_type: 'controlled', diversity: [{ column: 's', l: 2 }, { column: 'p', l: 7 }], closeness: [{ column: 's', t_permille: 300 }],
  });
  expect(withTargets({}, NOTHING_FURTHER, 5)).toEqual({});
});
