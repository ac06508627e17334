import { expect, test } from 'vitest';
import { policyOf } from '../parts/storage_text.ts';
import { forecast } from './forecast.ts';

const DAY = 86_400_000;

test('the forecast goes on from the last day at the growth so far, and there is none without growth', () => {
  const days = [{ at_ms: 0, bytes: 100 }, { at_ms: 10 * DAY, bytes: 200 }];
  expect(forecast(days, 10)).toEqual([days[1], { at_ms: 20 * DAY, bytes: 300 }]);
  expect(forecast(days, 0)).toEqual([]);
  expect(forecast([], 10)).toEqual([]);
});

test('what is typed in GiB, MiB and hours is sent in bytes and seconds; the folder of backups stays', () => {
  const known = { space_bytes_max: 0, keep_free_bytes: 0, datasets: [], warn_days: 90, backup_to: '/b', backup_every_s: 0, inventory_every_s: 0, rehearse_every_s: 0, inventory_bytes_per_s: 0 };
  const policy = policyOf({ space_gib: 2, keep_gib: 0.25, warn_days: 30, rate_mib: 32, hours: { backup_every_s: 6, inventory_every_s: 0.5, rehearse_every_s: 0 }, datasets: [{ dataset: 'ds_1', gib: 1 }, {}] }, known);
  expect(policy).toEqual({ ...known, space_bytes_max: 2 ** 31, keep_free_bytes: 2 ** 28, warn_days: 30, inventory_bytes_per_s: 32 * 2 ** 20, backup_every_s: 21_600, inventory_every_s: 1_800, datasets: [{ dataset: 'ds_1', bytes_max: 2 ** 30 }] });
});
