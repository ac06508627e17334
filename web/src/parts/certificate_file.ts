// Certificates and lists as files: PEM goes to the node as it is, DER in base64; the fingerprint is over DER (docs/formats/sign-in.md).
import { base64, fromBase64, hex } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';

const PEM = /^-----BEGIN [A-Z0-9 ]+-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END /m;

/** What the API takes: the text of a PEM file from its first line on, else the bytes in base64. */
export async function encodedFile(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder('latin1').decode(bytes);
  const from = text.indexOf('-----BEGIN ');
  return from < 0 ? base64(bytes) : text.slice(from);
}

/** SM3 over the DER of an encoded certificate, in hexadecimal; null where it is no certificate. */
export function fingerprintOf(encoded: string): string | null {
  const der = fromBase64((PEM.exec(encoded)?.[1] ?? encoded).replace(/\s/g, ''));
  return der && der.length > 0 && der[0] === 0x30 ? hex(sm3(der)) : null;
}
