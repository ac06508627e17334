// Use case: a strategy is adopted for a dataset (C6.5.2), whole: what it extends is joined in as it stands then, a review that it demands is
// checked then. And what of an adopted one is applied: its classes resolved by the catalog's grades.
//
// In a space `extends: NAME` (an ending .yaml, .yml or .json does not count) names the newest strategy of that id that the same party adopted
// for any of its datasets: "strategy.base_not_found" (detail: the name). `review: required` demands a signature by `sluice sign` over exactly the
// text, by the key that another security officer, personal-information officer or committee member of the same party signs in with:
// "strategy.not_reviewed", "strategy.unknown_reviewer", "strategy.own_review", "strategy.review_of_parts".
#pragma once

#include "deident/carrier.h"
#include "deident/strategy_parts.h"
#include "node/node.h"

namespace sluice::node {

// `text` is the strategy's YAML or JSON.
Result<space::StrategyId> adopt_strategy(Node& node, const space::Principal& by, const space::DatasetId& dataset, std::string_view text,
                                         const std::optional<Json>& signature = {});

// The review that a signature over `text` is, by somebody of the party who reviews and is not its author; nothing without a signature that
// nothing demands. The signature becomes a blob of the ledger.
Result<std::optional<space::StrategyReview>> review_by(Node& node, const space::PersonId& author, const space::PartyId& party, const deident::Strategy& strategy,
                                                       std::string_view text, const std::optional<Json>& signature);

// Title and version, as lists show it.
std::string adopted_name(const deident::Strategy& strategy);
// The types of a dataset's columns: as people confirmed them, else as the rules in force proposed them without doubt.
deident::KnownTypes known_types(const space::Dataset& dataset);
// What is checked of a whole strategy beyond its grammar: that its marks can be placed in the dataset's columns.
Status fit_to_adopt(Node& node, const space::DatasetId& dataset, const deident::Strategy& whole);

// The base that it extends is joined in; nothing else is checked: for a look at a strategy that is not adopted.
Result<deident::Strategy> with_base(Node& node, const space::PartyId& owner, deident::Strategy strategy);

space::StrategyUse use_of(const deident::Strategy& strategy);

// The document as it was applied when the version was masked.
Digest applied_document(const space::MaskingResult& masking, const space::Strategy& strategy);

// The strategy of a blob.
Result<deident::Strategy> strategy_of(Node& node, const Digest& content);

}  // namespace sluice::node
