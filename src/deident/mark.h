// Leak tracing (issue 5 §4): every copy of a release bears its recipient's code in the slack that the strategy allows, and a
// suspect file names whose copies it was made from.
//
// A strategy's `marks` names the row key (a stable column of the masked file, such as a pseudonym) and the carriers. HMAC-SM3
// over row key and column chooses one row in `one_in`, the code's position it carries and the sense of the symbol.
//   low_digit   the parity of the last digit after the point of a decimal number (±1 there): lost by rounding
//   day         the parity of a date's day number (±1 day, never out of its month)
//   equivalent  which of two equivalent values is written, for cells that hold one of the pair
// With `tokens` every pseudonym bears a symbol too, chosen by the token itself (deident/token_marks.h): no row key is wanted for it, and no other
// cell changes. Small tables bear these marks as well, or their tokens would no longer join with those of large ones; MarkReceipt::symbols says
// whether they are enough to name anybody.
// Never a carrier: billing amounts and codes (deident/carrier.h says how they are told), integers (low_digit wants a decimal point), columns
// that the strategy masks other than by keep, date_shift or noise, quasi-identifiers of a generalised kind. k is measured again after marking.
//
// What it survives (tests/unit/deident/trace_test.cc, simulated on 50,000 and 200,000 rows): half the rows deleted, shuffling, columns
// dropped as long as the row key and one carrier stay, three copies mixed row by row, rounding of amounts when a day or
// equivalent carrier is there. What it cannot survive: the row key replaced or dropped, all carriers dropped or
// overwritten, far fewer rows.
//
// How few: what counts is the number of cells that carry a symbol, about rows × carriers / one_in. Below kMarkRowsMin rows or
// kMarkSymbolsMin such cells marking is refused. From there on one leaker is named by the whole copy or by half of its rows (the test
// simulates it); two or three who mix their copies want kMarkSymbolsMany. The bound on a false accusation holds at every size: fewer
// rows make it harder to name the guilty, never easier to name the innocent.
//
// Errors: "mark.bad_plan", "mark.billing_column", "mark.code_column" (detail: the column), "mark.too_few_rows", "mark.k_too_small", "mark.no_carrier",
// "deident.missing_column", those of reading. Reading marks: deident/trace.h.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "codec/record.h"
#include "deident/carrier.h"
#include "deident/masker.h"
#include "deident/strategy.h"

namespace sluice::deident {

constexpr uint64_t kMarkRowsMin = 1000, kMarkSymbolsMin = 1000, kMarkSymbolsMany = 25'000;
// Cells that will carry a symbol when `carriers` of the plan's columns and `tokens` columns of tokens are there; the cells that can show none (empty, no decimals) come off.
uint64_t symbols_expected(const MarkPlan& plan, uint64_t rows, size_t carriers, size_t tokens = 0);
bool enough_to_mark(const MarkPlan& plan, uint64_t rows, size_t carriers, size_t tokens = 0);

struct MarkReceipt {
  std::string format = "sluice-deident-marks/1";
  std::string strategy, strategy_version;
  uint64_t rows = 0, cells_marked = 0;  // cells that carry a symbol; about half of them were changed for it
  uint64_t cells_changed = 0;
  uint64_t symbols = 0;  // that tell something anew: a token in several rows says one
  std::optional<uint64_t> k_min;
  Digest output_sm3{};
  static constexpr auto fields =
      field_list(field("format", &MarkReceipt::format), field("strategy", &MarkReceipt::strategy), field("strategy_version", &MarkReceipt::strategy_version),
                 field("rows", &MarkReceipt::rows), field("cells_marked", &MarkReceipt::cells_marked), field("cells_changed", &MarkReceipt::cells_changed),
                 field("symbols", &MarkReceipt::symbols), field("k_min", &MarkReceipt::k_min), field("output_sm3", &MarkReceipt::output_sm3));
};

// A carrier and how many of its cells were changed.
struct MarkedCarrier {
  std::string column;
  uint64_t cells_changed = 0;
};
// Sees the written copy before it appears under its name; an error keeps it from appearing.
using JudgeCopy = std::function<Status(const std::string& written, uint64_t cells_marked, std::span<const MarkedCarrier> carriers)>;

// `in_path` is the masked file, CSV or Parquet; the copy is of its format (in Parquet marked cells keep their column's type). The recipient's name
// enters the code, not the file.
Result<MarkReceipt> mark_file(const Strategy& strategy, const SecretBytes& key, const std::string& recipient, const std::string& in_path,
                              const std::string& out_path, const JudgeCopy& judge = {});

// The plan of a strategy, before anything is marked by it: "mark.bad_plan", "mark.billing_column", "mark.code_column". `known`: what the caller
// knows of the columns (deident/carrier.h).
Status check_marks(const Strategy& strategy, const KnownTypes& known = {});

// Marks on columns of a table in memory (the release of a sealed version): the carriers that are among `columns`, but for those in
// `leave_out` (a release leaves out quasi-identifiers, so that no class changes). "mark.no_carrier" when no carrier with its row key and no token
// is left. cells_marked and symbols count as `masker` runs.
struct BoundMarks {
  Masker masker;
  std::vector<size_t> carriers;  // positions in `columns`, those of tokens too
  std::function<uint64_t()> cells_marked, symbols;
  std::function<Status()> no_codes;  // once `masker` has run over all rows: "mark.code_column" where a carrier's cells are codes
};
Result<BoundMarks> bind_marks(const Strategy& strategy, const SecretBytes& key, const std::string& recipient, std::span<const std::string> columns,
                              const std::vector<std::string>& leave_out, const KnownTypes& known = {});

}  // namespace sluice::deident
