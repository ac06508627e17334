import { expect, test } from 'vitest';
import type { Dataset } from '../api/types.ts';
import { madeOfOthers } from './made_of_others.ts';

const version = (id: string, rows: number, parts: string[] = [], masked_from = ''): object => ({ id, rows, parts, masked_from, seq: rows, number: 1 });
const dataset = { id: 'ds_1', versions: [version('a', 100), version('b', 40), version('m', 110, ['a', 'b']), version('d', 108, ['m']), version('k', 108, ['d']), version('x', 108, [], 'd')] } as unknown as Dataset;

test('of several parts it is a merge, of one with fewer rows a deletion; what lost no row is neither', () => {
  expect(madeOfOthers([dataset], true).map((m) => [m.version.id, m.before])).toEqual([['m', 140]]);
  expect(madeOfOthers([dataset], false).map((m) => [m.version.id, m.before])).toEqual([['d', 110]]);
});
