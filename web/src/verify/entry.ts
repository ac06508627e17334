// Ledger entries and the salted commitments of their fields (docs/formats/entry.md, docs/formats/commitment.md).
import { type Bytes, Reader, concat, fromUtf8, utf8 } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';
import { type Json, canonical } from './json.ts';

export interface Entry {
  seq: number;
  time: number;
  kind: string;
  kindVersion: number;
  actor: string;
  objects: string[];
  fields: Map<string, Bytes>;
}

const ENTRY_BYTES_MAX = 64 << 10;

/** Strict: null for bytes that the ledger would not have written. */
export function decodeEntry(bytes: Uint8Array): Entry | null {
  if (bytes.length > ENTRY_BYTES_MAX) return null;
  try {
    const in_ = new Reader(bytes);
    const str8 = (): string => fromUtf8(in_.take(in_.u8()));
    const u64 = (): number => {
      const value = in_.u64();
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('u64');
      return Number(value);
    };
    if (in_.u8() !== 1) return null;
    const seq = u64();
    const time = u64();
    const kind = str8();
    if (!/^[a-z0-9_.]{1,80}$/.test(kind)) return null;
    const kindVersion = in_.u16();
    const actor = str8();
    const objects = Array.from({ length: in_.u8() }, str8);
    const fields = new Map<string, Bytes>();
    let last: string | null = null;
    for (let n = in_.u16(); n > 0; n--) {
      const name = str8();
      if (last !== null && !(last < name)) return null;
      last = name;
      fields.set(name, in_.take(32));
    }
    return in_.left === 0 ? { seq, time, kind, kindVersion, actor, objects, fields } : null;
  } catch {
    return null;
  }
}

const LABEL = utf8('sluice/commitment/v1\0');

export function commitment(salt: Uint8Array, name: string, value: Json): Bytes {
  const n = utf8(name);
  return sm3(concat(LABEL, salt, Uint8Array.of(n.length >> 8, n.length & 0xff), n, utf8(canonical(value))));
}
