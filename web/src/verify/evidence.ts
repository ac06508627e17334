// Bundles of evidence (docs/formats/evidence.md): pure, bundle in, verdict out. Agrees with src/ledger/evidence.cc.
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, equal, fromBase64, fromHex } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';
import { type Entry, commitment, decodeEntry } from './entry.ts';
import { type Json, type JsonObject, isObject } from './json.ts';
import { type Genesis, KeyHistory } from './keys.ts';
import { type Hash, extends_, includes, leafHash } from './merkle.ts';
import { type Checkpoint, type LogKeys, type Trust, type VerifierKey, checkSignatures, equalKey, parseCheckpoint } from './note.ts';

export interface EntryVerdict {
  seq: number;
  entry: Entry;
  /** Only the fields whose commitments match. */
  revealed: JsonObject;
  included: boolean;
  fieldsMatch: boolean;
}

export type Pinning = 'not_asked' | 'pinned' | 'not_pinned';
export type Consistency = 'not_asked' | 'proven' | 'unknown' | 'contradicted';

export interface EvidenceVerdict {
  origin: string;
  genesis: Genesis | null;
  checkpoint: Checkpoint;
  keysOk: boolean;
  checkpointOk: boolean;
  pinning: Pinning;
  consistency: Consistency;
  entries: EntryVerdict[];
  /** Stable reasons: "evidence.not_included seq=12". Empty when everything checks. */
  problems: string[];
}

/** The bundle cannot be read at all; `message` says where. */
export class MalformedEvidence extends Error {}

const ENTRIES_MAX = 10_000;
const sha256Hash: Hash = (data) => sha256(data) as Bytes;

interface Proven {
  seq: number;
  bytes: Bytes;
  reveal: { name: string; value: Json; salt: Bytes }[];
  sm3Path: Bytes[];
  sha256Path: Bytes[];
}

function members(value: Json | undefined, where: string, required: string[], optional: string[] = []): JsonObject {
  if (!isObject(value)) throw new MalformedEvidence(where);
  const known = new Set([...required, ...optional]);
  for (const key of Object.keys(value)) if (!known.has(key)) throw new MalformedEvidence(`${where}.${key}`);
  for (const key of required) if (!(key in value)) throw new MalformedEvidence(`${where}.${key}`);
  return value;
}

function hexOf(value: Json | undefined, size: number, where: string): Bytes {
  const out = typeof value === 'string' ? fromHex(value) : null;
  if (out?.length !== size) throw new MalformedEvidence(where);
  return out;
}

function list(value: Json | undefined, where: string, max: number): Json[] {
  if (!Array.isArray(value) || value.length > max) throw new MalformedEvidence(where);
  return value;
}

function count(value: Json | undefined, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new MalformedEvidence(where);
  return value;
}

const path = (value: Json | undefined, where: string): Bytes[] => list(value, where, 64).map((p) => hexOf(p, 32, where));

function proven(value: Json, where: string): Proven {
  const o = members(value, where, ['seq', 'entry', 'reveal', 'sm3_path', 'sha256_path']);
  const bytes = typeof o['entry'] === 'string' ? fromBase64(o['entry']) : null;
  if (!bytes || !isObject(o['reveal'])) throw new MalformedEvidence(where);
  const reveal = Object.entries(o['reveal']).map(([name, field]) => {
    const f = members(field, `${where}.reveal`, ['value', 'salt']);
    return { name, value: f['value']!, salt: hexOf(f['salt'], 16, `${where}.reveal.salt`) };
  });
  return {
    seq: count(o['seq'], `${where}.seq`), bytes, reveal,
    sm3Path: path(o['sm3_path'], `${where}.sm3_path`), sha256Path: path(o['sha256_path'], `${where}.sha256_path`),
  };
}

function checkProven(item: Proven, checkpoint: Checkpoint, problems: string[]): EntryVerdict | null {
  const entry = decodeEntry(item.bytes);
  const at = `seq=${item.seq}`;
  if (!entry || entry.seq !== item.seq || item.seq >= checkpoint.size) {
    problems.push(`evidence.entry ${at}`);
    return null;
  }
  const tree = (hash: Hash, way: Bytes[], root: Bytes): boolean =>
    includes(hash, leafHash(hash, item.bytes), item.seq, checkpoint.size, way, root);
  const included = tree(sm3, item.sm3Path, checkpoint.sm3Root) && tree(sha256Hash, item.sha256Path, checkpoint.sha256Root);
  if (!included) problems.push(`evidence.not_included ${at}`);
  const revealed = Object.create(null) as JsonObject;
  let fieldsMatch = true;
  for (const { name, value, salt } of item.reveal) {
    const expected = entry.fields.get(name);
    if (expected && salt.some((b) => b !== 0) && equal(commitment(salt, name, value), expected)) {
      revealed[name] = value;
    } else {
      fieldsMatch = false;
      problems.push(`evidence.field ${at} field=${name}`);
    }
  }
  return { seq: item.seq, entry, revealed, included, fieldsMatch };
}

function readKeys(items: Proven[], checkpoint: Checkpoint, origin: string, problems: string[]): KeyHistory | null {
  const history = new KeyHistory();
  const before = problems.length;
  for (const item of items) {
    const verdict = checkProven(item, checkpoint, problems);
    if (!verdict) continue;
    if (Object.keys(verdict.revealed).length !== verdict.entry.fields.size) {
      problems.push(`evidence.keys seq=${item.seq}`);
      continue;
    }
    const reason = history.add(verdict.entry.kind, item.seq, verdict.revealed);
    if (reason) problems.push(`evidence.keys seq=${item.seq} ${reason}`);
  }
  if (!history.genesis || history.genesis.origin !== origin) problems.push('evidence.keys');
  return problems.length === before ? history : null;
}

/** Each kind of key that is listed for the origin lists the one given. */
function pins(trusted: VerifierKey[], origin: string, keys: LogKeys): boolean {
  const mine = trusted.filter((k) => k.name === origin);
  const kinds = new Set(mine.map((k) => k.kind));
  return kinds.size > 0 && [...kinds].every((kind) => mine.some((k) => k.kind === kind && equalKey(k, keys)));
}

interface Paths {
  from: number;
  sm3: Bytes[];
  sha256: Bytes[];
}

function compare(seen: Checkpoint, now: Checkpoint, paths: Paths | null): Consistency {
  if (seen.size === now.size) {
    return equal(seen.sm3Root, now.sm3Root) && equal(seen.sha256Root, now.sha256Root) ? 'proven' : 'contradicted';
  }
  if (paths?.from !== seen.size) return 'unknown';
  const ok = extends_(sm3, seen.size, now.size, paths.sm3, seen.sm3Root, now.sm3Root) &&
    extends_(sha256Hash, seen.size, now.size, paths.sha256, seen.sha256Root, now.sha256Root);
  return ok ? 'proven' : 'contradicted';
}

function judgeTrust(verdict: EvidenceVerdict, history: KeyHistory | null, trust: Trust, paths: Paths | null): void {
  const { origin, checkpoint } = verdict;
  if (!trust.seen) {
    const pinned = history?.periods.some((p) => pins(trust.keys, origin, p.keys)) ?? false;
    verdict.pinning = pinned ? 'pinned' : 'not_pinned';
    return;
  }
  const keys = history?.atSize(trust.seen.size);
  const signed = keys ? checkSignatures(trust.seen, keys) : { ed25519: false, sm2: false };
  const pinned = trust.seen.origin === origin && signed.ed25519 && signed.sm2;
  verdict.pinning = pinned ? 'pinned' : 'not_pinned';
  if (!pinned) return;
  verdict.consistency = compare(trust.seen, checkpoint, paths);
  if (verdict.consistency === 'contradicted') verdict.problems.push('evidence.fork');
}

/** Throws MalformedEvidence when the bundle cannot be read; else a verdict. */
export function verifyEvidence(bundle: Json, trust: Trust | null): EvidenceVerdict {
  const o = members(bundle, 'bundle', ['format', 'origin', 'checkpoint', 'keys', 'entries'], ['consistency']);
  if (o['format'] !== 'sluice-evidence/1' || typeof o['origin'] !== 'string' || typeof o['checkpoint'] !== 'string') {
    throw new MalformedEvidence('bundle.format');
  }
  const origin = o['origin'];
  const checkpoint = parseCheckpoint(o['checkpoint']);
  if (!checkpoint) throw new MalformedEvidence('bundle.checkpoint');
  const keyItems = list(o['keys'], 'bundle.keys', ENTRIES_MAX).map((k, i) => proven(k, `bundle.keys[${i}]`));
  const items = list(o['entries'], 'bundle.entries', ENTRIES_MAX).map((e, i) => proven(e, `bundle.entries[${i}]`));
  if (items.some((item, i) => i > 0 && item.seq <= items[i - 1]!.seq)) throw new MalformedEvidence('bundle.entries');
  let paths: Paths | null = null;
  if ('consistency' in o) {
    const c = members(o['consistency'], 'bundle.consistency', ['from', 'sm3_path', 'sha256_path']);
    paths = {
      from: count(c['from'], 'bundle.consistency.from'),
      sm3: path(c['sm3_path'], 'bundle.consistency.sm3_path'), sha256: path(c['sha256_path'], 'bundle.consistency.sha256_path'),
    };
  }

  const problems: string[] = [];
  if (checkpoint.origin !== origin) problems.push('evidence.origin');
  const history = readKeys(keyItems, checkpoint, origin, problems);
  const keys = history?.atSize(checkpoint.size) ?? null;
  const signed = keys ? checkSignatures(checkpoint, keys) : { ed25519: false, sm2: false };
  const checkpointOk = signed.ed25519 && signed.sm2;
  if (!checkpointOk) problems.push('evidence.checkpoint_signature');
  const verdict: EvidenceVerdict = {
    origin, genesis: history?.genesis ?? null, checkpoint, keysOk: history !== null, checkpointOk,
    pinning: 'not_asked', consistency: 'not_asked', entries: [], problems,
  };
  for (const item of items) {
    const one = checkProven(item, checkpoint, problems);
    if (one) verdict.entries.push(one);
  }
  if (trust) judgeTrust(verdict, history, trust, paths);
  return verdict;
}
