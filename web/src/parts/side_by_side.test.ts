import { expect, test } from 'vitest';
import { sideBySide } from './side_by_side.ts';

const said = (key: string, text: string) => ({ key, of: key, text });

test('what a side does not name falls under what holds for the unnamed', () => {
  expect(sideBySide([said('a', 'keep'), said('gone', 'mask')], [said('a', 'keep'), said('new', 'mask')], { before: 'dropped', now: 'refused' })).toEqual([
    { key: 'a', of: 'a', before: 'keep', now: 'keep', changed: false },
    { key: 'new', of: 'new', before: 'dropped', now: 'mask', changed: true },
    { key: 'gone', of: 'gone', before: 'mask', now: 'refused', changed: true },
  ]);
});

test('a side that names nothing and says nothing does not change what says nothing either', () => {
  expect(sideBySide([], [said('a', '')], { before: '', now: '' })[0]!.changed).toBe(false);
});
