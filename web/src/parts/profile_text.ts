// What a profile counts, as people read it. Least and greatest of days stand as days since 1970, of times as milliseconds, of amounts scaled.
import { countText, timeText } from '../i18n/format.ts';

export function boundText(of: { type: string; scale?: number }, value: number): string {
  if (of.type === 'date') return new Date(value * 86_400_000).toISOString().slice(0, 10);
  if (of.type === 'timestamp' || of.type === 'datetime') return timeText(value);
  return of.scale ? (value / 10 ** of.scale).toLocaleString(undefined, { minimumFractionDigits: of.scale }) : countText(value);
}
