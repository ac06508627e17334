// The eight stations of a passport (docs/formats/passport.md): their order, the kinds of entries that each may name, and what such an
// entry must reveal.
import { MalformedEvidence } from './evidence.ts';
import { type JsonObject, arr, str } from './json.ts';

export const STATIONS = ['source', 'grading', 'deidentification', 'product', 'approval', 'contract', 'delivery', 'ledger'] as const;
export type StationId = (typeof STATIONS)[number];

/** What must be revealed of each kind of entry that a station may name. */
export const MUST_REVEAL: Record<StationId, Record<string, string[]>> = {
  source: {
    'collection.plan_adopted': ['plan', 'dataset', 'source_name', 'source_uscc', 'purpose', 'legal_basis'],
    'collection.batch_sealed': ['batch', 'plan', 'dataset', 'version', 'file_digest', 'manifest', 'rows', 'accepted', 'warned', 'held', 'version_manifest'],
    'collection.held_settled': ['batch', 'plan', 'dataset', 'version', 'accepted', 'warned', 'rejected', 'version_manifest'],
    'collection.versions_merged': ['dataset', 'parts', 'version', 'rows', 'version_manifest'],
  },
  grading: { 'catalog.field_confirmed': ['dataset', 'column', 'type', 'category', 'level'] },
  deidentification: {
    'masking.strategy_adopted': ['strategy', 'dataset', 'content'],
    'masking.version_masked': ['dataset', 'strategy', 'from_version', 'version', 'rows', 'residual_identifiers', 'k', 'max_risk_ppm', 'columns', 'techniques', 'quasi_identifiers', 'receipt', 'version_manifest'],
  },
  product: {
    'product.drafted': ['product', 'owner', 'dataset', 'version', 'level'],
    'product.checked': ['product', 'passed'],
    'product.reviewed': ['product', 'approved'],
    'product.registered': ['product', 'approved', 'number'],
  },
  approval: {
    'application.submitted': ['application', 'product', 'applicant', 'policy', 'roster', 'rule'],
    'application.vote_cast': ['application', 'member', 'approve', 'reason'],
    'application.member_recused': ['application', 'member', 'reason'],
    'application.decided': ['application', 'approved', 'votes_for', 'votes_against', 'recused', 'roster'],
  },
  contract: {
    'party.registered': ['party', 'name', 'uscc'],
    'party.key_registered': ['party', 'public_key', 'key_id'],
    'contract.drafted': ['contract', 'application', 'terms', 'text_zh', 'odrl', 'digest'],
    'contract.signed': ['contract', 'party', 'public_key', 'signature', 'digest', 'completes'],
  },
  delivery: {
    'release.prepared': ['release', 'contract', 'dataset', 'version', 'form', 'columns', 'purpose', 'level', 'recipient_key_id', 'expires_ms'],
    'release.delivered': ['release', 'rows', 'bytes', 'file_digest', 'envelope_digest', 'format'],
    'release.marked': ['release', 'marks'],
  },
  ledger: {},
};

/** Which entries stand for which station, by sequence. Throws MalformedEvidence. */
export function readStations(bundle: JsonObject): Record<StationId, number[]> {
  const list = arr(bundle, 'stations');
  if (list?.length !== STATIONS.length) throw new MalformedEvidence('stations');
  const out = {} as Record<StationId, number[]>;
  STATIONS.forEach((id, i) => {
    const seqs = arr(list[i], 'seqs');
    if (str(list[i], 'station') !== id || !seqs?.every((s) => Number.isSafeInteger(s) && (s as number) >= 0)) throw new MalformedEvidence('stations');
    if (Object.keys(list[i] as JsonObject).length !== 2) throw new MalformedEvidence('stations');
    out[id] = seqs as number[];
  });
  return out;
}
