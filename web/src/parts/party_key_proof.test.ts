import { expect, test } from 'vitest';
import { base64, hex } from '../crypto/bytes.ts';
import { sm3 } from '../crypto/sm3.ts';
import { keyNumber, proofText, readProof, sameNumber } from './party_key_proof.ts';

const party = 'pt_c09f7tzsj2saq4m1';
const point = base64(new Uint8Array(65).fill(4));
const proof = { format: 'sluice-party-key/1', party, public_key: point, proof: 'AAEC' };

test('a proof is read for the party that it names, and for no other', () => {
  expect(readProof(JSON.stringify(proof), party)).toEqual({ party, public_key: point, proof: 'AAEC' });
  expect(readProof(JSON.stringify(proof), 'pt_c09f7tzsj2saq4m2')).toBeNull();
});

test('what is no proof is none', () => {
  for (const text of ['', 'null', '[]', '7', '{"format":"sluice-party-key/1"}', ...(['format', 'public_key', 'proof'] as const).map((member) => JSON.stringify({ ...proof, [member]: 'no' }))]) expect(readProof(text, party)).toBeNull();
  expect(readProof(JSON.stringify({ ...proof, public_key: base64(new Uint8Array(64)) }), party)).toBeNull();
});

test('what is signed names the party, and members stand in their order', () => {
  expect(proofText(party, point)).toBe(`sluice/party-key/v1\n{"party":"${party}","public_key":"${point}"}`);
});

test('a number is compared as people say it', () => {
  const number = keyNumber(point);
  expect(number).toBe(hex(sm3(new Uint8Array(65).fill(4))).slice(0, 32));
  expect(sameNumber(` ${number.toUpperCase().replace(/(.{4})/g, '$1 ')}`, number)).toBe(true);
  expect(sameNumber(number.replace(/(.{8})/, '$1-'), number)).toBe(true);
  expect(sameNumber(number.slice(1), number)).toBe(false);
  expect(sameNumber('', number)).toBe(false);
});
