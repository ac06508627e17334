// May this strategy be used here and now: its use limits, and the review that it demands.
//
// A strategy whose `use` names share types, forms, purposes or a last day is applied only where the caller says which it is and the list names it
// ("strategy.use_unknown", "strategy.not_for_this_use", detail: the member; "strategy.expired"). A strategy with `review: required` is applied only
// with a signature of a reviewer over exactly its bytes (crypto/document_signature.h: `sluice sign`) by a key that the caller trusts:
// "strategy.not_reviewed", "strategy.unknown_reviewer", and the errors of verify_document. Its file must be whole: one that `extends` others is refused
// ("strategy.review_of_parts"), since these could change behind the signature.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/document_signature.h"
#include "deident/strategy.h"

namespace sluice::deident {

struct Use {
  std::string share_type{}, form{};  // empty: not said
  std::string today{};               // YYYY-MM-DD
  std::string purpose{};             // a purpose of the policy rules; empty: not said
};
Status check_use(const Strategy& strategy, const Use& use);

struct ReviewEvidence {
  std::optional<Json> signature{};
  std::vector<Sm2PublicKey> reviewers{};
};
// `document`: the bytes of the strategy's file. A signature that is given is checked whether it is demanded or not. Gives the
// reviewer's key id; nothing when there is no signature.
Result<std::optional<std::string>> check_review(const Strategy& strategy, ByteView document, const ReviewEvidence& evidence);

}  // namespace sluice::deident
