// Versions of datasets that were made of other versions.
import type { Dataset } from '../api/types.ts';

type Version = Dataset['versions'][number];
export interface Made { dataset: Dataset; version: Version; parts: Version[]; before: number }

/** Newest first: of several parts a merge, of one a version without some of its rows. */
export function madeOfOthers(datasets: Dataset[], merged: boolean): Made[] {
  return datasets.flatMap((dataset) => dataset.versions.filter((v) => v.masked_from === '' && (merged ? v.parts.length > 1 : v.parts.length === 1)).map((version) => {
    const parts = version.parts.flatMap((id) => dataset.versions.filter((v) => v.id === id));
    return { dataset, version, parts, before: parts.reduce((sum, p) => sum + p.rows, 0) };
  })).filter((m) => merged || m.before > m.version.rows).sort((a, b) => b.version.seq - a.version.seq);
}
