#include "recheck/receipt_signature.h"

#include <algorithm>

#include "crypto/document_signature.h"
#include "crypto/hash.h"
#include "crypto/keyfile.h"

namespace sluice::recheck {

Finding judge_signature(std::string_view receipt_json, const std::optional<Json>& signature, std::span<const Sm2PublicKey> keys) {
  Finding out{"signature", "", Outcome::not_checkable, 0, "none: input, strategy and person are the receipt's own word"};
  if (!signature) {
    if (!keys.empty()) out.outcome = Outcome::broken;
    return out;
  }
  auto by = verify_document(view(receipt_json), *signature);
  if (!by) {
    out.outcome = Outcome::broken;
    out.detail = by.error().reason;
    return out;
  }
  const bool known = std::any_of(keys.begin(), keys.end(), [&](const Sm2PublicKey& key) { return key == *by; });
  out.outcome = known ? Outcome::ok : keys.empty() ? Outcome::not_checkable : Outcome::broken;
  out.detail = (known ? "by key " : keys.empty() ? "valid, by a key that nobody vouched for: " : "by another key: ") + sm2_key_id(*by);
  return out;
}

Result<Finding> judge_masked_receipt(std::string_view receipt_json, std::string_view masked_receipt_json) {
  Json copy = TRY(parse_json(receipt_json, 4u << 20)), masked = TRY(parse_json(masked_receipt_json, 4u << 20));
  const Json* marks = copy.is_object() ? copy.find("marks") : nullptr;
  Finding out{"masked_receipt", "", Outcome::broken, 0, "the receipt is of no marked copy"};
  if (!marks || !marks->is_object() || !masked.is_object()) return out;
  std::string differing;
  std::string canonical_masked = canonical(masked);
  if (marks->get_string("masked_receipt_sm3").value_or("") != hex(sm3(view(canonical_masked)))) differing = "masked_receipt_sm3";
  for (const char* member : {"strategy", "strategy_version", "strategy_digest", "key_id", "rows_in", "rows_out", "rows_not_sampled", "rows_suppressed", "input_digest", "fields",
                             "residual", "residual_rows_scanned", "risk_before"}) {
    const Json *a = copy.find(member), *b = masked.find(member);
    if (!a != !b || (a && canonical(*a) != canonical(*b))) differing += (differing.empty() ? "" : ", ") + std::string(member);
  }
  out.outcome = differing.empty() ? Outcome::ok : Outcome::broken;
  out.detail = differing.empty() ? "marked from the masked file of that receipt" : "differs: " + differing;
  return out;
}

}  // namespace sluice::recheck
