#include "deident/mark_receipt.h"

#include <algorithm>

#include "crypto/block_digest.h"
#include "crypto/hash.h"
#include "deident/file_rows.h"
#include "deident/receipt.h"
#include "deident/risk.h"
#include "deident/targets.h"

namespace sluice::deident {

namespace {

bool bears_marks(const MarkedCopy& copy, const std::string& column) {
  return std::any_of(copy.carriers.begin(), copy.carriers.end(), [&](const MarkedCarrier& c) { return c.column == column; });
}

// The targets of the copy. Presence in the population hangs on the quasi-identifiers alone: it stays when none of them bears marks.
Result<std::vector<ModelReceipt>> targets_of_copy(Strategy strategy, const Receipt& masked, const std::vector<std::string>& quasi, const MarkedCopy& copy) {
  if (masked.models.empty()) return std::vector<ModelReceipt>();
  if (!strategy.targets) return fail(Errc::invalid, "mark.wrong_receipt");
  strategy.quasi_identifiers = quasi;
  strategy.targets->presence_permille_max.reset();
  auto out = TRY(measure_targets_of_file(strategy, copy.copy_path, ""));
  for (const ModelReceipt& m : masked.models) {
    if (m.model != "presence_permille") continue;
    for (const std::string& name : quasi)
      if (bears_marks(copy, name)) return fail(Errc::invalid, "mark.bad_plan", name.substr(0, 60));
    out.push_back(m);
  }
  TRY(all_hold(out));
  return out;
}

}  // namespace

Result<Json> receipt_of_copy(const Strategy& strategy, std::string_view masked_receipt, const MarkedCopy& copy) {
  Json json = TRY(parse_json(masked_receipt, 4u << 20));
  auto masked = TRY(decode<Receipt>(json));
  const bool of_file = masked.strategy == strategy.id && masked.digest_kind == kBlockDigestKind && masked.output_digest &&
                       TRY(block_digest_of_file(copy.masked_path)) == *masked.output_digest;
  if (!of_file || json.find("marks")) return fail(Errc::invalid, "mark.wrong_receipt");
  std::string before_marking = canonical(json);
  std::vector<std::string> quasi;
  if (masked.risk_after) {
    auto header = TRY(columns_of_file(copy.copy_path));
    for (const std::string& name : masked.risk_after->columns)
      if (std::find(header.begin(), header.end(), name) != header.end()) quasi.push_back(name);
    json.set("risk_after", encode(TRY(measure_file(copy.copy_path, quasi))));
  }
  json.set("models", encode(TRY(targets_of_copy(strategy, masked, quasi, copy))));
  json.set("output_digest", hex(TRY(block_digest_of_file(copy.copy_path))));
  Json carriers = Json::array();
  for (const MarkedCarrier& c : copy.carriers) carriers.push(Json::object({{"column", c.column}, {"cells_changed", c.cells_changed}}));
  json.set("marks", Json::object({{"masked_receipt_sm3", hex(sm3(view(before_marking)))}, {"cells_marked", copy.cells_marked}, {"carriers", std::move(carriers)}}));
  return json;
}

}  // namespace sluice::deident
