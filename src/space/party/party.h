// Parties: the organisations that take part in a space (C5.5), each checked twice before it may do anything (C5.2).
//
//   state       registered ──VerifyParty (another person)──▶ verified ──SuspendParty──▶ suspended
//   commands    RegisterParty (system administrator) · VerifyParty (security administrator, not who registered it)
//               RegisterPartyKey (security administrator; the key proves possession) · SuspendParty (security administrator)
//
// `country` is where a party is established (ISO 3166-1 alpha-2; absent: CN), and what flows to a party elsewhere crosses the border
// whatever an application says. `uscc` is the unified social credit code, checked by form and check digit (GB 32100), of a party
// elsewhere the number of its register there; the registration evidence is what a person
// looked at. A party's signing key never exists in the node: only its public half is registered.
#pragma once

#include <optional>

#include "codec/record.h"
#include "space/ids.h"
#include "standard/taxonomy.h"

namespace sluice::space {

struct RegisterParty {
  static constexpr std::string_view kind = "party.register";
  std::string name, uscc;
  PartyRole role = PartyRole::data_user;
  std::string evidence;  // what shows the registration: document and number
  std::optional<std::string> country{};
  static constexpr auto fields = field_list(field("name", &RegisterParty::name), field("uscc", &RegisterParty::uscc),
                                            field("role", &RegisterParty::role), field("evidence", &RegisterParty::evidence),
                                            field("country", &RegisterParty::country));
};
struct VerifyParty {
  static constexpr std::string_view kind = "party.verify";
  PartyId party;
  std::string evidence;  // what the second person checked it against
  static constexpr auto fields = field_list(field("party", &VerifyParty::party), field("evidence", &VerifyParty::evidence));
};
struct RegisterPartyKey {
  static constexpr std::string_view kind = "party.register_key";
  PartyId party;
  Bytes public_key;  // SM2, 65 bytes
  Bytes proof;       // SM2 signature over key_proof_text(party, public_key)
  static constexpr auto fields = field_list(field("party", &RegisterPartyKey::party), field("public_key", &RegisterPartyKey::public_key),
                                            field("proof", &RegisterPartyKey::proof));
};
struct SuspendParty {
  static constexpr std::string_view kind = "party.suspend";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &SuspendParty::party), field("reason", &SuspendParty::reason));
};

struct PartyRegistered {
  static constexpr std::string_view kind = "party.registered";
  PartyId party;
  std::string name, uscc;
  PartyRole role = PartyRole::data_user;
  std::string evidence;
  std::optional<std::string> country{};
  static constexpr auto fields =
      field_list(field("party", &PartyRegistered::party), field("name", &PartyRegistered::name), field("uscc", &PartyRegistered::uscc),
                 field("role", &PartyRegistered::role), field("evidence", &PartyRegistered::evidence), field("country", &PartyRegistered::country));
};
struct PartyVerified {
  static constexpr std::string_view kind = "party.verified";
  PartyId party;
  std::string evidence;
  static constexpr auto fields = field_list(field("party", &PartyVerified::party), field("evidence", &PartyVerified::evidence));
};
struct PartyKeyRegistered {
  static constexpr std::string_view kind = "party.key_registered";
  PartyId party;
  std::string key_id;
  Bytes public_key, proof;
  static constexpr auto fields = field_list(field("party", &PartyKeyRegistered::party), field("key_id", &PartyKeyRegistered::key_id),
                                            field("public_key", &PartyKeyRegistered::public_key), field("proof", &PartyKeyRegistered::proof));
};
struct PartySuspended {
  static constexpr std::string_view kind = "party.suspended";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &PartySuspended::party), field("reason", &PartySuspended::reason));
};

enum class PartyStatus { registered, verified, suspended };
constexpr std::array<std::string_view, 3> enum_names(PartyStatus) { return {"registered", "verified", "suspended"}; }

struct Party {
  PartyId id;
  std::string name, uscc;
  PartyRole role = PartyRole::data_user;
  PartyStatus status = PartyStatus::registered;
  PersonId registered_by, verified_by;
  std::string key_id;
  Bytes public_key;  // empty until registered
  uint64_t registered_seq = 0, key_seq = 0;
  std::optional<std::string> country{};
  bool abroad() const { return country && *country != "CN"; }
  static constexpr auto fields =
      field_list(field("id", &Party::id), field("name", &Party::name), field("uscc", &Party::uscc), field("role", &Party::role),
                 field("status", &Party::status), field("registered_by", &Party::registered_by), field("verified_by", &Party::verified_by),
                 field("key_id", &Party::key_id), field("public_key", &Party::public_key),
                 field("registered_seq", &Party::registered_seq), field("key_seq", &Party::key_seq), field("country", &Party::country));
};

// What a party signs to prove that it holds the key it registers.
std::string key_proof_text(const PartyId& party, ByteView public_key);
// The first 16 bytes of SM3 over the public key, in hex: how a key is named.
std::string key_id_of(ByteView public_key);

}  // namespace sluice::space
