// When a source is collected, as it is written in a form and as it goes to the node.
export const UNIT_SECONDS = { minutes: 60, hours: 3600, days: 86_400 } as const;
export type Unit = keyof typeof UNIT_SECONDS;
export interface Schedule { how: 'every' | 'times'; count?: number; unit?: Unit; times?: string[]; late_hours?: number; retries?: number; rows_per_day?: number | null }
export interface ScheduleBody { every_s?: number; at?: string[]; late_after_s?: number; retries?: number; rows_per_day?: number }

export const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** The largest unit that leaves no remainder. */
export function scheduleOf(source: { every_s: number; at: string[]; late_after_s: number; retries: number; rows_per_day?: number }): Schedule {
  const unit = (['days', 'hours', 'minutes'] as const).find((u) => source.every_s >= UNIT_SECONDS[u] && source.every_s % UNIT_SECONDS[u] === 0) ?? 'minutes';
  return { how: source.at.length > 0 ? 'times' : 'every', count: Math.max(1, Math.round(source.every_s / UNIT_SECONDS[unit])), unit, times: source.at, late_hours: source.late_after_s / 3600, retries: source.retries, rows_per_day: source.rows_per_day ?? null };
}

/** What takes the place of the other is sent, never both. */
export function bodyOf(s: Schedule): ScheduleBody {
  return {
    ...(s.how === 'times' ? { at: [...(s.times ?? [])].sort() } : { every_s: (s.count ?? 1) * UNIT_SECONDS[s.unit ?? 'days'] }),
    ...(s.late_hours === undefined ? {} : { late_after_s: Math.round(s.late_hours * 3600) }), ...(s.retries === undefined ? {} : { retries: s.retries }), ...(s.rows_per_day ? { rows_per_day: s.rows_per_day } : {}),
  };
}
