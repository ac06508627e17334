// Party key files "sluice-key/1" (docs/formats/keys.md): opened in the browser, the scalar never leaves it.
import { argon2idAsync } from '@noble/hashes/argon2.js';
import { type Bytes, equal, fromBase64, fromHex, hex, utf8 } from './bytes.ts';
import { sm2PublicKey } from './sm2.ts';
import { sm3 } from './sm3.ts';
import { sm4GcmOpen } from './sm4_gcm.ts';

export interface PublicPart {
  name: string;
  keyId: string;
  publicKey: Bytes;
  sealed: boolean;
}

export class KeyFileError extends Error {
  constructor(readonly reason: 'malformed' | 'wrong_passphrase') {
    super(`keyfile.${reason}`);
  }
}

interface Parsed extends PublicPart {
  privateKey: Bytes;
  argon2: { passes: number; memoryKib: number; salt: Bytes } | null;
}

export const sm2KeyId = (publicKey: Uint8Array): string => hex(sm3(publicKey).subarray(0, 16));

function parse(text: string): Parsed {
  const bad = (): never => { throw new KeyFileError('malformed'); };
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return bad();
  }
  if (typeof file !== 'object' || file === null || file['format'] !== 'sluice-key/1' || file['algorithm'] !== 'SM2') return bad();
  const publicKey = fromHex(String(file['public_key']));
  const privateKey = fromBase64(String(file['private_key']));
  if (publicKey?.length !== 65 || !privateKey || file['key_id'] !== sm2KeyId(publicKey)) return bad();
  const params = file['argon2'] as Record<string, unknown> | undefined;
  let argon2: Parsed['argon2'] = null;
  if (params !== undefined) {
    const salt = fromBase64(String(params['salt']));
    const [passes, memoryKib] = [Number(params['passes']), Number(params['memory_kib'])];
    if (salt?.length !== 16 || !(passes >= 1 && passes <= 16) || !(memoryKib >= 8 && memoryKib <= 1 << 20)) return bad();
    argon2 = { passes, memoryKib, salt };
  }
  return { name: String(file['name'] ?? ''), keyId: String(file['key_id']), publicKey, privateKey, argon2, sealed: argon2 !== null };
}

/** What the file says without a passphrase. Throws KeyFileError. */
export function readPublicPart(text: string): PublicPart {
  const { name, keyId, publicKey, sealed } = parse(text);
  return { name, keyId, publicKey, sealed };
}

/** The private scalar; the caller overwrites it when done. Throws KeyFileError. */
export async function openKeyFile(text: string, passphrase: string): Promise<{ scalar: Bytes; part: PublicPart }> {
  const file = parse(text);
  let scalar = file.privateKey;
  if (file.argon2) {
    const { passes, memoryKib, salt } = file.argon2;
    const key = await argon2idAsync(utf8(passphrase), salt, { t: passes, m: memoryKib, p: 1, dkLen: 16, version: 0x13 });
    const associated = utf8('sluice-key/1 ' + hex(file.publicKey));
    const opened = file.privateKey.length > 28 ? sm4GcmOpen(key, file.privateKey.subarray(0, 12), associated, file.privateKey.subarray(12)) : null;
    key.fill(0);
    if (!opened) throw new KeyFileError('wrong_passphrase');
    scalar = opened;
  }
  let fits = false;
  try {
    fits = equal(sm2PublicKey(scalar), file.publicKey);
  } catch {
    fits = false;
  }
  if (!fits) throw new KeyFileError('malformed');
  return { scalar, part: file };
}
