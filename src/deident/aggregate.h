// Aggregation (GB/T 37964, statistics): counts, sums and means of a file over up to four group columns, with all totals, where
// small and dominated cells are hidden together with those from which they could be recomputed (deident/cell_cube.h).
//
// The output has the group columns, `count`, `sum_X` and `mean_X` for the columns asked for, and `suppressed` (1: hidden, its numbers
// are empty; which cells are hidden for themselves and which for others is not told). A total is written `(total)`. Lines are ordered by the
// values of the group columns, totals last. CSV gives CSV (the input's separator), Parquet gives Parquet. Empty cells of a summed
// column count in `count` and are left out of sum and mean; the order of rows does not matter. With `contributor`, a column that names
// whom a row is about, the threshold counts these instead of rows. Numbers: at most 15 digits before the point, 6 after it; exact.
//
// Audit: every hidden cell's count is bounded as an outsider would (deident/interval_audit.h) where few enough hang together, else
// the width that its box certifies is taken; a run whose narrowest interval is a single value is refused.
//
// Errors: "aggregate.bad_rule" (detail: the member), "aggregate.too_many_cells", "aggregate.not_a_number" (detail: the column),
// "aggregate.value_taken" (a group value is `(total)`), "aggregate.unprotected", "deident.missing_column", "deident.bad_quoting", "deident.same_file", those of
// reading and writing. The output appears whole or not at all. Memory: 500,000 cells, and with `contributor` some
// 100 bytes a row. Threads: as many as the machine has, but one with `contributor`.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "deident/aggregate_rule.h"
#include "deident/cell_cube.h"
#include "deident/receipt.h"

namespace sluice::deident {

struct AggregateReport {
  std::string format = "sluice-aggregate/1";
  AggregateRule rule{};
  uint64_t rows_in = 0, cells = 0, cells_hidden = 0, cells_audited_exactly = 0;
  std::optional<uint64_t> narrowest{};  // width of the narrowest interval of a hidden count; absent without hidden cells or bounds
  uint64_t share_hidden_permille = 0;  // of the rows in cells of the finest grouping
  Digest output_sm3{};
  static constexpr auto fields = field_list(
      field("format", &AggregateReport::format), field("rule", &AggregateReport::rule), field("rows_in", &AggregateReport::rows_in),
      field("cells", &AggregateReport::cells), field("cells_hidden", &AggregateReport::cells_hidden),
      field("cells_audited_exactly", &AggregateReport::cells_audited_exactly), field("narrowest", &AggregateReport::narrowest),
      field("share_hidden_permille", &AggregateReport::share_hidden_permille), field("output_sm3", &AggregateReport::output_sm3));
};

Result<AggregateReport> aggregate_file(const AggregateRule& rule, const std::string& in_path, const std::string& out_path);

// An aggregate of a file that no strategy masked, with a receipt. The values of the group columns leave as they are, so they are scanned for direct
// identifiers: "deident.residual_found", but for the columns in `identifiers_kept`. Risk and targets are of rows and so none.
// `receipt` (of format 2) is given before the output appears under its name; its error keeps it from appearing.
struct AggregateOptions {
  std::vector<std::string> identifiers_kept{};
  std::optional<std::string> performed_by{};
  std::function<Status(const Receipt&)> receipt{};
};
Result<AggregateReport> aggregate_source_file(const AggregateRule& rule, const std::string& in_path, const std::string& out_path, const AggregateOptions& options);

}  // namespace sluice::deident
