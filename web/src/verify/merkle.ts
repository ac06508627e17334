// Merkle proofs of RFC 6962 / RFC 9162, over any hash: leaf = H(00 ‖ entry), node = H(01 ‖ left ‖ right).
import { type Bytes, concat, equal } from '../crypto/bytes.ts';

export type Hash = (data: Uint8Array) => Bytes;

export const leafHash = (hash: Hash, entry: Uint8Array): Bytes => hash(concat(Uint8Array.of(0), entry));
const nodeHash = (hash: Hash, left: Uint8Array, right: Uint8Array): Bytes => hash(concat(Uint8Array.of(1), left, right));

/** RFC 9162 §2.1.3.2: does the path lead from leaf `index` to the root of a tree of `size` leaves? */
export function includes(hash: Hash, leaf: Uint8Array, index: number, size: number, path: Uint8Array[], root: Uint8Array): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let r: Uint8Array = leaf;
  for (const p of path) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(hash, p, r);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(hash, r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(r, root);
}

/** RFC 9162 §2.1.4.2: is the tree of size `first` with `firstRoot` a beginning of the tree of size `second`? */
export function extends_(
  hash: Hash, first: number, second: number, path: Uint8Array[], firstRoot: Uint8Array, secondRoot: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second) return false;
  if (first === second) return path.length === 0 && equal(firstRoot, secondRoot);
  if (first === 0) return path.length === 0;
  let fn = BigInt(first) - 1n;
  let sn = BigInt(second) - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  const rest = [...path];
  const start = fn === 0n ? firstRoot : rest.shift();
  if (start === undefined) return false;
  let fr: Uint8Array = start;
  let sr: Uint8Array = start;
  for (const c of rest) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(hash, c, fr);
      sr = nodeHash(hash, c, sr);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      sr = nodeHash(hash, sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(fr, firstRoot) && equal(sr, secondRoot);
}
