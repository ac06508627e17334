import { describe, expect, it } from 'vitest';
import { base64, fromBase64 } from '../crypto/bytes.ts';
import { MalformedEvidence, verifyEvidence } from './evidence.ts';
import { Issuer } from './issuer.fixture.ts';
import { JsonError, type Json, type JsonObject, canonical, parseJson } from './json.ts';
import { parseCheckpoint, parseTrust } from './note.ts';

function story(): { issuer: Issuer; seen: string; bundle: JsonObject } {
  const issuer = new Issuer();
  for (let i = 0; i < 6; i++) issuer.append('catalog.graded', { field: `f${i}`, level: 1 + (i % 5) }, [`ds_${i}`]);
  const seen = issuer.note();
  issuer.rotate();
  for (let i = 0; i < 6; i++) issuer.append('release.recorded', { count: i, 收件人: '某保险' });
  return { issuer, seen, bundle: issuer.bundle([3, 9, 12], ['count'], 7) };
}

const copy = (value: Json): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
const proven = (bundle: JsonObject, i: number): JsonObject => (bundle['entries'] as JsonObject[])[i]!;

describe('evidence', () => {
  it('verifies with pinned first keys, across a hand-over of keys', () => {
    const { issuer, bundle } = story();
    const verdict = verifyEvidence(bundle, parseTrust(issuer.trust()));
    expect(verdict.problems).toEqual([]);
    expect(verdict.pinning).toBe('pinned');
    expect(verdict.genesis?.name).toBe('测试空间');
    expect(verdict.entries.map((e) => e.revealed)).toEqual([{ field: 'f2', level: 3 }, { 收件人: '某保险' }, { 收件人: '某保险' }]);
  });

  it('is not pinned without an anchor of this issuer', () => {
    const { bundle } = story();
    expect(verifyEvidence(bundle, null).pinning).toBe('not_asked');
    const other = verifyEvidence(bundle, parseTrust(new Issuer().trust()));
    expect(other.pinning).toBe('not_pinned');
    expect(other.problems).toEqual([]);
  });

  it('proves that it extends a checkpoint seen before, and finds a fork', () => {
    const { issuer, seen, bundle } = story();
    const verdict = verifyEvidence(bundle, parseTrust(seen));
    expect([verdict.pinning, verdict.consistency, verdict.problems]).toEqual(['pinned', 'proven', []]);
    const without = copy(bundle);
    delete without['consistency'];
    expect(verifyEvidence(without, parseTrust(seen)).consistency).toBe('unknown');
    issuer.append('release.recorded', { count: 99 });
    const fork = issuer.note(13);
    (issuer.log[2] as { bytes: Uint8Array }).bytes = Uint8Array.of(...issuer.log[2]!.bytes.slice(0, -1), 7);
    const rewritten = parseTrust(issuer.note(14));
    const now = verifyEvidence(story().bundle, rewritten);
    expect(now.pinning).toBe('not_pinned');
    expect(parseCheckpoint(fork)?.size).toBe(13);
    const contradicted = copy(bundle);
    (contradicted['consistency'] as JsonObject)['sm3_path'] = [];
    const found = verifyEvidence(contradicted, parseTrust(seen));
    expect([found.consistency, found.problems]).toEqual(['contradicted', ['evidence.fork']]);
  });

  it('finds every changed byte of an entry, a path, a salt, a value and the note', () => {
    const { issuer, bundle } = story();
    const trust = parseTrust(issuer.trust());
    const flips: ((b: JsonObject) => void)[] = [
      (b) => {
        const raw = fromBase64(proven(b, 0)['entry'] as string)!;
        raw[raw.length - 1]! ^= 1;
        proven(b, 0)['entry'] = base64(raw);
      },
      (b) => { (proven(b, 1)['sm3_path'] as string[])[0] = '00'.repeat(32); },
      (b) => { (proven(b, 1)['sha256_path'] as string[]).pop(); },
      (b) => { ((proven(b, 0)['reveal'] as JsonObject)['level'] as JsonObject)['value'] = 1; },
      (b) => { ((proven(b, 0)['reveal'] as JsonObject)['level'] as JsonObject)['salt'] = '00'.repeat(16); },
      (b) => { proven(b, 0)['seq'] = 4; },
      (b) => { (b['keys'] as Json[]).pop(); },
      (b) => { (b['keys'] as Json[]).shift(); },
      (b) => { b['origin'] = 'example.invalid/other'; },
      (b) => { b['checkpoint'] = (b['checkpoint'] as string).replace('\n13\n', '\n12\n').replace('\n14\n', '\n13\n'); },
      (b) => { b['checkpoint'] = (b['checkpoint'] as string).split('\n').slice(0, -2).join('\n') + '\n'; },
    ];
    for (const flip of flips) {
      const bad = copy(bundle);
      flip(bad);
      expect(verifyEvidence(bad, trust).problems, String(flip)).not.toEqual([]);
    }
  });

  it('does not accept a checkpoint signed by keys that were handed over', () => {
    const { issuer, bundle } = story();
    const bad = { ...bundle, checkpoint: issuer.note(undefined, issuer.first) };
    expect(verifyEvidence(bad, null).problems).toEqual(['evidence.checkpoint_signature']);
  });

  it('refuses what is no bundle', () => {
    const { bundle } = story();
    for (const bad of [null, [], {}, { ...bundle, extra: 1 }, { ...bundle, format: 'sluice-evidence/2' }, { ...bundle, entries: [1] }] as Json[]) {
      expect(() => verifyEvidence(bad, null)).toThrow(MalformedEvidence);
    }
  });
});

describe('strict JSON', () => {
  it('refuses duplicate keys, great numbers, bad escapes, lone surrogates and deep nesting', () => {
    for (const bad of ['{"a":1,"a":2}', '9007199254740993', '"\\ud800"', '01', '[1,]', '{"a"}', '"\t"', 'nul', '', '1 2', '['.repeat(100) + ']'.repeat(100)]) {
      expect(() => parseJson(bad), bad).toThrow(JsonError);
    }
  });
  it('has one canonical form', () => {
    expect(canonical(parseJson(' {"b" : [1, true,null], "a":"\\u20ac\\n", "10":0, "9":-0 , "€":"é"} '))).toBe('{"10":0,"9":0,"a":"€\\n","b":[1,true,null],"€":"é"}');
  });
});
