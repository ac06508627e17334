// What tells rows apart although it is no quasi-identifier, in a strategy that was composed from the rules (deident/plan.h).
//
// hide_tells(): by the cells of the table, not by names,
//   - a kept column that has a value for every four rows at least (those of its commonest value aside, since most may be empty) becomes a keyed pseudonym: it is a number of something
//     (an order, a document) that other tables or registers have too. A day
//     becomes the first of its month. Figures (deident/figures.h) and moments stay; what they tell is said by lint_tells().
//   - a kept column from whose values those of a dropped column follow (a service's code beside its name that holds level-5 content, a code of a
//     disease beside the diagnosis) becomes a keyed pseudonym: what was dropped could be looked up in a public list.
// propose_marks(): recipient marks, where the strategy has none: its pseudonyms (deident/token_marks.h), and, with the first of them that nearly every row has
// for itself as the row key, the kept columns that may bear them (deident/carrier.h): low digits of what is measured; where there are no pseudonyms (but enciphered
// numbers as row key) days of moments that are no quasi-identifiers too.
// lint_tells(): what is left of both, and that no marks are borne: findings "nearly_unique", "dropped_follows", "no_marks" (deident/plan.h).
//
// Deterministic; looks at the rows that it is given, and for what follows from what at the first 100,000 of them.
#pragma once

#include <map>

#include "deident/figures.h"
#include "deident/fit.h"
#include "deident/plan.h"

namespace sluice::deident {

// The cells of one column: as codes, and what they look like as numbers.
struct ColumnCells {
  table::KeyColumn keys;
  NumberShape shape{};
};
using ColumnCellsFn = std::function<Result<ColumnCells>(const std::string& column)>;

// The cells of a table's columns as they are, each asked for once; errors are those of `cells`.
class CellsAsTheyAre {
 public:
  explicit CellsAsTheyAre(ColumnCellsFn cells) : cells_(std::move(cells)) {}
  Result<const table::KeyColumn*> of(const std::string& column);
  // Values for a thousand rows, without those of the commonest value: most rows of a column may be empty, and the rest tell all the more.
  Result<uint64_t> values_permille(const std::string& column);
  // Whether one value of `what` stands beside each value of `from`, but for two in a hundred; never of columns that tell too little to say so.
  Result<bool> follows(const std::string& what, const std::string& from);
  // Whether the column holds figures (deident/figures.h), or days.
  Result<bool> dates(const std::string& column) { return TRY(read(column))->shape.as_dates(); }
  Result<bool> figures(const classify::Verdict& verdict);

 private:
  Result<const ColumnCells*> read(const std::string& column);
  ColumnCellsFn cells_;
  std::map<std::string, ColumnCells> read_;
};

// Whether a dropped column of this verdict must not follow from what stays: it names people, or holds what only few may know.
bool must_not_follow(const classify::Verdict& dropped);

Result<Strategy> hide_tells(Strategy strategy, const std::vector<classify::Verdict>& columns, CellsAsTheyAre& cells);
Result<Strategy> propose_marks(Strategy strategy, const std::vector<classify::Verdict>& columns, CellsAsTheyAre& cells);
Result<std::vector<PlanFinding>> lint_tells(const Strategy& strategy, const std::vector<classify::Verdict>& columns, CellsAsTheyAre& cells);

}  // namespace sluice::deident
