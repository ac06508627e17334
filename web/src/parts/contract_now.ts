import type { Contract } from '../api/types.ts';

/** The state of a contract as of now: an active one past its end has expired. */
export const nowOf = (c: Contract, now: number): string => (c.status === 'active' && now >= c.terms.expires_ms ? 'expired' : c.status);
