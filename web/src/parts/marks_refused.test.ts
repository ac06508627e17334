import { expect, test } from 'vitest';
import type { DeidentColumn } from '../api/schema.ts';
import { marksRefused } from './marks_refused.ts';
import { type StrategyText, emptyStrategy, withRule } from './strategy.ts';

const column = (name: string, marks_refused: DeidentColumn['marks_refused']): DeidentColumn => ({ column: name, title: '', type: '', level: 1, confirmed: true, identifying: false, quasi: false, marks_refused });
const billing = (lifted_by_statement: boolean, lifted_by_noise = false) => [{ kind: 'low_digit' as const, reason: 'mark.billing_column', lifted_by_statement, lifted_by_noise }];
const base: StrategyText = { ...emptyStrategy('s', ['id', 'x1', 'pric', 'oprn_code'], []), marks: { row_key: 'id', carriers: [] } };
const low = (name: string) => ({ column: name, kind: 'low_digit' as const });

test('the author\'s statement lifts a billing refusal, but not that of the national catalogue', () => {
  expect(marksRefused(base, column('x1', billing(true)), low('x1'))).toEqual({ why: 'billing', lifted: true });
  expect(marksRefused(base, column('x1', billing(true)), { ...low('x1'), billing: false })).toBeNull();
  expect(marksRefused(base, column('pric', billing(false)), { ...low('pric'), billing: false })).toEqual({ why: 'billing', lifted: false });
});

test('a blurred price may bear marks in its last digit, a blurred amount may not; codes, what is made coarser, and the row key never', () => {
  const blurred = withRule(base, ['id', 'x1', 'pric'], 'pric', { column: 'pric', technique: 'noise' });
  expect(marksRefused(blurred, column('pric', billing(false, true)), low('pric'))).toBeNull();
  expect(marksRefused(blurred, column('pric', billing(false, false)), low('pric'))?.why).toBe('billing');
  expect(marksRefused(base, column('oprn_code', [{ kind: 'low_digit', reason: 'mark.code_column', lifted_by_statement: false, lifted_by_noise: false }]), { ...low('oprn_code'), billing: false })?.why).toBe('code');
  expect(marksRefused(withRule(base, ['id', 'x1'], 'x1', { column: 'x1', technique: 'round', to: 10 }), column('x1', []), low('x1'))?.why).toBe('coarsened');
  expect(marksRefused(base, column('id', []), { column: 'id', kind: 'day' })?.why).toBe('row_key');
});
