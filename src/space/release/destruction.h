// Destruction at the recipient 销毁证明 (C7.1.2, G4.6): at the end of a contract the recipient destroys what it received and says
// so, signed with its party's key (docs/formats/destruction.md).
//
//   What is signed is the canonical JSON {contract, destroyed_ms, file_digest, format, method, release}. It counts once, for a
//   release that was delivered or called, from its recipient, not before the release and not in the future; after it nothing of
//   the release is handed out any more. It is due kDestructionDays after the contract's expiry, and overdue then.
// What it proves: that the recipient's key holder stated it. That no copy is left, nobody can prove.
#pragma once

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

constexpr std::string_view kDestructionFormat = "sluice-destruction/1";
constexpr TimeMs kDestructionDays = 10;

struct CertifyDestruction {
  static constexpr std::string_view kind = "release.certify_destruction";
  ReleaseId release;
  ContractId contract;
  Digest file_digest{};  // of the opened file; zero for an API
  std::string method;
  TimeMs destroyed_ms = 0;
  Bytes signature;       // SM2 DER, by the registered key of the recipient's party
  static constexpr auto fields = field_list(
      field("release", &CertifyDestruction::release), field("contract", &CertifyDestruction::contract),
      field("file_digest", &CertifyDestruction::file_digest), field("method", &CertifyDestruction::method),
      field("destroyed_ms", &CertifyDestruction::destroyed_ms), field("signature", &CertifyDestruction::signature));
};

struct DestructionCertified {
  static constexpr std::string_view kind = "release.destruction_certified";
  ReleaseId release;
  ContractId contract;
  PartyId party;
  Digest file_digest{};
  std::string method, key_id;
  TimeMs destroyed_ms = 0;
  Bytes public_key, signature;
  static constexpr auto fields = field_list(
      field("release", &DestructionCertified::release), field("contract", &DestructionCertified::contract),
      field("party", &DestructionCertified::party), field("file_digest", &DestructionCertified::file_digest),
      field("method", &DestructionCertified::method), field("key_id", &DestructionCertified::key_id),
      field("destroyed_ms", &DestructionCertified::destroyed_ms), field("public_key", &DestructionCertified::public_key),
      field("signature", &DestructionCertified::signature));
};

struct Destruction {
  PersonId by;
  std::string method, key_id;
  TimeMs destroyed_ms = 0, at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields =
      field_list(field("by", &Destruction::by), field("method", &Destruction::method), field("key_id", &Destruction::key_id),
                 field("destroyed_ms", &Destruction::destroyed_ms), field("at_ms", &Destruction::at_ms), field("seq", &Destruction::seq));
};

// What the recipient signs.
Json destruction_statement(const ReleaseId& release, const ContractId& contract, const Digest& file_digest, std::string_view method, TimeMs destroyed_ms);

}  // namespace sluice::space
