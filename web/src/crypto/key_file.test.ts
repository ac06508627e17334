import { describe, expect, it } from 'vitest';
import { base64, fromHex, hex } from './bytes.ts';
import { KeyFileError, openKeyFile, sm2KeyId } from './key_file.ts';
import { sm2PublicKey } from './sm2.ts';
import { sm4GcmOpen } from './sm4_gcm.ts';

describe('SM4-GCM', () => {
  const key = fromHex('0123456789abcdeffedcba9876543210')!;
  const nonce = fromHex('00001234567800000000abcd')!;
  const associated = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2')!;
  const sealed = fromHex(
    '17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d' +
    '83de3541e4c2b58177e065a9bf7b62ec')!;
  it('opens the example of RFC 8998 A.1', () => {
    expect(hex(sm4GcmOpen(key, nonce, associated, sealed)!)).toBe(['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'ee', 'aa'].map((b) => b.repeat(8)).join(''));
  });
  it('opens nothing that was changed', () => {
    for (let i = 0; i < sealed.length; i += 7) {
      const bad = sealed.slice();
      bad[i]! ^= 1;
      expect(sm4GcmOpen(key, nonce, associated, bad)).toBeNull();
    }
    expect(sm4GcmOpen(key, nonce, associated.subarray(1), sealed)).toBeNull();
  });
});

describe('key file', () => {
  const scalar = fromHex('39'.repeat(32))!;
  const publicKey = sm2PublicKey(scalar);
  const file = { format: 'sluice-key/1', algorithm: 'SM2', name: 'test', key_id: sm2KeyId(publicKey), public_key: hex(publicKey), private_key: base64(scalar) };
  it('opens an unsealed key', async () => {
    expect((await openKeyFile(JSON.stringify(file), '')).scalar).toEqual(scalar);
  });
  it('refuses a key that does not fit its public half, and what is no key file', async () => {
    const bad = [{ ...file, private_key: base64(fromHex('3a'.repeat(32))!) }, { ...file, key_id: '00'.repeat(16) }, { ...file, format: 'x' }];
    for (const b of bad) await expect(openKeyFile(JSON.stringify(b), '')).rejects.toThrow(KeyFileError);
    await expect(openKeyFile('{', '')).rejects.toThrow(KeyFileError);
  });
});
