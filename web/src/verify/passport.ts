// The passport of a release (docs/formats/passport.md) over its evidence: do the eight stations say what the entries prove,
// do they belong together, is the file the one that was delivered, is the release within its time? Pure.
import type { EntryVerdict, EvidenceVerdict } from './evidence.ts';
import { type Json, type JsonObject, arr, canonical, int, isObject, str } from './json.ts';
import type { Check } from './report.ts';

export const STATIONS = ['source', 'grading', 'deidentification', 'product', 'approval', 'contract', 'delivery', 'ledger'] as const;
export type StationId = (typeof STATIONS)[number];

export interface Station {
  id: StationId;
  ok: boolean;
  seq: number | null;
  timeMs: number | null;
  actor: string;
  /** What the entries of this station prove, field by field. */
  shown: { kind: string; seq: number; fields: JsonObject }[];
}

export interface PassportFacts {
  release: string;
  stations: Station[];
  validToMs: number | null;
  checks: Check[];
}

const proven = (e: EntryVerdict): boolean => e.included && e.fieldsMatch;

/** The members of the passport that restate a proven field must say the same. */
function agrees(claim: JsonObject, entries: EntryVerdict[]): boolean {
  return Object.entries(claim).every(([name, value]) => {
    const holders = entries.filter((e) => name in e.revealed);
    return holders.length === 0 || holders.some((e) => canonical(e.revealed[name]!) === canonical(value));
  });
}

function station(id: StationId, given: Json | undefined, evidence: EvidenceVerdict, problems: string[]): Station {
  const seqs = (arr(given, 'seqs') ?? []).filter((s): s is number => typeof s === 'number');
  const entries = seqs.map((seq) => evidence.entries.find((e) => e.seq === seq));
  const found = entries.filter((e): e is EntryVerdict => e !== undefined && proven(e));
  const details = isObject(given) && isObject(given['details']) ? given['details'] : {};
  let ok = found.length === seqs.length && (seqs.length > 0 || id === 'ledger');
  if (!ok) problems.push(`passport.station_unproven ${id}`);
  if (!agrees(details, found)) {
    ok = false;
    problems.push(`passport.station_differs ${id}`);
  }
  const last = found.at(-1);
  return {
    id, ok, seq: last?.seq ?? null, timeMs: last?.entry.time ?? null, actor: last?.entry.actor ?? '',
    shown: found.map((e) => ({ kind: e.entry.kind, seq: e.seq, fields: e.revealed })),
  };
}

export function checkPassport(passport: JsonObject, evidence: EvidenceVerdict, fileDigest: string | null, nowMs: number): PassportFacts {
  const given = arr(passport, 'stations') ?? [];
  const problems: string[] = [];
  const ids = given.map((s) => str(s, 'id'));
  if (canonical(ids.map((i) => i ?? null)) !== canonical([...STATIONS])) problems.push('passport.stations');
  const stations = STATIONS.map((id, i) => station(id, given[i], evidence, problems));
  const checks: Check[] = [{ id: 'stations', state: problems.length === 0 ? 'pass' : 'fail', reasons: problems }];

  const delivered = evidence.entries.find((e) => e.entry.kind === 'release.delivered');
  const prepared = evidence.entries.find((e) => e.entry.kind === 'release.prepared');
  if (fileDigest !== null) {
    const named = [delivered?.revealed['file_digest'], delivered?.revealed['envelope_digest']].includes(fileDigest);
    checks.push({ id: 'file', state: named ? 'pass' : 'fail', reasons: named ? [] : ['passport.file_differs'] });
  }
  const validToMs = int(prepared?.revealed, 'expires_ms') ?? null;
  const expired = validToMs !== null && nowMs > validToMs;
  checks.push({ id: 'validity', state: validToMs === null ? 'unknown' : expired ? 'fail' : 'pass', reasons: expired ? ['passport.expired'] : [] });
  return { release: str(passport, 'release') ?? '', stations, validToMs, checks };
}
