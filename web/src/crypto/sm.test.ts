import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { base64, fromBase64, fromHex, hex, utf8 } from './bytes.ts';
import { sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts';
import { Sm3, sm3 } from './sm3.ts';

interface SmCrypto {
  sm3(data: number[]): string;
  sm2: {
    generateKeyPairHex(): { publicKey: string; privateKey: string };
    doSignature(m: number[], key: string, o: object): string;
    doVerifySignature(m: number[], s: string, key: string, o: object): boolean;
  };
}
const peer = createRequire(import.meta.url)('sm-crypto') as SmCrypto;
const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));

describe('SM3', () => {
  it('gives the digests of GB/T 32905 appendix A', () => {
    expect(hex(sm3(utf8('abc')))).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    expect(hex(sm3(utf8('abcd'.repeat(16))))).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732');
  });
  it('agrees with sm-crypto at every length around a block, however it is cut', () => {
    for (let n = 0; n < 200; n++) {
      const data = random(n);
      const cut = Math.floor(Math.random() * (n + 1));
      const pieces = hex(new Sm3().update(data.subarray(0, cut)).update(data.subarray(cut)).finish());
      expect(pieces).toBe(peer.sm3([...data]));
    }
  });
});

describe('SM2', () => {
  it('verifies what sm-crypto signs, and the other way round', () => {
    for (let i = 0; i < 5; i++) {
      const { publicKey, privateKey } = peer.sm2.generateKeyPairHex();
      const message = random(1 + 40 * i);
      const point = fromHex(publicKey)!;
      expect(hex(sm2PublicKey(fromHex(privateKey)!))).toBe(publicKey);
      const theirs = peer.sm2.doSignature([...message], privateKey, { der: true, hash: true });
      expect(sm2Verify(message, fromHex(theirs)!, point)).toBe(true);
      const ours = hex(sm2Sign(message, fromHex(privateKey)!));
      expect(peer.sm2.doVerifySignature([...message], ours, publicKey, { der: true, hash: true })).toBe(true);
      expect(sm2Verify(random(20), fromHex(ours)!, point)).toBe(false);
    }
  });
  it('refuses every changed byte of a signature and a point off the curve', () => {
    const scalar = random(32);
    scalar[0] = 1;
    const key = sm2PublicKey(scalar);
    const message = utf8('release');
    const der = sm2Sign(message, scalar);
    for (let i = 0; i < der.length; i += 3) {
      const bad = der.slice();
      bad[i]! ^= 1;
      expect(sm2Verify(message, bad, key)).toBe(false);
    }
    const off = key.slice();
    off[64]! ^= 1;
    expect(sm2Verify(message, der, off)).toBe(false);
  });
});

describe('base64', () => {
  it('refuses encodings that a canonical encoder would not write', () => {
    expect(fromBase64('AA==')).toEqual(Uint8Array.of(0));
    for (const bad of ['AB==', 'AA=', 'AA', 'A A=', 'AA==\n', '====']) expect(fromBase64(bad)).toBeNull();
    const bytes = random(1000);
    expect(fromBase64(base64(bytes))).toEqual(bytes);
  });
});
