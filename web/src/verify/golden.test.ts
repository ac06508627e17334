// The golden files of the ledger: what the node wrote, this verifier must read alike.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromHex, hex } from '../crypto/bytes.ts';
import { commitment, decodeEntry } from './entry.ts';
import { type JsonObject, parseJson } from './json.ts';
import { describeWhere } from './needs.fixture.ts';
import { verifyDocument } from './report.ts';

const folder = new URL('../../../tests/golden/ledger/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

describe('golden files of the ledger', () => {
  it('evidence.json verifies and is pinned; tampered, or without an anchor, it is not', () => {
    const ask = (document: string, anchor: string | null) => verifyDocument({ document, anchor, fileDigest: null, nowMs: 0 });
    const good = ask(text('evidence.json'), text('trust.txt'));
    expect(good.evidence?.problems).toEqual([]);
    expect(good.verdict).toBe('verified');
    expect(ask(text('evidence.json'), null).verdict).toBe('not_pinned');
    expect(ask(text('evidence_tampered.json'), text('trust.txt')).verdict).toBe('failed');
    expect(ask('{"format":"sluice-evidence/1"}', null).verdict).toBe('unreadable');
  });

  it('commitment.json: each commitment is the one recomputed', () => {
    const list = parseJson(text('commitment.json')) as JsonObject[];
    expect(list.length).toBeGreaterThan(0);
    for (const c of list) expect(hex(commitment(fromHex(c['salt'] as string)!, c['name'] as string, c['value']!))).toBe(c['commitment']);
  });

  it('entry.json decodes', () => {
    const list = [parseJson(text('entry.json'))].flat() as JsonObject[];
    for (const e of list) {
      const raw = (e['bytes'] ?? e['hex'] ?? e['encoded']) as string;
      expect(decodeEntry(fromHex(raw) ?? fromBase64(raw)!)).not.toBeNull();
    }
  });
});

const passports = new URL('../../../tests/golden/passport/', import.meta.url);
describeWhere(passports, 'tests/golden/passport is not there', 'golden passports', () => {
  const read = (name: string): string => readFileSync(new URL(name, passports), 'utf8');
  it('passport.json verifies against its anchor', () => {
    const report = verifyDocument({ document: read('passport.json'), anchor: read('trust.txt'), fileDigest: null, nowMs: 0 });
    expect(report.passport?.problems).toEqual([]);
    expect(report.verdict).toBe('verified');
  });
});
