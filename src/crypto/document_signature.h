// A detached SM2 signature of a document by a party, format "sluice-signature/1" (docs/formats/keys.md):
//
//   {algorithm "SM2-SM3", digest_sm3, form, format, key_id, public_key, signature}
//
// What is signed: with form "canonical-json" the RFC 8785 bytes of the document, so that white space and key order do
// not matter; with form "raw" its bytes as they are. digest_sm3 is the SM3 of those bytes. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "codec/json.h"
#include "crypto/sign.h"

namespace sluice {

inline constexpr std::string_view kSignatureFormat = "sluice-signature/1";

// JSON objects and arrays are signed in canonical form, everything else raw.
Json sign_document(const Sm2PrivateKey& key, ByteView document);
// The same for a JSON value at hand.
Json sign_json(const Sm2PrivateKey& key, const Json& document);
// By whoever has the key; its errors.
Result<Json> sign_document(Sm2Signer& signer, ByteView document);

// The public key that signed exactly this document. Who that is, the caller decides.
// "signature.malformed" (detail: what), "signature.wrong_document", "signature.invalid" (both refused).
Result<Sm2PublicKey> verify_document(ByteView document, const Json& signature);
Result<Sm2PublicKey> verify_json(const Json& document, const Json& signature);

}  // namespace sluice
