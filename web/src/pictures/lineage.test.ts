import { expect, test } from 'vitest';
import { type Made, SHOWN, depths, draw } from './lineage.ts';

const version = (id: string, of: string[] = [], masked = false): Made => ({ id, title: id, note: '', of, masked });
const more = (n: number): string => `+${n}`;
const source = { title: 's', note: '' };

test('a version stands to the right of everything that it was made of', () => {
  const found = depths([version('c'), version('b'), version('m', ['c', 'b']), version('x', ['m'], true)]);
  expect([found.get('c'), found.get('m'), found.get('x')]).toEqual([0, 1, 2]);
});

test('versions that name each other in a circle end', () => {
  expect(() => depths([version('a', ['b']), version('b', ['a'])])).not.toThrow();
});

test('what came of nothing that is known comes of the source; products and releases hang on their version', () => {
  const drawn = draw(source, [version('a'), version('x', ['a'], true)], [{ id: 'p', title: 'p', note: '', of: 'x', to: '/p' }], [{ id: 'r', title: 'r', note: '', of: 'p', to: '/r' }], more);
  expect(drawn.edges).toEqual([['source', 'a'], ['a', 'x'], ['x', 'p'], ['p', 'r']]);
  expect(drawn.nodes.map((n) => n.column)).toEqual([0, 1, 2, 3, 4]);
});

test('of a thousand versions the newest are drawn and the others counted, and no arrow leads nowhere', () => {
  const many = Array.from({ length: 1000 }, (_, i) => version(`v${i}`));
  const drawn = draw(source, [...many, version('x', ['v0', 'v999'], true)], [], [], more);
  const ids = new Set(drawn.nodes.map((n) => n.id));
  expect(drawn.nodes).toHaveLength(1 + SHOWN + 1 + 1);
  expect(drawn.nodes.some((n) => n.title === `+${1000 - SHOWN}`)).toBe(true);
  expect(drawn.edges.every(([a, b]) => ids.has(a) && ids.has(b))).toBe(true);
});
