import { expect, test } from 'vitest';
import { TECHNIQUES, completed, emptyStrategy, hierarchiesUsed, parametersOf, pruned, withGeneralisation, withMember, withParameter, withRule, withTechnique } from './strategy.ts';

test('another technique brings its own parameters and leaves foreign ones behind', () => {
  const band = withTechnique({ column: 'age', technique: 'keep' }, 'band');
  expect(band).toEqual({ column: 'age', technique: 'band', width: 5 });
  expect(withTechnique(band, 'date')).toEqual({ column: 'age', technique: 'date', unit: 'year' });
});

test('digits of a choice are numbers, an emptied field is not sent', () => {
  const region = withTechnique({ column: 'insu_admdvs', technique: 'keep' }, 'region');
  const digits = TECHNIQUES['region']![0]!;
  expect(withParameter(region, digits, '2')).toEqual({ column: 'insu_admdvs', technique: 'region', digits: 2 });
  expect(withParameter(region, digits, null)).toEqual({ column: 'insu_admdvs', technique: 'region' });
});

test('a strategy that names fewer columns than the data has suppresses the others', () => {
  const some = { ...emptyStrategy('s', ['a'], []), fields: [{ column: 'a', technique: 'keep' }, { column: 'gone', technique: 'keep' }] };
  expect(completed(some, ['a', 'b']).fields).toEqual([{ column: 'a', technique: 'keep' }, { column: 'b', technique: 'suppress' }]);
});

test('fields that a class or the base speaks for stay unnamed', () => {
  const some = { ...emptyStrategy('s', ['a'], []), classes: [{ identifier: 'direct' as const, apply: { technique: 'pseudonym' } }] };
  expect(completed(some, ['a', 'b']).fields).toEqual([{ column: 'a', technique: 'keep' }]);
  expect(completed({ ...emptyStrategy('s', [], []), extends: 'house' }, ['a']).fields).toEqual([]);
});

test('a condition stays with a technique that can have one, and goes with one that cannot', () => {
  const rule = { column: 'diag', technique: 'redact', value: '略', when: { column: 'gend', is: ['2'] }, otherwise: 'keep' as const };
  expect(withTechnique(rule, 'blank')).toEqual({ column: 'diag', technique: 'blank', when: { column: 'gend', is: ['2'] }, otherwise: 'keep' });
  expect(withTechnique(rule, 'permute')).toEqual({ column: 'diag', technique: 'permute' });
});

test('rules stay in the order of the data, and a rule can be taken away', () => {
  const two = emptyStrategy('s', ['a', 'b'], []);
  const without = withRule(two, ['a', 'b'], 'a', null);
  expect(without.fields.map((f) => f.column)).toEqual(['b']);
  expect(withRule(without, ['a', 'b'], 'a', { column: 'a', technique: 'blank' }).fields.map((f) => f.column)).toEqual(['a', 'b']);
});

test('a member with nothing in it is not sent; hierarchies that are given can be chosen', () => {
  expect('targets' in withMember(emptyStrategy('s', [], []), 'targets', pruned({ share_type: '', diversity: [] }))).toBe(false);
  expect(parametersOf('hierarchy', ['wards'])[0]!.kind).toContain('wards');
});

test('what a search found becomes rules: heights of hierarchies that the strategy brings, a field without one stays or goes', () => {
  const own = { ...emptyStrategy('s', ['ward', 'sex', 'age'], ['ward', 'sex', 'age']), hierarchies: { wards: 'a;*\n' } };
  const coarse = withRule(own, ['ward', 'sex', 'age'], 'ward', { column: 'ward', technique: 'hierarchy', hierarchy: 'wards', height: 1 });
  expect(hierarchiesUsed(coarse)).toEqual({ ward: 'wards' });
  expect(withGeneralisation(coarse, ['ward', 'sex', 'age'], { ward: 2, sex: 0, age: 1 }).fields).toEqual([
    { column: 'ward', technique: 'hierarchy', hierarchy: 'wards', height: 2 }, { column: 'sex', technique: 'keep' }, { column: 'age', technique: 'suppress' },
  ]);
  expect(withGeneralisation(coarse, ['ward', 'sex', 'age'], { ward: 0 }).fields[0]).toEqual({ column: 'ward', technique: 'keep' });
  // Local recoding: the finest height beside the coarsest, where they differ.
  expect(withGeneralisation(coarse, ['ward', 'sex', 'age'], { ward: 2 }, { ward: 0 }).fields[0]).toEqual({ column: 'ward', technique: 'hierarchy', hierarchy: 'wards', height: 2, lowest: 0 });
  expect(withGeneralisation(coarse, ['ward', 'sex', 'age'], { ward: 2 }, { ward: 2 }).fields[0]).toEqual({ column: 'ward', technique: 'hierarchy', hierarchy: 'wards', height: 2 });
});
