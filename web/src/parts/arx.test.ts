import { expect, test } from 'vitest';
import { ArxError, cutFromRight, groupCounts, groupsOf, intervals, readArx, writeArx } from './arx.ts';

const reasonOf = (text: string): string => {
  try {
    readArx(text);
    return '';
  } catch (error) {
    return error instanceof ArxError ? `${error.reason} ${error.line}` : 'another';
  }
};

test('what ARX writes is read and written again byte for byte, quotations with it', () => {
  const text = '39;35-39;*\n36;35-39;*\n"a;b";"say ""x""";*\n';
  expect(writeArx(readArx(text))).toBe(text);
  expect(readArx('\ufeff39,35-39,*\r\n40,40-44,*\r\n').rows).toEqual([['39', '35-39', '*'], ['40', '40-44', '*']]);
});

test('each fault of a file has its reason and its line, as the node names them', () => {
  expect(reasonOf('\n \n')).toBe('empty 1');
  expect(reasonOf('a;x;*\nb;*\n')).toBe('depths_differ 2');
  expect(reasonOf('a;x;*\nb;;*\n')).toBe('gap 2');
  expect(reasonOf('a;x;*\na;y;*\n')).toBe('value_twice 2');
  expect(reasonOf('a;x;p;*\nb;x;q;*\n')).toBe('not_a_tree 2');
  expect(reasonOf('a;b\nb;a\n')).toBe('cycle 1');
  expect(reasonOf('Japan;Japan;Asia\nChina;China;Asia\n')).toBe('');
  expect(reasonOf('a;"x\n')).toBe('malformed 1');
  expect(reasonOf(`a${';x'.repeat(32)}`)).toBe('too_deep 1');
  expect(readArx('a;x\na;x\n').rows).toHaveLength(1);
});

test('intervals nest where each width is a multiple of the one before, and are refused where not', () => {
  const ages = intervals(0, 19, [5, 10]);
  expect(ages.rows[7]).toEqual(['7', '5-9', '0-9', '*']);
  expect(groupCounts(ages)).toEqual([20, 4, 2, 1]);
  expect(() => intervals(0, 19, [4, 10])).toThrow('hierarchy.not_a_tree');
});

test('codes lose a character a level', () => {
  const codes = cutFromRight(['440106', '440105', '440300', ' '], 2);
  expect(codes.rows[0]).toEqual(['440106', '44010*', '4401**', '*']);
  expect(groupsOf(codes)).toEqual([{ label: '*', leaves: 3, children: [
    { label: '4401**', leaves: 2, children: [{ label: '44010*', leaves: 2, children: [{ label: '440106', leaves: 1, children: [] }, { label: '440105', leaves: 1, children: [] }] }] },
    { label: '4403**', leaves: 1, children: [{ label: '44030*', leaves: 1, children: [{ label: '440300', leaves: 1, children: [] }] }] },
  ] }]);
});
