import { expect, test } from 'vitest';
import { type FlowThing, drawFlow } from './flow.ts';
import { SHOWN } from './lineage.ts';

const thing = (id: string, kind: FlowThing['kind'] = 'version'): FlowThing => ({ id, kind, title: id, note: '' });
const more = (n: number): string => `+${n}`;

test('each thing stands to the right of everything that it was made of, recipients in the last column', () => {
  const drawn = drawFlow([thing('s', 'source'), thing('b', 'batch'), thing('v'), thing('m', 'masked'), thing('r', 'release'), thing('x', 'copy'), thing('p', 'recipient'), thing('q', 'recipient')],
    [['s', 'b'], ['b', 'v'], ['v', 'm'], ['m', 'r'], ['r', 'p'], ['b', 'x'], ['x', 'q']], more);
  const at = Object.fromEntries(drawn.nodes.map((n) => [n.id, n.column]));
  expect(at).toEqual({ s: 0, b: 1, v: 2, x: 2, m: 3, r: 4, p: 5, q: 5 });
  expect(drawn.columns).toBe(6);
});

test('of a hundred recipients the newest are drawn, the others counted, and no arrow leads nowhere', () => {
  const many = Array.from({ length: 100 }, (_, i) => thing(`r${i}`, 'release'));
  const drawn = drawFlow([thing('v'), ...many], many.map((x) => ['v', x.id] as [string, string]), more);
  const ids = new Set(drawn.nodes.map((n) => n.id));
  expect(drawn.nodes).toHaveLength(1 + SHOWN + 1);
  expect(drawn.nodes.some((n) => n.title === `+${100 - SHOWN}`)).toBe(true);
  expect(drawn.edges).toHaveLength(SHOWN + 1);
  expect(drawn.edges.every(([a, b]) => ids.has(a) && ids.has(b))).toBe(true);
});

test('links to what is not there and circles do no harm', () => {
  const drawn = drawFlow([thing('a'), thing('b')], [['a', 'b'], ['b', 'a'], ['a', 'gone']], more);
  expect(drawn.nodes).toHaveLength(2);
});
