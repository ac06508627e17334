import { expect, test } from 'vitest';
import { sourceKeyIn } from './source_key.ts';

const KEY = `04${'a1'.repeat(64)}`;

test('a public key is taken from its file or as digits', () => {
  expect(sourceKeyIn(` ${KEY.toUpperCase()}\n`)).toBe(KEY);
  expect(sourceKeyIn(JSON.stringify({ format: 'sluice-public-key/1', public_key: KEY }))).toBe(KEY);
});

test('a file with a private half, a point cut short and other texts are none', () => {
  expect(sourceKeyIn(JSON.stringify({ public_key: KEY, private_key: 'x' }))).toBeNull();
  expect(sourceKeyIn(KEY.slice(0, -2))).toBeNull();
  expect(sourceKeyIn('')).toBeNull();
  expect(sourceKeyIn('{"public_key": 4}')).toBeNull();
  expect(sourceKeyIn('null')).toBeNull();
});
