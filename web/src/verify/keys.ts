// The key history of a ledger: genesis, and hand-overs each signed by the pair of keys before (docs/formats/checkpoint.md).
import { type Bytes, fromBase64, utf8 } from '../crypto/bytes.ts';
import { sm2Verify } from '../crypto/sm2.ts';
import { type Json, type JsonObject, canonical, str } from './json.ts';
import { type LogKeys, ed25519Verify } from './note.ts';

export interface KeyPeriod {
  from: number;
  keys: LogKeys;
}

export interface Genesis {
  origin: string;
  name: string;
  uscc: string;
}

const bytes = (body: JsonObject, key: string, size?: number): Bytes | null => {
  const out = fromBase64(str(body, key) ?? '!');
  return out && (size === undefined || out.length === size) ? out : null;
};

function keysOf(body: JsonObject): LogKeys | null {
  const ed25519 = bytes(body, 'ed25519_key', 32);
  const sm2 = bytes(body, 'sm2_key', 65);
  return ed25519 && sm2 && { ed25519, sm2 };
}

function bothSigned(body: JsonObject, message: string, keys: LogKeys, ed25519Field: string, sm2Field: string): boolean {
  const ed = bytes(body, ed25519Field, 64);
  const sm = bytes(body, sm2Field);
  const text = utf8(message);
  return ed !== null && sm !== null && ed25519Verify(text, ed, keys.ed25519) && sm2Verify(text, sm, keys.sm2);
}

const pick = (body: JsonObject, names: string[]): Json => Object.fromEntries(names.map((n) => [n, body[n] ?? null]));

export class KeyHistory {
  genesis: Genesis | null = null;
  readonly periods: KeyPeriod[] = [];

  /** The reason why the statement cannot be accepted, or null when it was. */
  add(kind: string, seq: number, body: JsonObject): string | null {
    const keys = keysOf(body);
    if (!keys) return 'keys.bad_body';
    if (kind === 'ledger.genesis') return this.addGenesis(seq, body, keys);
    if (kind === 'ledger.key_rotated') return this.addRotation(seq, body, keys);
    return 'keys.bad_body';
  }

  private addGenesis(seq: number, body: JsonObject, keys: LogKeys): string | null {
    if (this.genesis || seq !== 0) return 'keys.out_of_order';
    const [origin, name, uscc] = [str(body, 'origin'), str(body, 'name'), str(body, 'uscc')];
    if (origin === undefined || name === undefined || uscc === undefined) return 'keys.bad_body';
    const message = 'sluice/ledger.genesis/v1\n' + canonical(pick(body, ['ed25519_key', 'name', 'origin', 'sm2_key', 'uscc']));
    if (!bothSigned(body, message, keys, 'ed25519_proof', 'sm2_proof')) return 'keys.bad_proof';
    this.genesis = { origin, name, uscc };
    this.periods.push({ from: 0, keys });
    return null;
  }

  private addRotation(seq: number, body: JsonObject, keys: LogKeys): string | null {
    const before = this.periods.at(-1);
    if (!this.genesis || !before) return 'keys.no_genesis';
    if (seq <= before.from) return 'keys.out_of_order';
    const statement = { ed25519_key: body['ed25519_key']!, origin: this.genesis.origin, seq, sm2_key: body['sm2_key']! };
    const message = 'sluice/ledger.key_rotated/v1\n' + canonical(statement);
    const ok = bothSigned(body, message, before.keys, 'old_ed25519', 'old_sm2') && bothSigned(body, message, keys, 'new_ed25519', 'new_sm2');
    if (!ok) return 'keys.bad_handover';
    this.periods.push({ from: seq, keys });
    return null;
  }

  /** The keys that sign a checkpoint of this size: those in force after entries 0…size−1. */
  atSize(size: number): LogKeys | null {
    return this.periods.findLast((p) => p.from < size)?.keys ?? null;
  }
}
