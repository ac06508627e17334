// SM3 (GB/T 32905-2016), streaming, so that a delivered file of any size can be hashed in the browser.
// Checked in the tests against the standard's examples and against sm-crypto on random input.
import type { Bytes } from './bytes.ts';

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

const T = new Int32Array(64);
for (let j = 0; j < 64; j++) T[j] = j % 32 === 0 ? (j < 16 ? 0x79cc4519 : 0x7a879d8a) : rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32);

export class Sm3 {
  private readonly v = Int32Array.of(
    0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600 | 0, 0xa96f30bc | 0, 0x163138aa, 0xe38dee4d | 0, 0xb0fb0e4e | 0,
  );
  private readonly block = new Uint8Array(64);
  private readonly w = new Int32Array(68);
  private filled = 0;
  private size = 0;

  update(data: Uint8Array): this {
    this.size += data.length;
    let at = 0;
    while (at < data.length) {
      if (this.filled === 0 && data.length - at >= 64) {
        this.compress(data, at);
        at += 64;
        continue;
      }
      const n = Math.min(64 - this.filled, data.length - at);
      this.block.set(data.subarray(at, at + n), this.filled);
      this.filled += n;
      at += n;
      if (this.filled === 64) {
        this.compress(this.block, 0);
        this.filled = 0;
      }
    }
    return this;
  }

  /** The digest; call once. */
  finish(): Bytes {
    const bits = this.size * 8;
    const pad = new Uint8Array((this.filled < 56 ? 64 : 128) - this.filled);
    pad[0] = 0x80;
    const tail = new DataView(pad.buffer, pad.length - 8);
    tail.setUint32(0, Math.floor(bits / 0x100000000));
    tail.setUint32(4, bits >>> 0);
    this.update(pad);
    const out = new Uint8Array(32);
    const view = new DataView(out.buffer);
    this.v.forEach((word, i) => view.setInt32(4 * i, word));
    return out;
  }

  private compress(data: Uint8Array, at: number): void {
    const w = this.w;
    for (let j = 0; j < 16; j++, at += 4) w[j] = (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
    for (let j = 16; j < 68; j++) {
      const x = w[j - 16]! ^ w[j - 9]! ^ rotl(w[j - 3]!, 15);
      w[j] = x ^ rotl(x, 15) ^ rotl(x, 23) ^ rotl(w[j - 13]!, 7) ^ w[j - 6]!;
    }
    const v = this.v;
    let a = v[0]!, b = v[1]!, c = v[2]!, d = v[3]!, e = v[4]!, f = v[5]!, g = v[6]!, h = v[7]!;
    for (let j = 0; j < 64; j++) {
      const a12 = rotl(a, 12);
      const ss1 = rotl((a12 + e + T[j]!) | 0, 7);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ a12) + (w[j]! ^ w[j + 4]!)) | 0;
      const tt2 = (gg + h + ss1 + w[j]!) | 0;
      d = c;
      c = rotl(b, 9);
      b = a;
      a = tt1;
      h = g;
      g = rotl(f, 19);
      f = e;
      e = tt2 ^ rotl(tt2, 9) ^ rotl(tt2, 17);
    }
    v[0]! ^= a; v[1]! ^= b; v[2]! ^= c; v[3]! ^= d; v[4]! ^= e; v[5]! ^= f; v[6]! ^= g; v[7]! ^= h;
  }
}

export const sm3 = (data: Uint8Array): Bytes => new Sm3().update(data).finish();
