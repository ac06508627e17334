import { expect, test } from 'vitest';
import { base64, fromBase64, fromHex, utf8 } from '../crypto/bytes.ts';
import { sm2PublicKey, sm2Sign, sm2Verify } from '../crypto/sm2.ts';
import { canonical } from '../verify/json.ts';
import { digestOf, documentOf, readSignature, signDocument } from './document_signature.ts';
import { sm2KeyId } from '../crypto/key_file.ts';

const TEXT = '{"format":"sluice-strategy/1","id":"费用","version":"1","b":[3,1],"a":{"z":1,"y":"‰"},"fields":[]}';
/** What `sluice sign` made of the text, with a key that was thrown away. */
const BY_THE_PROGRAM = {
  algorithm: 'SM2-SM3', digest_sm3: 'edd37789f3b5fcf66de42ea0d00a079828b6ec26935b79c69e9b649fccf7002d', form: 'canonical-json', format: 'sluice-signature/1', key_id: '46e1c98bc3a4fd10ec962ef94149626a',
  public_key: '04ad666677a5a6eebc7908d834ba78d357c4f1a760237f16a23408f2bcee78d4afd32f7f20648a88236e4d606f96ad365365c278ec9f568655290fbb5b65686963',
  signature: 'MEYCIQDANL8rmJGORl+rA+8BkXvVs9HurVmQweO0YVmpPisfjAIhALcFpedIh+rgrPV+nQ99tIZ5JD2MTVOd/HpbmZc9rLYu',
};

test('a signature of the program is over the same bytes as one of the browser', () => {
  const document_ = documentOf(TEXT)!;
  expect(digestOf(document_)).toBe(BY_THE_PROGRAM.digest_sm3);
  expect(sm2Verify(utf8(canonical(document_)), fromBase64(BY_THE_PROGRAM.signature)!, fromHex(BY_THE_PROGRAM.public_key)!)).toBe(true);
  expect(readSignature(JSON.stringify(BY_THE_PROGRAM), document_)).toMatchObject({ matches: true });
});

test('a signature of the browser has the members that the program writes, and counts for this text only', async () => {
  const scalar = fromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')!, publicKey = sm2PublicKey(scalar);
  const document_ = documentOf(TEXT)!;
  const ours = await signDocument(document_, { part: { name: 't', keyId: sm2KeyId(publicKey), publicKey, sealed: false }, sign: (text) => Promise.resolve(base64(sm2Sign(utf8(text), scalar))) });
  expect(Object.keys(ours).sort()).toEqual(Object.keys(BY_THE_PROGRAM).sort());
  expect(sm2Verify(utf8(canonical(document_)), fromBase64(ours.signature)!, publicKey)).toBe(true);
  expect(readSignature(JSON.stringify(ours), documentOf(TEXT.replace('"version":"1"', '"version":"2"'))!)).toMatchObject({ matches: false });
  expect(readSignature('{"format":"sluice-strategy/1"}', document_)).toBeNull();
  expect(documentOf('[1]')).toBeNull();
});
