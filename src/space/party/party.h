// Parties: the organisations that take part in a space (C5.5), each checked twice before it may do anything (C5.2).
//
//   state       registered ──VerifyParty (another person)──▶ verified ──SuspendParty──▶ suspended
//               suspended ──ResumeParty──▶ asked for ──DecideResume (another person)──▶ what it was | still suspended
//   commands    RegisterParty (system administrator) · VerifyParty (security administrator, not who registered it)
//               RegisterPartyKey (security administrator, or a signer of the party; the key proves possession): it counts once DecidePartyKey confirms
//               it, by another person: an administrator, or, of what an administrator proposed, a signer of the party whose key it is. Until then the
//               key before it holds.
//               SuspendParty (security administrator; never the own organisation) · ResumeParty (security administrator), DecideResume
//               (system or security administrator)
// Whoever proposed may take a proposal back; each confirmation takes a second factor.
//
// A suspension counts at once: nobody of the party acts, calls of its open interfaces are refused, files that were being made for it or of its
// data fail, and grants of keys over its data end. After it was resumed they are asked for anew.
//
// `country` is where a party is established (ISO 3166-1 alpha-2; absent: CN), and what flows to a party elsewhere crosses the border
// whatever an application says. `uscc` is the unified social credit code, checked by form and check digit (GB 32100), of a party
// elsewhere the number of its register there; the registration evidence is what a person
// looked at. A party's signing key never exists in the node: only its public half is registered.
#pragma once

#include <optional>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"
#include "space/party/client.h"
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

// Over the key that was proposed last: `key_id` names it, so that nobody confirms another than was looked at.
struct DecidePartyKey {
  static constexpr std::string_view kind = "party.decide_key";
  PartyId party;
  std::string key_id;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &DecidePartyKey::party), field("key_id", &DecidePartyKey::key_id),
                                            field("approve", &DecidePartyKey::approve), field("reason", &DecidePartyKey::reason));
};
struct ResumeParty {
  static constexpr std::string_view kind = "party.resume";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &ResumeParty::party), field("reason", &ResumeParty::reason));
};
struct DecideResume {
  static constexpr std::string_view kind = "party.decide_resume";
  PartyId party;
  bool approve = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("party", &DecideResume::party), field("approve", &DecideResume::approve), field("reason", &DecideResume::reason));
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

struct PartyKeyProposed {
  static constexpr std::string_view kind = "party.key_proposed";
  PartyId party;
  std::string key_id;
  Bytes public_key, proof;
  static constexpr auto fields = field_list(field("party", &PartyKeyProposed::party), field("key_id", &PartyKeyProposed::key_id),
                                            field("public_key", &PartyKeyProposed::public_key), field("proof", &PartyKeyProposed::proof));
};
struct PartyKeyRefused {
  static constexpr std::string_view kind = "party.key_refused";
  PartyId party;
  std::string key_id, reason;
  static constexpr auto fields =
      field_list(field("party", &PartyKeyRefused::party), field("key_id", &PartyKeyRefused::key_id), field("reason", &PartyKeyRefused::reason));
};
struct PartyResumeAsked {
  static constexpr std::string_view kind = "party.resume_asked";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &PartyResumeAsked::party), field("reason", &PartyResumeAsked::reason));
};
struct PartyResumeRefused {
  static constexpr std::string_view kind = "party.resume_refused";
  PartyId party;
  std::string reason;
  static constexpr auto fields = field_list(field("party", &PartyResumeRefused::party), field("reason", &PartyResumeRefused::reason));
};
struct PartyResumed {
  static constexpr std::string_view kind = "party.resumed";
  PartyId party;
  PersonId asked_by;
  std::string reason;
  static constexpr auto fields =
      field_list(field("party", &PartyResumed::party), field("asked_by", &PartyResumed::asked_by), field("reason", &PartyResumed::reason));
};

enum class PartyStatus { registered, verified, suspended };
constexpr std::array<std::string_view, 3> enum_names(PartyStatus) { return {"registered", "verified", "suspended"}; }

struct ProposedKey {
  std::string key_id;
  Bytes public_key, proof;
  PersonId by;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(field("key_id", &ProposedKey::key_id), field("public_key", &ProposedKey::public_key),
                                            field("proof", &ProposedKey::proof), field("by", &ProposedKey::by), field("at_ms", &ProposedKey::at_ms));
};
struct AskedResume {
  std::string reason;
  PersonId by;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(field("reason", &AskedResume::reason), field("by", &AskedResume::by), field("at_ms", &AskedResume::at_ms));
};

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
  std::optional<ProposedKey> proposed_key{};
  std::optional<AskedResume> resume{};
  std::vector<PartyClient> clients{};            // refused and ended ones too
  bool mutual_tls = false;                       // calls for it and of its data are demanded to show a certificate
  std::optional<AskedResume> mutual_tls_end{};   // somebody asks to demand it no more
  bool abroad() const { return country && *country != "CN"; }
  static constexpr auto fields =
      field_list(field("id", &Party::id), field("name", &Party::name), field("uscc", &Party::uscc), field("role", &Party::role),
                 field("status", &Party::status), field("registered_by", &Party::registered_by), field("verified_by", &Party::verified_by),
                 field("key_id", &Party::key_id), field("public_key", &Party::public_key),
                 field("registered_seq", &Party::registered_seq), field("key_seq", &Party::key_seq), field("country", &Party::country),
                 field("proposed_key", &Party::proposed_key), field("resume", &Party::resume),
                 field("clients", &Party::clients), field("mutual_tls", &Party::mutual_tls), field("mutual_tls_end", &Party::mutual_tls_end));
};

// What a party signs to prove that it holds the key it registers.
std::string key_proof_text(const PartyId& party, ByteView public_key);
// The first 16 bytes of SM3 over the public key, in hex: how a key is named.
std::string key_id_of(ByteView public_key);

}  // namespace sluice::space
