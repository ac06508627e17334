// Composing a strategy from the rules' default profile, and looking at what a strategy leaves (lint).
//
// compose(): every column by the masking pack's rule for its classified type, the share type and the form (website, file, api, query,
// platform; empty: rules for one form do not count), else by its identifier kind, else by its level, else kept; content of level 5 is suppressed; a column about which the classifier knows nothing is suppressed,
// and one of which it doubts is treated as the first candidate (of a chance of 15 % at least) that would not stay.
// What the pack has a ladder for counts as a quasi-identifier too. Columns that become tokens under a key are no quasi-identifiers: they single rows out, but nobody without the key knows whose.
// fit_to_file(): the composed strategy made coarser where the file needs it (deident/fit.h), so that it can be applied; then
// numbers of things and codes of what was dropped become tokens, and recipient marks are proposed (deident/tells.h).
// inspect(): the strategy is really run over the quasi-identifiers of up to `rows_max` rows (with a throw-away key), and
// what is left of the rows that go out is counted: over all of them, and the pair or triple of columns that singles out the most.
//
// Findings (docs/formats/masking-strategy.md): "direct_identifier_kept", "identifier_recoverable", "level5_kept", "unique_combination",
// "quasi_not_measured", "nearly_unique", "dropped_follows", "no_marks", "no_k". They hold names of columns and shares; never a value.
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

Result<Strategy> fit_to_file(const Strategy& strategy, const std::vector<classify::Verdict>& columns, const rules::MaskingPack& pack, const std::string& path,
                             uint64_t rows_max = 200'000);

// What can be said without data: every finding but unique_combination.
std::vector<PlanFinding> review(const Strategy& strategy, const std::vector<classify::Verdict>& columns);
// Serious from one row in a hundred on.
PlanFinding unique_combination(const std::vector<std::string>& columns, int64_t permille);

Result<std::vector<PlanFinding>> inspect(const Strategy& strategy, const std::vector<classify::Verdict>& columns, const std::string& path,
                                         uint64_t rows_max = 200'000);

}  // namespace sluice::deident
