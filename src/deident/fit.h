// A composed strategy is fitted to a table: its quasi-identifiers are made coarser along the masking pack's ladders until no more
// rows than the strategy's suppress_permille stand in classes below its k_min, so that a run of it is not refused.
//
// How: every quasi-identifier climbs its ladder (what the strategy has, the pack's coarser steps for its type, suppressed). The step that
// leaves the fewest rows in small classes is taken, of equal ones that of the column with the most values; when the limit holds, steps are
// taken back, the coarsest column first, as long as it still holds. So the answer keeps the limit on the rows that were looked at, and
// no single step of it could be taken back. It is not the optimum of a metric: `sluice deident anonymize` searches that.
//
// A strategy without k_min or quasi-identifiers comes back as it is. Deterministic.
#pragma once

#include <functional>

#include "classify/classify.h"
#include "deident/strategy.h"
#include "table/classes.h"

namespace sluice::deident {

// The cells of a column after the rule, as codes, one a row and every time for the same rows. The rule names the column. Never called for suppressed columns.
using FitKeysFn = std::function<Result<table::KeyColumn>(const FieldRule& rule)>;

// Errors: those of `keys`, and of table/classes.h.
Result<Strategy> fit(Strategy strategy, const std::vector<classify::Verdict>& columns, const rules::MaskingPack& pack, const FitKeysFn& keys);

}  // namespace sluice::deident
