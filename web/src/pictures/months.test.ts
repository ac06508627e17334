import { expect, test } from 'vitest';
import { monthsUpTo } from './months.ts';

const NOW = Date.UTC(2026, 1, 10);
const use = (month: string) => ({ month, releases: 1, operations: 2 });

test('months without a use are there, over the turn of a year', () => {
  const months = monthsUpTo([use('2025-11'), use('2026-01')], NOW);
  expect(months.map((m) => m.month)).toEqual(['2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02']);
  expect(months.map((m) => m.releases)).toEqual([0, 0, 1, 0, 1, 0]);
});

test('of a long time the newest two years are shown', () => {
  const months = monthsUpTo([use('2020-03')], NOW);
  expect([months.length, months[0]!.month, months.at(-1)!.month]).toEqual([24, '2024-03', '2026-02']);
});

test('a month ahead of this clock is shown too', () => {
  expect(monthsUpTo([use('2026-03')], NOW).at(-1)).toEqual(use('2026-03'));
});
