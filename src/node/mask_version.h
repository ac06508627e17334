// Use case: adopt a masking strategy and apply it to a sealed version (C6.5). A new version with its receipt comes of it.
#pragma once

#include "deident/strategy.h"
#include "node/node.h"

namespace sluice::node {

// `text` is the strategy's YAML or JSON.
Result<space::StrategyId> adopt_strategy(Node& node, const space::Principal& by, const space::DatasetId& dataset, std::string_view text);

struct MaskAnswer {
  space::VersionId version;
  int64_t rows = 0, k = 0, max_risk_ppm = 0, before_k = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(field("version", &MaskAnswer::version), field("rows", &MaskAnswer::rows), field("k", &MaskAnswer::k),
                                            field("max_risk_ppm", &MaskAnswer::max_risk_ppm), field("before_k", &MaskAnswer::before_k),
                                            field("seq", &MaskAnswer::seq));
};
// "masking.not_graded" (detail: a column) while a column of the version has no confirmed grade; "deident.residual_found",
// "deident.k_too_small", … leave nothing.
Result<MaskAnswer> mask_version(Node& node, const space::Principal& by, const space::StrategyId& strategy, const space::VersionId& version,
                                const ProgressFn& progress = {});

// What the key agent knows the masking key of a strategy by.
std::string masking_key_name(const space::Dataset& dataset, const deident::Strategy& strategy);

}  // namespace sluice::node
