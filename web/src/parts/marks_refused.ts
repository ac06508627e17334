// Why a mark may not go into a column of this strategy: what the rules know of its name (src/deident/carrier.h, told by the node), and what the
// strategy itself leaves of it (src/deident/mark.h).
import type { DeidentColumn } from '../api/schema.ts';
import type { Carrier, StrategyText } from './strategy.ts';

export const CARRIER_KINDS = ['low_digit', 'day', 'equivalent'] as const;

export interface Untouchable {
  why: 'row_key' | 'coarsened' | 'code' | 'billing';
  /** The author's statement that the column is no billing amount would allow it. */
  lifted: boolean;
}

/** Slack is left only in what stays, moves in time, or is blurred. */
const SLACK = new Set(['keep', 'date_shift', 'noise']);

export function marksRefused(s: StrategyText, column: DeidentColumn, carrier: Carrier): Untouchable | null {
  if (s.marks?.row_key === column.column) return { why: 'row_key', lifted: false };
  const technique = s.fields.find((f) => f.column === column.column)?.technique;
  if (technique !== undefined && !SLACK.has(technique)) return { why: 'coarsened', lifted: false };
  const refusal = column.marks_refused.find((r) => r.kind === carrier.kind);
  if (!refusal) return null;
  if (refusal.reason === 'mark.code_column') return { why: 'code', lifted: false };
  if (refusal.lifted_by_noise && technique === 'noise') return null;
  if (refusal.lifted_by_statement && carrier.billing === false) return null;
  return { why: 'billing', lifted: refusal.lifted_by_statement };
}
