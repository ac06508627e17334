// SM2 signatures (GB/T 32918.2, .5; DER form and default user id of GB/T 35276), over the audited curve arithmetic of
// @noble/curves. Nonces come from the browser's own generator. sm-crypto is the second implementation in the tests.
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { type Bytes, concat, fromHex, hex, utf8 } from './bytes.ts';
import { sm3 } from './sm3.ts';

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const GX = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n;
const GY = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n;
const Point = weierstrass({ p: P, n: N, h: 1n, a: A, b: B, Gx: GX, Gy: GY });

const USER_ID = utf8('1234567812345678');

const mod = (x: bigint): bigint => ((x % N) + N) % N;
const toBigInt = (bytes: Uint8Array): bigint => BigInt('0x' + (hex(bytes) || '0'));
const to32 = (x: bigint): Bytes => fromHex(x.toString(16).padStart(64, '0'))!;

/** e of GB/T 32918.2: SM3(Z ‖ message), Z binding user id, curve and public key. */
function digest(message: Uint8Array, publicKey: Uint8Array): bigint {
  const entl = Uint8Array.of(0, USER_ID.length * 8);
  const z = sm3(concat(entl, USER_ID, to32(A), to32(B), to32(GX), to32(GY), publicKey.subarray(1)));
  return toBigInt(sm3(concat(z, message)));
}

function derInteger(x: bigint): Bytes {
  let text = x.toString(16);
  if (text.length % 2 !== 0) text = '0' + text;
  if (parseInt(text.slice(0, 2), 16) >= 0x80) text = '00' + text;
  const body = fromHex(text)!;
  return concat(Uint8Array.of(0x02, body.length), body);
}

/** Reads SEQUENCE{INTEGER r, INTEGER s} in its one canonical encoding; null otherwise. */
function parseDer(der: Uint8Array): { r: bigint; s: bigint } | null {
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const values: bigint[] = [];
  let at = 2;
  for (let i = 0; i < 2; i++) {
    const size = der[at + 1];
    if (der[at] !== 0x02 || size === undefined || size === 0 || size > 33 || at + 2 + size > der.length) return null;
    values.push(toBigInt(der.subarray(at + 2, at + 2 + size)));
    at += 2 + size;
  }
  const [r, s] = values as [bigint, bigint];
  const again = concat(derInteger(r), derInteger(s));
  if (at !== der.length || hex(again) !== hex(der.subarray(2))) return null;
  return { r, s };
}

/** True when `der` signs `message` under the 65-byte point 04‖x‖y. Anything malformed is false. */
export function sm2Verify(message: Uint8Array, der: Uint8Array, publicKey: Uint8Array): boolean {
  const signature = parseDer(der);
  if (signature === null || publicKey.length !== 65 || publicKey[0] !== 4) return false;
  const { r, s } = signature;
  if (r < 1n || r >= N || s < 1n || s >= N) return false;
  const t = mod(r + s);
  if (t === 0n) return false;
  try {
    const key = Point.fromBytes(publicKey);
    const sum = Point.BASE.multiplyUnsafe(s).add(key.multiplyUnsafe(t));
    if (sum.is0()) return false;
    return mod(digest(message, publicKey) + sum.toAffine().x) === r;
  } catch {
    return false;
  }
}

/** The public point of a 32-byte scalar in [1, n−2]; throws RangeError outside. */
export function sm2PublicKey(scalar: Uint8Array): Bytes {
  return Point.BASE.multiply(checkedScalar(scalar)).toBytes(false) as Bytes;
}

function checkedScalar(scalar: Uint8Array): bigint {
  const d = toBigInt(scalar);
  if (scalar.length !== 32 || d < 1n || d > N - 2n) throw new RangeError('sm2.bad_key');
  return d;
}

/** Uniform in [1, n−1] by rejection. */
function nonce(): bigint {
  for (;;) {
    const k = toBigInt(crypto.getRandomValues(new Uint8Array(32)));
    if (k >= 1n && k < N) return k;
  }
}

function invert(x: bigint): bigint {
  let [a, b, u, v] = [mod(x), N, 1n, 0n];
  while (a !== 0n) {
    const q = b / a;
    [a, b, u, v] = [b - q * a, a, v - q * u, u];
  }
  return mod(v);
}

/** DER signature of `message` with the default user id. */
export function sm2Sign(message: Uint8Array, scalar: Uint8Array): Bytes {
  const d = checkedScalar(scalar);
  const e = digest(message, sm2PublicKey(scalar));
  for (;;) {
    const k = nonce();
    const r = mod(e + Point.BASE.multiply(k).toAffine().x);
    if (r === 0n || r + k === N) continue;
    const s = mod(invert(1n + d) * (k - r * d));
    if (s === 0n) continue;
    const body = concat(derInteger(r), derInteger(s));
    return concat(Uint8Array.of(0x30, body.length), body);
  }
}
