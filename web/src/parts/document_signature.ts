// A detached SM2 signature of a JSON document, as `sluice sign` writes it (docs/formats/keys.md, sluice-signature/1): over the canonical form.
import { hex, utf8 } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';
import { type JsonObject, canonical, isObject, parseJson } from '../verify/json.ts';
import type { Signer } from './key_file.tsx';

export interface DocumentSignature { format: 'sluice-signature/1'; algorithm: 'SM2-SM3'; form: 'canonical-json' | 'raw'; digest_sm3: string; key_id: string; public_key: string; signature: string }

/** The document of a file; null where it is no JSON object. */
export function documentOf(text: string): JsonObject | null {
  try {
    const read = parseJson(text);
    return isObject(read) ? read : null;
  } catch {
    return null;
  }
}

export const digestOf = (document_: JsonObject): string => hex(sm3(utf8(canonical(document_))));

/** Of a text as `sluice sign` signs it: a JSON object in its canonical form, anything else byte for byte. */
export async function signText(text: string, signer: Signer): Promise<DocumentSignature> {
  const document_ = documentOf(text);
  const signed = document_ ? canonical(document_) : text;
  return {
    format: 'sluice-signature/1', algorithm: 'SM2-SM3', form: document_ ? 'canonical-json' : 'raw', digest_sm3: hex(sm3(utf8(signed))), key_id: signer.part.keyId, public_key: hex(signer.part.publicKey), signature: await signer.sign(signed),
  };
}
export const signDocument = (document_: JsonObject, signer: Signer): Promise<DocumentSignature> => signText(canonical(document_), signer);

/** A signature file and whether it is of this document; null where it is no signature. What the key is worth the node decides. */
export function readSignature(text: string, document_: JsonObject): { signature: DocumentSignature; matches: boolean } | null {
  const read = documentOf(text);
  if (!read || read['format'] !== 'sluice-signature/1' || typeof read['signature'] !== 'string') return null;
  return { signature: read as unknown as DocumentSignature, matches: read['form'] === 'canonical-json' && read['digest_sm3'] === digestOf(document_) };
}
