import { expect, test } from 'vitest';
import { TECHNIQUES, completed, emptyStrategy, withParameter, withTechnique } from './strategy.ts';

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
