// What would lie in the vault in the days to come, at the growth so far.
export const DAY_MS = 86_400_000;

export interface Day { at_ms: number; bytes: number }

/** The days drawn: what was, and as many again of the forecast, at most 90. */
export function forecast(days: Day[], perDay: number): Day[] {
  const last = days.at(-1);
  if (!last || perDay <= 0) return [];
  const ahead = Math.min(90, Math.max(7, Math.round((last.at_ms - days[0]!.at_ms) / DAY_MS)));
  return [last, { at_ms: last.at_ms + ahead * DAY_MS, bytes: last.bytes + ahead * perDay }];
}
