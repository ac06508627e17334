import { expect, test } from 'vitest';
import { layProcess } from './process_layout.ts';

const step = (id: string, kind = 'activity') => ({ id, kind });
const arrow = (from: string, to: string) => ({ from, to, label: '' });
const layers = (laid: ReturnType<typeof layProcess>): Record<string, number> => Object.fromEntries([...laid.at].map(([id, p]) => [id, p.layer]));

test('each arrow leads to the right, along the longest way', () => {
  const laid = layProcess([step('s', 'start'), step('a'), step('b'), step('e', 'end')], [arrow('s', 'a'), arrow('a', 'b'), arrow('s', 'b'), arrow('b', 'e')]);
  expect(layers(laid)).toEqual({ s: 0, a: 1, b: 2, e: 3 });
  expect(laid.back.size).toBe(0);
});

test('an arrow that closes a circle leads back and moves nothing', () => {
  const laid = layProcess([step('s', 'start'), step('a'), step('b')], [arrow('s', 'a'), arrow('a', 'b'), arrow('b', 'a')]);
  expect(layers(laid)).toEqual({ s: 0, a: 1, b: 2 });
  expect([...laid.back]).toEqual([2]);
});

test('steps of one layer stand in the order of those before them', () => {
  const laid = layProcess([step('s', 'start'), step('x'), step('y'), step('of_y'), step('of_x')], [arrow('s', 'x'), arrow('s', 'y'), arrow('y', 'of_y'), arrow('x', 'of_x')]);
  expect([laid.at.get('of_x')!.row, laid.at.get('of_y')!.row]).toEqual([0, 1]);
  expect([laid.layers, laid.rows]).toEqual([3, 2]);
});

test('what is not joined yet, and arrows to nowhere, are drawn without harm', () => {
  const laid = layProcess([step('s', 'start'), step('lone')], [arrow('s', 'gone'), arrow('lone', 'lone')]);
  expect(layers(laid)).toEqual({ s: 0, lone: 0 });
  expect(layProcess([], []).rows).toBe(0);
});
