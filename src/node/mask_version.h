// Use case: a strategy applied to a sealed version (C6.5). A new version with its receipt comes of it; or, where the strategy aggregates, a
// version that holds counts and sums with small cells hidden.
//
// Honoured: classes (by the grades that people confirmed), conditions, sample, rows in small classes left out, model targets, use limits
// (share type, form and purpose where they are said, the last day always; products, contracts and releases ask again), the review, aggregates.
#pragma once

#include "deident/strategy.h"
#include "node/node.h"

namespace sluice::node {

// Rows that hold level-5 content (the classifier's codes and terms, in columns that may hold some and do not leave empty).
using space::Level5Rows;

struct MaskAsk {
  space::VersionId version;
  std::optional<ShareType> share_type{};
  std::optional<OpenForm> form{};
  std::optional<std::string> purpose{};
  std::optional<Level5Rows> level5_rows{};       // default keep: a column graded by row then stays at level 5
  std::optional<space::VersionId> population{};  // an unmasked version of the own datasets, for a presence target
  static constexpr auto fields = field_list(field("version", &MaskAsk::version), field("share_type", &MaskAsk::share_type), field("form", &MaskAsk::form),
                                            field("purpose", &MaskAsk::purpose), field("level5_rows", &MaskAsk::level5_rows), field("population", &MaskAsk::population));
};
struct MaskAnswer {
  space::VersionId version;
  int64_t rows = 0, k = 0, max_risk_ppm = 0, before_k = 0;
  uint64_t seq = 0;
  int64_t rows_left_out = 0;
  std::optional<int64_t> level5_rows_left_out{};
  space::VersionId from{};  // which was masked, with its number in the dataset
  int64_t from_number = 0;
  static constexpr auto fields = field_list(field("from", &MaskAnswer::from), field("from_number", &MaskAnswer::from_number), field("version", &MaskAnswer::version), field("rows", &MaskAnswer::rows), field("k", &MaskAnswer::k),
                                            field("max_risk_ppm", &MaskAnswer::max_risk_ppm), field("before_k", &MaskAnswer::before_k),
                                            field("seq", &MaskAnswer::seq), field("rows_left_out", &MaskAnswer::rows_left_out),
                                            field("level5_rows_left_out", &MaskAnswer::level5_rows_left_out));
};
// "masking.not_graded" (detail: a column) while a column of the version has no confirmed grade; "strategy.not_reviewed", "strategy.expired",
// "strategy.not_for_this_use"; "masking.column_taken" when an aggregate would name a column like one that is there; "deident.target_missed",
// "deident.population_required", "deident.too_many_suppressed", "deident.residual_found", "deident.k_too_small", … leave nothing.
Result<MaskAnswer> mask_version(Node& node, const space::Principal& by, const space::StrategyId& strategy, const MaskAsk& ask, const ProgressFn& progress = {});

// What the key agent knows the masking key of a strategy by.
// `epoch`: pseudonym_epoch of the space when it was masked (custody.h).
std::string masking_key_name(const space::Dataset& dataset, const deident::Strategy& strategy, int64_t epoch);
// The one that this run had; versions of before the run was on record were masked under the dataset's own name.
std::string masking_key_of(const space::MaskingResult& masking, const space::DatasetId& dataset, const deident::Strategy& strategy);

}  // namespace sluice::node
