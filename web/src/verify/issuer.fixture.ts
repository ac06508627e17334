// A small issuer for the tests of the verifier: signs what a node would sign. Never part of a build.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, base64, concat, hex, utf8 } from '../crypto/bytes.ts';
import { sm2PublicKey, sm2Sign } from '../crypto/sm2.ts';
import { sm3 } from '../crypto/sm3.ts';
import { commitment } from './entry.ts';
import { type Json, type JsonObject, canonical } from './json.ts';
import { type Hash, leafHash } from './merkle.ts';
import { keyId, verifierKeyLine } from './note.ts';

const random = (n: number): Bytes => crypto.getRandomValues(new Uint8Array(n));
const be = (value: number, size: number): Bytes => {
  const out = new Uint8Array(size);
  for (let i = size - 1, v = BigInt(value); i >= 0; i--, v >>= 8n) out[i] = Number(v & 255n);
  return out;
};
const str8 = (text: string): Bytes => concat(be(utf8(text).length, 1), utf8(text));

class Pair {
  readonly edSecret = random(32);
  readonly smSecret = concat(Uint8Array.of(1), random(31));
  readonly ed = ed25519.getPublicKey(this.edSecret) as Bytes;
  readonly sm = sm2PublicKey(this.smSecret);
  sign(text: string): { ed: Bytes; sm: Bytes } {
    return { ed: ed25519.sign(utf8(text), this.edSecret) as Bytes, sm: sm2Sign(utf8(text), this.smSecret) };
  }
}

interface Stored {
  bytes: Bytes;
  reveal: JsonObject;
}

const treeHashes: Record<'sm3' | 'sha256', Hash> = { sm3, sha256: (d) => sha256(d) as Bytes };

export class Issuer {
  readonly origin = 'example.invalid/test';
  pair = new Pair();
  readonly first = this.pair;
  readonly log: Stored[] = [];
  private readonly keySeqs: number[] = [0];

  constructor() {
    const body: JsonObject = {
      ed25519_key: base64(this.pair.ed), name: '测试空间', origin: this.origin, sm2_key: base64(this.pair.sm), uscc: '11990000MB00000000',
    };
    const proof = this.pair.sign('sluice/ledger.genesis/v1\n' + canonical(body));
    this.append('ledger.genesis', { ...body, ed25519_proof: base64(proof.ed), sm2_proof: base64(proof.sm) });
  }

  append(kind: string, body: JsonObject, objects: string[] = [], actor = ''): number {
    const seq = this.log.length;
    const reveal: JsonObject = {};
    const fields: Bytes[] = [];
    for (const name of Object.keys(body).sort()) {
      const salt = random(16);
      reveal[name] = { value: body[name]!, salt: hex(salt) };
      fields.push(str8(name), commitment(salt, name, body[name]!));
    }
    const bytes = concat(
      be(1, 1), be(seq, 8), be(1_800_000_000_000 + seq, 8), str8(kind), be(1, 2), str8(actor),
      be(objects.length, 1), ...objects.map(str8), be(Object.keys(body).length, 2), ...fields,
    );
    this.log.push({ bytes, reveal });
    return seq;
  }

  rotate(): void {
    const next = new Pair();
    const seq = this.log.length;
    const body = { ed25519_key: base64(next.ed), sm2_key: base64(next.sm) };
    const text = 'sluice/ledger.key_rotated/v1\n' + canonical({ ...body, origin: this.origin, seq });
    const [before, after] = [this.pair.sign(text), next.sign(text)];
    this.append('ledger.key_rotated', {
      ...body, old_ed25519: base64(before.ed), old_sm2: base64(before.sm), new_ed25519: base64(after.ed), new_sm2: base64(after.sm),
    });
    this.keySeqs.push(seq);
    this.pair = next;
  }

  note(size = this.log.length, pair = this.pair): string {
    const [sha, sm] = (['sha256', 'sm3'] as const).map((t) => base64(this.root(t, 0, size)));
    const text = `${this.origin}\n${size}\n${sha}\nsm3 ${sm}\n`;
    const { ed, sm: smSignature } = pair.sign(text);
    const line = (kind: 'ed25519' | 'sm2', key: Bytes, signature: Bytes): string =>
      `— ${this.origin} ${base64(concat(keyId(this.origin, kind, key), signature))}\n`;
    return text + '\n' + line('ed25519', pair.ed, ed) + line('sm2', pair.sm, smSignature);
  }

  trust(): string {
    return `# the space's first keys\n${verifierKeyLine(this.origin, 'ed25519', this.first.ed)}\n${verifierKeyLine(this.origin, 'sm2', this.first.sm)}\n`;
  }

  bundle(seqs: number[], hide: string[] = [], consistencyFrom?: number): JsonObject {
    const out: JsonObject = {
      format: 'sluice-evidence/1', origin: this.origin, checkpoint: this.note(),
      keys: this.keySeqs.map((s) => this.proven(s, [])), entries: seqs.map((s) => this.proven(s, hide)),
    };
    if (consistencyFrom !== undefined) {
      const way = (t: 'sm3' | 'sha256'): Json => this.subproof(t, consistencyFrom, 0, this.log.length, true).map(hex);
      out['consistency'] = { from: consistencyFrom, sm3_path: way('sm3'), sha256_path: way('sha256') };
    }
    return JSON.parse(JSON.stringify(out)) as JsonObject;
  }

  private proven(seq: number, hide: string[]): JsonObject {
    const { bytes, reveal } = this.log[seq]!;
    const shown = Object.fromEntries(Object.entries(reveal).filter(([name]) => !hide.includes(name)));
    const way = (t: 'sm3' | 'sha256'): Json => this.path(t, seq, 0, this.log.length).map(hex);
    return { seq, entry: base64(bytes), reveal: shown, sm3_path: way('sm3'), sha256_path: way('sha256') };
  }

  private root(tree: 'sm3' | 'sha256', from: number, to: number): Bytes {
    const hash = treeHashes[tree];
    if (to - from === 1) return leafHash(hash, this.log[from]!.bytes);
    const k = split(to - from);
    return hash(concat(Uint8Array.of(1), this.root(tree, from, from + k), this.root(tree, from + k, to)));
  }

  private path(tree: 'sm3' | 'sha256', seq: number, from: number, to: number): Bytes[] {
    if (to - from === 1) return [];
    const k = split(to - from);
    return seq < from + k
      ? [...this.path(tree, seq, from, from + k), this.root(tree, from + k, to)]
      : [...this.path(tree, seq, from + k, to), this.root(tree, from, from + k)];
  }

  private subproof(tree: 'sm3' | 'sha256', m: number, from: number, to: number, whole: boolean): Bytes[] {
    if (m === to - from) return whole ? [] : [this.root(tree, from, to)];
    const k = split(to - from);
    return m <= k
      ? [...this.subproof(tree, m, from, from + k, whole), this.root(tree, from + k, to)]
      : [...this.subproof(tree, m - k, from + k, to, false), this.root(tree, from, from + k)];
  }
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
