import type { Release, Seal } from '../api/types.ts';

/** The seal of a release: what the node says, else what status and time say. */
export function sealOf(r: Release): Seal {
  if (r.seal) return r.seal;
  if (r.status === 'revoked' || r.status === 'failed') return 'revoked';
  if (r.status === 'prepared') return 'pending';
  return Date.now() >= r.expires_ms ? 'expired' : 'valid';
}
