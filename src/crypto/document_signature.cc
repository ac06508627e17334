#include "crypto/document_signature.h"

#include "codec/record.h"
#include "crypto/hash.h"
#include "crypto/keyfile.h"

namespace sluice {

namespace {

constexpr std::string_view kSignatureAlgorithm = "SM2-SM3";
constexpr std::string_view kFormCanonical = "canonical-json";
constexpr std::string_view kFormRaw = "raw";

struct SignatureRecord {
  std::string format, algorithm, form, key_id, public_key;
  Digest digest_sm3{};
  Bytes signature;
  static constexpr auto fields =
      field_list(field("format", &SignatureRecord::format), field("algorithm", &SignatureRecord::algorithm),
                 field("form", &SignatureRecord::form), field("key_id", &SignatureRecord::key_id),
                 field("public_key", &SignatureRecord::public_key), field("digest_sm3", &SignatureRecord::digest_sm3),
                 field("signature", &SignatureRecord::signature));
};

Json signature_json(const Sm2PublicKey& key, ByteView signed_bytes, std::string_view form, Bytes signature) {
  SignatureRecord record;
  record.format = kSignatureFormat;
  record.algorithm = kSignatureAlgorithm;
  record.form = form;
  record.key_id = sm2_key_id(key);
  record.public_key = hex(key.bytes());
  record.digest_sm3 = sm3(signed_bytes);
  record.signature = std::move(signature);
  return encode(record);
}

tl::unexpected<Error> malformed_signature(std::string what) {
  return fail(Errc::invalid, "signature.malformed", std::move(what));
}

Result<SignatureRecord> read_signature(const Json& json) {
  auto record = decode<SignatureRecord>(json);
  if (!record) return malformed_signature(record.error().detail);
  if (record->format != kSignatureFormat) return malformed_signature("format");
  if (record->algorithm != kSignatureAlgorithm) return malformed_signature("algorithm");
  if (record->form != kFormCanonical && record->form != kFormRaw) return malformed_signature("form");
  return *std::move(record);
}

Result<Sm2PublicKey> verify_bytes(ByteView signed_bytes, const SignatureRecord& record) {
  auto point = from_hex(record.public_key);
  auto key = Sm2PublicKey::from_bytes(point ? *point : Bytes());
  if (!key) return malformed_signature("public_key");
  if (record.key_id != sm2_key_id(*key)) return malformed_signature("key_id");
  if (sm3(signed_bytes) != record.digest_sm3) return fail(Errc::refused, "signature.wrong_document");
  if (!key->verify(signed_bytes, record.signature)) return fail(Errc::refused, "signature.invalid");
  return *std::move(key);
}

bool signed_as_json(const Result<Json>& json) { return json && (json->is_object() || json->is_array()); }

}  // namespace

Json sign_document(const Sm2PrivateKey& key, ByteView document) {
  auto json = parse_json(text(document));
  return signed_as_json(json) ? sign_json(key, *json) : signature_json(key.public_key(), document, kFormRaw, key.sign(document));
}

Json sign_json(const Sm2PrivateKey& key, const Json& document) {
  std::string bytes = canonical(document);
  return signature_json(key.public_key(), view(bytes), kFormCanonical, key.sign(view(bytes)));
}

Result<Json> sign_document(Sm2Signer& signer, ByteView document) {
  auto json = parse_json(text(document));
  bool as_json = signed_as_json(json);
  std::string bytes = as_json ? canonical(*json) : std::string(text(document));
  Bytes signature = TRY(signer.sign(view(bytes)));
  return signature_json(signer.public_key(), view(bytes), as_json ? kFormCanonical : kFormRaw, std::move(signature));
}

Result<Sm2PublicKey> verify_document(ByteView document, const Json& signature) {
  SignatureRecord record = TRY(read_signature(signature));
  if (record.form == kFormRaw) return verify_bytes(document, record);
  auto json = parse_json(text(document));
  if (!json) return fail(Errc::refused, "signature.wrong_document");
  return verify_bytes(view(canonical(*json)), record);
}

Result<Sm2PublicKey> verify_json(const Json& document, const Json& signature) {
  SignatureRecord record = TRY(read_signature(signature));
  if (record.form != kFormCanonical) return malformed_signature("form");
  return verify_bytes(view(canonical(document)), record);
}

}  // namespace sluice
