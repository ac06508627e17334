import { describe, expect, it } from 'vitest';
import { hex, utf8 } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';
import type { JsonObject } from './json.ts';
import { tellStory } from './passport.fixture.ts';
import { verifyDocument } from './report.ts';

const NOW = 1_850_000_000_000;
const ask = (passport: JsonObject, anchor: string | null, file: Uint8Array | null = null, nowMs = NOW) =>
  verifyDocument({ document: JSON.stringify(passport), anchor, fileDigest: file ? hex(sm3(file)) : null, nowMs });
const copy = (value: JsonObject): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

describe('passport', () => {
  it('is verified only with a pinned anchor, and says that revocation is unknown', () => {
    const { issuer, passport, file } = tellStory();
    const good = ask(passport, issuer.trust(), file);
    expect(good.passport?.problems).toEqual([]);
    expect(good.verdict).toBe('verified');
    expect(good.checks.find((c) => c.id === 'revocation')?.state).toBe('unknown');
    expect(good.passport).toMatchObject({ provider: '某市医疗保障局', recipient: '某健康保险', rows: 990, level: 3, productNumber: 'SL-2026-0001', file: 'matches' });
    expect(ask(passport, null).verdict).toBe('not_pinned');
  });

  it('knows its file, by plain digest or envelope digest', () => {
    const { issuer, passport } = tellStory();
    const other = ask(passport, issuer.trust(), utf8('sex\n2\n'));
    expect([other.verdict, other.passport?.file]).toEqual(['failed', 'differs']);
  });

  it('says when the contract has ended, without failing for it', () => {
    const { issuer, passport } = tellStory();
    const late = ask(passport, issuer.trust(), null, 1_950_000_000_000);
    expect([late.verdict, late.passport?.expired]).toEqual(['verified', true]);
  });

  it('says why a copy bears no marks, and is not told how one is marked', () => {
    const bare = tellStory(undefined, { unmarked: 'too_few_rows' });
    const said = ask(bare.passport, bare.issuer.trust());
    expect([said.verdict, said.passport?.unmarked]).toEqual(['verified', 'too_few_rows']);
    const told = tellStory(undefined, { carriers: ['fee'] });
    expect(ask(told.passport, told.issuer.trust()).passport?.stations.find((s) => s.id === 'delivery')?.problems).toEqual(['a passport does not say how a copy is marked']);
    expect(ask(tellStory().passport, null).passport?.unmarked).toBeNull();
  });

  it('counts the rows with level-5 content that masking and delivery left out', () => {
    const left = (body: JsonObject, rows: number): JsonObject => ({ ...body, level5_rows_left_out: rows });
    const { issuer, passport } = tellStory((kind, body) => (kind === 'masking.version_masked' ? left(body, 4) : kind === 'release.delivered' ? left(body, 3) : body));
    const report = ask(passport, issuer.trust());
    expect([report.verdict, report.passport?.level5RowsLeftOut]).toEqual(['verified', 7]);
    expect(ask(tellStory().passport, null).passport?.level5RowsLeftOut).toBeNull();
  });

  // What a node that holds the keys could write, and a verifier must still refuse.
  const bends: [string, string, (body: JsonObject) => JsonObject][] = [
    ['source', 'collection.batch_sealed', (b) => ({ ...b, manifest: 'forged' })],
    ['source', 'collection.batch_sealed', (b) => ({ ...b, plan: 'pl_9' })],
    ['grading', 'catalog.field_confirmed', (b) => ({ ...b, column: 'other' })],
    ['deidentification', 'masking.version_masked', (b) => ({ ...b, residual_identifiers: 1 })],
    ['deidentification', 'masking.version_masked', (b) => ({ ...b, from_version: 'dv_9' })],
    ['product', 'product.checked', (b) => ({ ...b, passed: false })],
    ['product', 'product.registered', (b) => ({ ...b, product: 'pd_9' })],
    ['approval', 'application.decided', (b) => ({ ...b, votes_for: 3 })],
    ['approval', 'application.vote_cast', (b) => ({ ...b, approve: false })],
    ['approval', 'application.submitted', (b) => ({ ...b, roster: ['ps_c1'] })],
    ['approval', 'application.submitted', (b) => ({ ...b, rule: { quorum: 3, approve_percent: 67 } })],
    ['contract', 'contract.drafted', (b) => ({ ...b, text_zh: '另一份正文' })],
    ['contract', 'contract.signed', (b) => ({ ...b, party: 'pt_agency' })],
    ['contract', 'contract.signed', (b) => ({ ...b, signature: 'MEQCIA==' })],
    ['contract', 'party.key_registered', (b) => ({ ...b, party: 'pt_other' })],
    ['delivery', 'release.prepared', (b) => ({ ...b, grade: { level: 2, columns_level: 2 } })],
    ['delivery', 'release.prepared', (b) => ({ ...b, columns: ['sex', 'name'] })],
    ['delivery', 'release.prepared', (b) => ({ ...b, purpose: '营销' })],
    ['delivery', 'release.prepared', (b) => ({ ...b, expires_ms: 1_900_000_000_001 })],
    ['delivery', 'release.prepared', (b) => ({ ...b, recipient_key_id: '00'.repeat(16) })],
    ['delivery', 'release.delivered', (b) => ({ ...b, release: 'rl_9' })],
  ];
  it.each(bends)('station %s refuses a false %s', (station, kind, bend) => {
    const { issuer, passport } = tellStory((k, body) => (k === kind ? bend(body) : body));
    const report = ask(passport, issuer.trust());
    expect(report.verdict).toBe('failed');
    expect(report.passport?.stations.find((s) => s.id === station)?.ok).toBe(false);
  });

  it('refuses stations out of order, unknown members and entries that no station may name', () => {
    const { issuer, passport } = tellStory();
    const trust = issuer.trust();
    const swapped = copy(passport);
    (swapped['stations'] as JsonObject[]).reverse();
    expect(ask(swapped, trust).verdict).toBe('unreadable');
    expect(ask({ ...passport, extra: 1 }, trust).verdict).toBe('unreadable');
    const foreign = copy(passport);
    const stations = foreign['stations'] as JsonObject[];
    (stations[0]!['seqs'] as number[]).push(...(stations[6]!['seqs'] as number[]));
    expect(ask(foreign, trust).verdict).toBe('failed');
    const hidden = copy(passport);
    const entries = (hidden['evidence'] as JsonObject)['entries'] as JsonObject[];
    delete (entries.at(-1)!['reveal'] as JsonObject)['file_digest'];
    expect(ask(hidden, trust).verdict).toBe('failed');
  });
});
