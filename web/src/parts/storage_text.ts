// The storage policy as it is typed: GiB, MiB and hours.
import type { StoragePolicy } from '../api/schema.ts';

export const GIB = 1 << 30, MIB = 1 << 20, HOUR = 3600;
export const TIMES = ['backup_every_s', 'inventory_every_s', 'rehearse_every_s'] as const;

export interface PolicyValues { space_gib: number; keep_gib: number; warn_days: number; rate_mib: number; hours: Record<(typeof TIMES)[number], number>; datasets: { dataset?: string; gib?: number }[] }

/** What was read in GiB, MiB and hours, in the units of the node. */
export const policyOf = (v: PolicyValues, known: StoragePolicy): StoragePolicy => ({
  ...known, space_bytes_max: Math.round(v.space_gib * GIB), keep_free_bytes: Math.round(v.keep_gib * GIB), warn_days: v.warn_days, inventory_bytes_per_s: Math.round(v.rate_mib * MIB),
  backup_every_s: Math.round(v.hours.backup_every_s * HOUR), inventory_every_s: Math.round(v.hours.inventory_every_s * HOUR), rehearse_every_s: Math.round(v.hours.rehearse_every_s * HOUR),
  datasets: (v.datasets ?? []).filter((d) => d.dataset && d.gib).map((d) => ({ dataset: d.dataset!, bytes_max: Math.round(d.gib! * GIB) })),
});
