// Use case: a strategy is adopted for a dataset (C6.5.2), whole: what it extends is joined in as it stands then, a review that it demands is
// checked then. And what of an adopted one is applied: its classes resolved by the catalog's grades.
//
// In a space `extends: NAME` (an ending .yaml, .yml or .json does not count) names the newest strategy of that id that the same party adopted
// for any of its datasets: "strategy.base_not_found" (detail: the name). `review: required` demands a signature by `sluice sign` over exactly the
// text, by the key that another security officer, personal-information officer or committee member of the same party signs in with:
// "strategy.not_reviewed", "strategy.unknown_reviewer", "strategy.own_review", "strategy.review_of_parts".
#pragma once

#include "deident/strategy_parts.h"
#include "node/node.h"

namespace sluice::node {

// `text` is the strategy's YAML or JSON.
Result<space::StrategyId> adopt_strategy(Node& node, const space::Principal& by, const space::DatasetId& dataset, std::string_view text,
                                         const std::optional<Json>& signature = {});

// The base that it extends is joined in; nothing else is checked: for a look at a strategy that is not adopted.
Result<deident::Strategy> with_base(Node& node, const space::PartyId& owner, deident::Strategy strategy);

space::StrategyUse use_of(const deident::Strategy& strategy);

// The document as it was applied when the version was masked.
Digest applied_document(const space::MaskingResult& masking, const space::Strategy& strategy);

// The strategy of a blob.
Result<deident::Strategy> strategy_of(Node& node, const Digest& content);

}  // namespace sluice::node
