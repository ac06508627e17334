import { expect, test } from 'vitest';
import { bodyOf, isTime, scheduleOf } from './source_schedule.ts';

test('a schedule goes through the form unchanged', () => {
  for (const source of [{ every_s: 5400, at: [], late_after_s: 7200, retries: 3 }, { every_s: 172_800, at: [], late_after_s: 86_400, retries: 0, rows_per_day: 500 }, { every_s: 0, at: ['02:30', '14:00'], late_after_s: 1800, retries: 5 }]) {
    const { every_s, at, ...rest } = source;
    expect(bodyOf(scheduleOf(source))).toEqual({ ...rest, ...(at.length > 0 ? { at } : { every_s }) });
  }
});

test('times of the day are written with two digits and exist', () => {
  expect(['02:30', '23:59'].every(isTime)).toBe(true);
  expect(['2:30', '24:00', '12:60', '1230', ''].some(isTime)).toBe(false);
});
