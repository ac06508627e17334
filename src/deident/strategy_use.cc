#include "deident/strategy_use.h"

#include <algorithm>

#include "crypto/keyfile.h"

namespace sluice::deident {

namespace {

Status allowed(const std::vector<std::string>& list, const std::string& said, std::string_view member) {
  if (list.empty()) return {};
  if (said.empty()) return fail(Errc::refused, "strategy.use_unknown", std::string(member));
  if (std::find(list.begin(), list.end(), said) == list.end()) return fail(Errc::refused, "strategy.not_for_this_use", std::string(member));
  return {};
}

}  // namespace

Status check_use(const Strategy& strategy, const Use& use) {
  if (!strategy.use) return {};
  TRY(allowed(strategy.use->share_types, use.share_type, "share_types"));
  TRY(allowed(strategy.use->forms, use.form, "forms"));
  TRY(allowed(strategy.use->purposes, use.purpose, "purposes"));
  if (strategy.use->not_after && use.today > *strategy.use->not_after) return fail(Errc::refused, "strategy.expired");
  return {};
}

Result<std::optional<std::string>> check_review(const Strategy& strategy, ByteView document, const ReviewEvidence& evidence) {
  const bool demanded = strategy.review == Review::required;
  if (!evidence.signature) {
    if (demanded) return fail(Errc::refused, "strategy.not_reviewed");
    return std::optional<std::string>();
  }
  if (TRY(read_strategy(text(document))).extends) return fail(Errc::refused, "strategy.review_of_parts");
  Sm2PublicKey signer = TRY(verify_document(document, *evidence.signature));
  if (std::find(evidence.reviewers.begin(), evidence.reviewers.end(), signer) == evidence.reviewers.end())
    return fail(Errc::refused, "strategy.unknown_reviewer", sm2_key_id(signer));
  return std::optional(sm2_key_id(signer));
}

}  // namespace sluice::deident
