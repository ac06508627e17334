#include "ledger/keys.h"

#include <cassert>

namespace sluice::ledger {

namespace {

void put_keys(Json& json, const LogKeys& keys) {
  json.set("ed25519_key", base64(keys.ed25519.bytes()));
  json.set("sm2_key", base64(keys.sm2.bytes()));
}

std::string genesis_statement(const Genesis& genesis, const LogKeys& keys) {
  Json json = Json::object({{"name", genesis.name}, {"origin", genesis.origin}, {"uscc", genesis.uscc}});
  put_keys(json, keys);
  return "sluice/ledger.genesis/v1\n" + canonical(json);
}

std::string rotation_statement(std::string_view origin, uint64_t seq, const LogKeys& keys) {
  Json json = Json::object({{"origin", origin}, {"seq", seq}});
  put_keys(json, keys);
  return "sluice/ledger.key_rotated/v1\n" + canonical(json);
}

Result<Bytes> base64_member(const Json& body, std::string_view name) {
  auto t = body.get_string(name);
  if (!t) return fail(Errc::invalid, "keys.bad_body", std::string(name));
  auto bytes = from_base64(*t);
  if (!bytes) return fail(Errc::invalid, "keys.bad_body", std::string(name));
  return bytes;
}

Result<LogKeys> keys_from(const Json& body) {
  auto ed25519 = Ed25519PublicKey::from_bytes(TRY(base64_member(body, "ed25519_key")));
  auto sm2 = Sm2PublicKey::from_bytes(TRY(base64_member(body, "sm2_key")));
  if (!ed25519 || !sm2) return fail(Errc::invalid, "keys.bad_body", "key");
  return LogKeys{*ed25519, *sm2};
}

Result<bool> signed_by(const Json& body, const LogKeys& keys, std::string_view ed25519, std::string_view sm2,
                       std::string_view statement) {
  return keys.ed25519.verify(view(statement), TRY(base64_member(body, ed25519))) &&
         keys.sm2.verify(view(statement), TRY(base64_member(body, sm2)));
}

}  // namespace

bool is_structural(std::string_view kind) { return kind.starts_with("ledger.") || kind == kSegmentClosedKind; }

Result<Json> make_genesis_body(const Genesis& genesis, LogSigner& signer) {
  TRY(check_origin(genesis.origin));
  LogKeys keys = TRY(signer.keys());
  SignaturePair proof = TRY(signer.sign(genesis_statement(genesis, keys)));
  Json body = Json::object({{"ed25519_proof", base64(proof.ed25519)},
                            {"name", genesis.name},
                            {"origin", genesis.origin},
                            {"sm2_proof", base64(proof.sm2)},
                            {"uscc", genesis.uscc}});
  put_keys(body, keys);
  return body;
}

Result<Json> make_rotation_body(std::string_view origin, uint64_t seq, LogSigner& old_signer, LogSigner& new_signer) {
  LogKeys keys = TRY(new_signer.keys());
  std::string statement = rotation_statement(origin, seq, keys);
  SignaturePair by_old = TRY(old_signer.sign(statement));
  SignaturePair by_new = TRY(new_signer.sign(statement));
  Json body = Json::object({{"new_ed25519", base64(by_new.ed25519)},
                            {"new_sm2", base64(by_new.sm2)},
                            {"old_ed25519", base64(by_old.ed25519)},
                            {"old_sm2", base64(by_old.sm2)}});
  put_keys(body, keys);
  return body;
}

Status KeyHistory::add(std::string_view kind, uint64_t seq, const Json& body) {
  if (kind == kGenesisKind) {
    if (seq != 0 || !empty()) return fail(Errc::corrupt, "keys.out_of_order");
    LogKeys keys = TRY(keys_from(body));
    auto origin = body.get_string("origin"), name = body.get_string("name"), uscc = body.get_string("uscc");
    if (!origin || !name || !uscc || !check_origin(*origin)) return fail(Errc::corrupt, "keys.bad_body");
    genesis_ = {*origin, *name, *uscc};
    if (!TRY(signed_by(body, keys, "ed25519_proof", "sm2_proof", genesis_statement(genesis_, keys))))
      return fail(Errc::corrupt, "keys.bad_proof");
    periods_.push_back({seq, std::move(keys)});
    return {};
  }
  if (empty()) return fail(Errc::corrupt, "keys.no_genesis");
  if (kind != kKeyRotatedKind || seq <= periods_.back().from) return fail(Errc::corrupt, "keys.out_of_order");
  LogKeys keys = TRY(keys_from(body));
  std::string statement = rotation_statement(genesis_.origin, seq, keys);
  if (!TRY(signed_by(body, current(), "old_ed25519", "old_sm2", statement)) ||
      !TRY(signed_by(body, keys, "new_ed25519", "new_sm2", statement)))
    return fail(Errc::corrupt, "keys.bad_handover");
  periods_.push_back({seq, std::move(keys)});
  return {};
}

const LogKeys& KeyHistory::at_size(uint64_t size) const {
  assert(!empty() && size > 0);
  size_t i = periods_.size() - 1;
  while (i > 0 && periods_[i].from >= size) i--;
  return periods_[i].keys;
}

}  // namespace sluice::ledger
