// The registration certificate of a product (数据产品登记证书, C6.6.3): its form with general and specific information (通用信息、个性信息), its number, its owner,
// and the proof of the entries that say so. Format "sluice-registration-certificate/1", docs/formats/registration-certificate.md.
//
// Verified offline, like a passport, by keys pinned beforehand: what it says is held against its entries, and that draft, review and registration
// were three people's. It names neither the dataset nor the version behind the product. That the product was withdrawn since cannot be known offline.
#pragma once

#include "ledger/ledger.h"
#include "ledger/trust.h"
#include "space/state.h"

namespace sluice::space {

inline constexpr std::string_view kRegistrationFormat = "sluice-registration-certificate/1";

// After a checkpoint over the registration. "product.not_found"; "product.not_registered" of one that waits, was rejected or withdrawn;
// "ledger.not_yet_signed".
Result<Json> make_registration_certificate(const State& state, const ledger::Ledger& ledger, const ProductId& id, TimeMs now);

struct RegistrationVerdict {
  bool ok = false, pinned = false;
  std::string origin, issuer_name, issuer_uscc, product, number, name, owner_name, owner_uscc;
  int level = 0;
  int64_t rows = 0, checkpoint_size = 0;
  TimeMs registered_ms = 0;
  std::vector<std::string> problems;  // stable reasons
  static constexpr auto fields = field_list(
      field("ok", &RegistrationVerdict::ok), field("pinned", &RegistrationVerdict::pinned), field("origin", &RegistrationVerdict::origin),
      field("issuer_name", &RegistrationVerdict::issuer_name), field("issuer_uscc", &RegistrationVerdict::issuer_uscc), field("product", &RegistrationVerdict::product),
      field("number", &RegistrationVerdict::number), field("name", &RegistrationVerdict::name), field("owner_name", &RegistrationVerdict::owner_name),
      field("owner_uscc", &RegistrationVerdict::owner_uscc), field("level", &RegistrationVerdict::level), field("rows", &RegistrationVerdict::rows),
      field("checkpoint_size", &RegistrationVerdict::checkpoint_size), field("registered_ms", &RegistrationVerdict::registered_ms), field("problems", &RegistrationVerdict::problems));
};
// Pure. "certificate.malformed" when it cannot be read; else a verdict.
Result<RegistrationVerdict> verify_registration_certificate(const Json& certificate, const ledger::Trust* trust);

}  // namespace sluice::space
