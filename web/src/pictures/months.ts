// Months without a gap, so that a time without use is seen as one.
import type { MonthUse } from '../api/schema.ts';

/** Shown at least, and at most. */
const FEWEST = 6, MOST = 24;

const monthOf = (index: number): string => `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
const indexOf = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;

/** Every month (UTC, as the node counts them) from the first with a use, or half a year ago, to this one; of a long time the newest. */
export function monthsUpTo(used: readonly MonthUse[], now: number): MonthUse[] {
  const known = new Map(used.map((m) => [m.month, m]));
  const last = Math.max(indexOf(new Date(now).toISOString()), ...used.map((m) => indexOf(m.month)));
  const first = Math.max(last - MOST + 1, Math.min(last - FEWEST + 1, ...used.map((m) => indexOf(m.month))));
  return Array.from({ length: last - first + 1 }, (_, i) => known.get(monthOf(first + i)) ?? { month: monthOf(first + i), releases: 0, operations: 0 });
}
