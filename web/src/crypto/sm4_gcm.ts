// SM4-GCM (GB/T 32907; NIST SP 800-38D), opening only: what the browser needs of it is the reading of a key file.
// Small inputs; not constant-time in the S-box, which a script in a browser cannot be.
import { type Bytes, equal, fromHex } from './bytes.ts';

const SBOX = fromHex(
  'd690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6' +
  '4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d351e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e' +
  'eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51' +
  '8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948',
)!;

const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc];
const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const substitute = (x: number): number =>
  (SBOX[x >>> 24]! << 24) | (SBOX[(x >>> 16) & 255]! << 16) | (SBOX[(x >>> 8) & 255]! << 8) | SBOX[x & 255]!;

function expand(key: Uint8Array): Int32Array {
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const k = FK.map((f, i) => view.getUint32(4 * i) ^ f);
  const out = new Int32Array(32);
  for (let i = 0; i < 32; i++) {
    let ck = 0;
    for (let j = 0; j < 4; j++) ck = (ck << 8) | (((4 * i + j) * 7) & 255);
    const b = substitute(k[1]! ^ k[2]! ^ k[3]! ^ ck);
    const next = k[0]! ^ b ^ rotl(b, 13) ^ rotl(b, 23);
    k.push(next);
    k.shift();
    out[i] = next;
  }
  return out;
}

function encryptBlock(rounds: Int32Array, block: Uint8Array): Bytes {
  const view = new DataView(block.buffer, block.byteOffset, 16);
  const x = [0, 1, 2, 3].map((i) => view.getUint32(4 * i));
  for (let i = 0; i < 32; i++) {
    const b = substitute(x[1]! ^ x[2]! ^ x[3]! ^ rounds[i]!);
    x.push(x[0]! ^ b ^ rotl(b, 2) ^ rotl(b, 10) ^ rotl(b, 18) ^ rotl(b, 24));
    x.shift();
  }
  const out = new Uint8Array(16);
  const to = new DataView(out.buffer);
  x.reverse().forEach((word, i) => to.setInt32(4 * i, word));
  return out;
}

const blockToInt = (block: Uint8Array): bigint => block.reduce((n, b) => (n << 8n) | BigInt(b), 0n);
const R = 0xe1n << 120n;

function multiply(x: bigint, y: bigint): bigint {
  let z = 0n;
  let v = y;
  for (let i = 127n; i >= 0n; i--) {
    if ((x >> i) & 1n) z ^= v;
    v = v & 1n ? (v >> 1n) ^ R : v >> 1n;
  }
  return z;
}

function ghash(h: bigint, associated: Uint8Array, cipher: Uint8Array): bigint {
  let y = 0n;
  for (const part of [associated, cipher]) {
    for (let at = 0; at < part.length; at += 16) {
      const block = new Uint8Array(16);
      block.set(part.subarray(at, at + 16));
      y = multiply(y ^ blockToInt(block), h);
    }
  }
  return multiply(y ^ ((BigInt(associated.length * 8) << 64n) | BigInt(cipher.length * 8)), h);
}

/** The plain text of ciphertext ‖ tag(16) under a 16-byte key and a 12-byte nonce; null when anything differs from sealing. */
export function sm4GcmOpen(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Bytes | null {
  if (key.length !== 16 || nonce.length !== 12 || sealed.length < 16) return null;
  const rounds = expand(key);
  const cipher = sealed.subarray(0, sealed.length - 16);
  const counter = new Uint8Array(16);
  counter.set(nonce);
  const view = new DataView(counter.buffer);
  view.setUint32(12, 1);
  const mask = encryptBlock(rounds, counter);
  const s = ghash(blockToInt(encryptBlock(rounds, new Uint8Array(16))), associated, cipher);
  const tag = Uint8Array.from(mask, (b, i) => b ^ Number((s >> BigInt(8 * (15 - i))) & 255n));
  if (!equal(tag, sealed.subarray(cipher.length))) return null;
  const plain = new Uint8Array(cipher.length);
  for (let at = 0; at < cipher.length; at += 16) {
    view.setUint32(12, 2 + at / 16);
    const stream = encryptBlock(rounds, counter);
    for (let i = 0; i < 16 && at + i < cipher.length; i++) plain[at + i] = cipher[at + i]! ^ stream[i]!;
  }
  return plain;
}
