// Model targets of a strategy, measured on what a run wrote: the highest prosecutor risk (the strategy's own bound, or that of its
// share type in the rules: full 0.05, controlled 0.2, enclave 1/3, with that profile's k), distinct l-diversity and t-closeness (equal distances)
// of sensitive columns, and δ-presence against a population. A target that is missed, or that cannot be measured, refuses the run.
//
// Errors: "deident.target_missed" (detail: model and column), "deident.missing_column", "deident.population_required", those of class counting.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "deident/receipt.h"
#include "deident/strategy.h"
#include "table/classes.h"

namespace sluice::deident {

// The rows that a class must have for the targets' sake alone: the profile's k, and what the highest risk wants. "deident.bad_share_type".
Result<uint64_t> k_of_targets(const Targets& targets);
// The sensitive columns that the targets name, each once.
std::vector<std::string> target_columns(const Strategy& strategy);

// Over the rows that go out: `quasi` of the quasi-identifiers that are left, `sensitive` in the order of target_columns().
// `people`, where presence is a target: rows of the population in each class (table::row_classes order of first appearance).
Result<std::vector<ModelReceipt>> measure_targets(const Strategy& strategy, std::span<const table::KeyColumn> quasi, std::span<const table::KeyColumn> sensitive,
                                                  const std::vector<uint64_t>* people = nullptr);
// The same on a written CSV or Parquet file. `population`: a file whose quasi-identifiers were masked alike; empty: none.
Result<std::vector<ModelReceipt>> measure_targets_of_file(const Strategy& strategy, const std::string& masked_path, const std::string& population = "");
// "deident.target_missed" for the first that does not hold.
Status all_hold(const std::vector<ModelReceipt>& models);

}  // namespace sluice::deident
