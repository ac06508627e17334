// The proof that somebody has the private half of a party's key (src/space/party, key_proof_text): a signature that names the party, made here or on
// another machine (sluice party key --out).
import { base64, fromBase64, hex } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';
import { canonical } from '../verify/json.ts';

export interface Proof { party: string; public_key: string; proof: string }

export const proofText = (party: string, public_key: string): string => `sluice/party-key/v1\n${canonical({ party, public_key })}`;

/** A proof as it was handed over, for this party; null: it is none. Whether the signature holds, the node says. */
export function readProof(text: string, party: string): Proof | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof read !== 'object' || read === null) return null;
  const { format, party: named, public_key, proof } = read as Record<string, unknown>;
  if (format !== 'sluice-party-key/1' || named !== party || typeof public_key !== 'string' || typeof proof !== 'string') return null;
  const point = fromBase64(public_key);
  return point?.length === 65 && base64(point) === public_key && (fromBase64(proof)?.length ?? 0) > 0 ? { party, public_key, proof } : null;
}

/** How a key is named: the first 16 bytes of SM3 over it. */
export const keyNumber = (public_key: string): string => hex(sm3(fromBase64(public_key)!).subarray(0, 16));

/** What somebody heard and wrote, blanks, dashes and capitals aside. */
export const sameNumber = (heard: string, number: string): boolean => heard.replace(/[\s-]/g, '').toLowerCase() === number;
