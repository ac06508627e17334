// Composing a strategy from the rules' default profile, and looking at what a strategy leaves (lint).
//
// compose(): every column by the masking pack's rule for its classified type, the share type and the form (website, file, api, query,
// platform; empty: rules for one form do not count), else by its identifier kind, else by its level, else kept; content of level 5 is suppressed; a column about which the classifier knows nothing is suppressed.
// inspect(): the strategy is really run over the quasi-identifiers of up to `rows_max` rows (with a throw-away key), and
// what is left is counted: over all of them, and the pair or triple of columns that singles out the most.
//
// Findings (docs/formats/masking-strategy.md): "direct_identifier_kept", "level5_kept", "unique_combination", "quasi_not_measured",
// "no_k". They hold names of columns and shares; never a value.
#pragma once

#include <string>
#include <vector>

#include "classify/classify.h"
#include "deident/strategy.h"

namespace sluice::deident {

struct PlanFinding {
  std::string rule;
  std::vector<std::string> columns;
  int64_t permille = 0;  // of rows that are alone in their class, for unique_combination
  bool serious = false;
  std::string zh, en;
  static constexpr auto fields = field_list(field("rule", &PlanFinding::rule), field("columns", &PlanFinding::columns), field("permille", &PlanFinding::permille),
                                            field("serious", &PlanFinding::serious), field("zh", &PlanFinding::zh), field("en", &PlanFinding::en));
};

// "deident.bad_share_type" unless the pack has thresholds for it.
Result<Strategy> compose(const std::vector<classify::Verdict>& columns, const rules::MaskingPack& pack, const std::string& share_type, const std::string& id,
                         const std::string& form = "");

// What can be said without data: every finding but unique_combination.
std::vector<PlanFinding> review(const Strategy& strategy, const std::vector<classify::Verdict>& columns);
// Serious from one row in a hundred on.
PlanFinding unique_combination(const std::vector<std::string>& columns, int64_t permille);

Result<std::vector<PlanFinding>> inspect(const Strategy& strategy, const std::vector<classify::Verdict>& columns, const std::string& csv_path,
                                         uint64_t rows_max = 200'000);

}  // namespace sluice::deident
