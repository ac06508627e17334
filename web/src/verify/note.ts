// Signed notes (C2SP signed-note, tlog-checkpoint), verifier keys, and what a verifier trusts beforehand
// (docs/formats/checkpoint.md).
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, base64, concat, equal, fromBase64, fromHex, utf8 } from '../crypto/bytes.ts';
import { sm2Verify } from '../crypto/sm2.ts';

export interface LogKeys {
  ed25519: Bytes;
  sm2: Bytes;
}

export interface Checkpoint {
  origin: string;
  size: number;
  sha256Root: Bytes;
  sm3Root: Bytes;
  text: string;
  note: string;
  signatures: { name: string; keyId: Bytes; signature: Bytes }[];
}

const SM2_TYPE = utf8('sluice/sm2-sm3/v1');
const NOTE_BYTES_MAX = 64 << 10;

export type KeyKind = 'ed25519' | 'sm2';

export function keyId(name: string, kind: KeyKind, key: Uint8Array): Bytes {
  const type = kind === 'ed25519' ? Uint8Array.of(1) : concat(Uint8Array.of(0xff), SM2_TYPE);
  return sha256(concat(utf8(name + '\n'), type, key)).slice(0, 4) as Bytes;
}

const isOrigin = (text: string): boolean => /^[\x21-\x2a\x2c-\x7e]{1,200}$/.test(text);

/** Strict; null for anything that is not a checkpoint note with both roots. */
export function parseCheckpoint(note: string): Checkpoint | null {
  if (utf8(note).length > NOTE_BYTES_MAX) return null;
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return null;
  const text = note.slice(0, split + 1);
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  const sm3Lines = extensions.filter((line) => line.startsWith('sm3 '));
  if (root === undefined || !isOrigin(origin!) || !/^(0|[1-9][0-9]{0,15})$/.test(size!) || sm3Lines.length !== 1 || extensions.includes('')) return null;
  const sha256Root = fromBase64(root);
  const sm3Root = fromBase64(sm3Lines[0]!.slice(4));
  if (sha256Root?.length !== 32 || sm3Root?.length !== 32 || !Number.isSafeInteger(Number(size))) return null;
  const signatures = parseSignatures(note.slice(split + 2));
  return signatures && { origin: origin!, size: Number(size), sha256Root, sm3Root, text, note, signatures };
}

function parseSignatures(block: string): Checkpoint['signatures'] | null {
  if (!block.endsWith('\n')) return null;
  const out: Checkpoint['signatures'] = [];
  for (const line of block.slice(0, -1).split('\n')) {
    const found = /^\u2014 ([^ +\n]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
    const raw = found && fromBase64(found[2]!);
    if (!raw || raw.length < 5) return null;
    out.push({ name: found[1]!, keyId: raw.slice(0, 4), signature: raw.slice(4) });
  }
  return out;
}

export const ed25519Verify = (message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean => {
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
};

/** Which of the origin's two keys signed the note. */
export function checkSignatures(note: Checkpoint, keys: LogKeys): { ed25519: boolean; sm2: boolean } {
  const text = utf8(note.text);
  const by = (kind: KeyKind, key: Uint8Array, verify: typeof sm2Verify): boolean => {
    const id = keyId(note.origin, kind, key);
    return note.signatures.some((s) => s.name === note.origin && equal(s.keyId, id) && verify(text, s.signature, key));
  };
  return { ed25519: by('ed25519', keys.ed25519, ed25519Verify), sm2: by('sm2', keys.sm2, sm2Verify) };
}

export interface VerifierKey {
  name: string;
  kind: KeyKind;
  key: Bytes;
}

export const equalKey = (a: VerifierKey, keys: LogKeys): boolean => equal(a.key, keys[a.kind]);

export function parseVerifierKey(line: string): VerifierKey | null {
  const found = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(line);
  const raw = found && fromBase64(found[3]!);
  if (!raw || !isOrigin(found[1]!)) return null;
  let kind: KeyKind;
  let key: Bytes;
  if (raw[0] === 1 && raw.length === 33) {
    kind = 'ed25519';
    key = raw.slice(1);
  } else if (raw[0] === 0xff && raw.length === 1 + SM2_TYPE.length + 65 && equal(raw.subarray(1, 1 + SM2_TYPE.length), SM2_TYPE)) {
    kind = 'sm2';
    key = raw.slice(1 + SM2_TYPE.length);
  } else {
    return null;
  }
  return equal(keyId(found[1]!, kind, key), fromHex(found[2]!)!) ? { name: found[1]!, kind, key } : null;
}

export const verifierKeyLine = (name: string, kind: KeyKind, key: Uint8Array): string => {
  const body = kind === 'ed25519' ? concat(Uint8Array.of(1), key) : concat(Uint8Array.of(0xff), SM2_TYPE, key);
  return `${name}+${[...keyId(name, kind, key)].map((b) => b.toString(16).padStart(2, '0')).join('')}+${base64(body)}`;
};

/** Verifier keys, one a line ('#' begins a comment line), or one checkpoint seen before. */
export type Trust = { keys: VerifierKey[]; seen: null } | { keys: []; seen: Checkpoint };

export function parseTrust(text: string): Trust | null {
  if (text.includes('\n\n\u2014 ')) {
    const seen = parseCheckpoint(text);
    return seen && { keys: [], seen };
  }
  const keys: VerifierKey[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/[\r ]+$/, '');
    if (line === '' || line.startsWith('#')) continue;
    const key = parseVerifierKey(line);
    if (!key) return null;
    keys.push(key);
  }
  return keys.length > 0 ? { keys, seen: null } : null;
}
