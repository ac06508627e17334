// The certificate of a destruction: what was destroyed, by whom, and what survives; with the proof of its entries.
// Format "sluice-destruction-certificate/1", docs/formats/destruction-certificate.md.
//
// It names what destroying a key cannot reach: backups whose epoch secret still exists, deliveries that left under a contract or by law, versions
// that were made from the destroyed one, copies of the same rows, and contracts and decisions to keep that it went over. Verified offline, like a passport, by keys pinned beforehand.
#pragma once

#include "ledger/ledger.h"
#include "ledger/trust.h"
#include "space/state.h"

namespace sluice::node {

inline constexpr std::string_view kDestructionFormat = "sluice-destruction-certificate/1";

// After the entry that destroys, and a checkpoint over it. "keys.work_not_done".
Result<Json> make_destruction_certificate(const space::State& state, const ledger::Ledger& ledger, const space::KeyWorkId& id, TimeMs now);

struct DestructionVerdict {
  bool ok = false, pinned = false;
  std::string origin, issuer_name, key_work, work, version;
  std::vector<std::string> columns;
  int64_t witnesses = 0, rows_removed = 0;
  std::vector<std::string> problems;  // stable reasons
  std::string dataset{};              // of a whole dataset, with how many versions went
  int64_t versions = 0;
  std::string request{};              // of one person's rows, with how many versions were written again,
  int64_t kept = 0, left = 0;         // how many somebody keeps longer, and how many could not be written again
  static constexpr auto fields = field_list(
      field("ok", &DestructionVerdict::ok), field("pinned", &DestructionVerdict::pinned), field("origin", &DestructionVerdict::origin),
      field("issuer_name", &DestructionVerdict::issuer_name), field("key_work", &DestructionVerdict::key_work), field("work", &DestructionVerdict::work),
      field("version", &DestructionVerdict::version), field("columns", &DestructionVerdict::columns), field("witnesses", &DestructionVerdict::witnesses),
      field("rows_removed", &DestructionVerdict::rows_removed), field("problems", &DestructionVerdict::problems),
      field("dataset", &DestructionVerdict::dataset), field("versions", &DestructionVerdict::versions), field("request", &DestructionVerdict::request),
      field("kept", &DestructionVerdict::kept), field("left", &DestructionVerdict::left));
};
// What the certificate says is checked against its entries; what survives is the issuer's statement. "certificate.malformed".
Result<DestructionVerdict> verify_destruction_certificate(const Json& certificate, const ledger::Trust* trust);

}  // namespace sluice::node
