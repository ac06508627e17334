// The rules of a plan applied to parsed cells, column by column: which rows are accepted, which are held, and why.
//
// A Validator is immutable and shared by the worker threads; a Checked belongs to one block and is reused.
// Rules of a field, in this order (the first that is broken is reported): "value.missing" (required), type
// ("value.not_int", "value.not_decimal", "value.not_bool", "date.*", "time.*"), "value.not_in_set", "value.out_of_range",
// "value.too_long", codes (reasons of standard/codes.h; several code systems: "code.none_fits"). All hold the row, but
// for "uscc.check_character": live codes that fail it exist, so it is a warning for a person's review.
// References (plan.h): "reference.*". Refunds, in file order: "refund.*".
// Cross rules: "cross.id_birth", "cross.id_sex", "cross.sum", "cross.product", "cross.order"; they apply to rows whose
// operands are there and well-formed. Warnings of codes are counted as warnings.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "codec/csv.h"
#include "collect/code_tables.h"
#include "collect/pipeline.h"
#include "collect/plan.h"
#include "collect/quality.h"
#include "collect/refunds.h"

namespace sluice::collect {

// What one block, or after merging all blocks, amounts to.
struct Tally {
  int64_t rows = 0, accepted = 0, warned = 0, held = 0, duplicates = 0, cross_broken_rows = 0;
  std::vector<FieldQuality> columns;
  std::map<std::tuple<std::string_view, std::string_view, Severity>, int64_t> rules;  // subject, rule, severity
  std::vector<__int128> totals;  // as plan.control_totals
  void merge(const Tally& other);
};

QualityReport quality_of(const Plan& plan, const Tally& tally, const std::vector<std::string>& dropped);

struct Issue {
  uint32_t row = 0;
  uint32_t subject = 0;  // a column, or columns.size() + a cross rule
  Severity severity = Severity::hold;
  std::string_view rule;
};

struct Checked {
  table::Batch batch;               // the accepted rows
  std::vector<uint32_t> rows_of;    // of each accepted row: its row in the block
  std::vector<uint64_t> keys;       // of each accepted row: the hash of its key; empty when the plan has none
  std::vector<Issue> issues;        // sorted by row
  std::vector<HeldRow> held;        // `row` counts from 0 in the block
  Tally tally;

  // Scratch, column by column.
  std::vector<std::vector<int64_t>> ints;
  std::vector<std::vector<uint8_t>> present;  // 1: filled and well-formed
  std::vector<uint8_t> state;                 // per row: 0 accepted, 1 warned, 2 held
};

class Validator {
 public:
  // `header`: the column names of the file; empty when it has none (then the columns are those of the plan, in order).
  // "collect.unknown_field", "collect.missing_field" (a required field), "collect.duplicate_column", "collect.wrong_columns".
  // `tables` outlives it; absent where no field has a reference.
  static Result<Validator> create(const Plan& plan, const CheckContext& context, std::span<const std::string> header,
                                  size_t file_columns, uint64_t key_seed, const CodeTables* tables = nullptr);

  // Checks the rows of `block` from `first_row` on.
  void check(const CsvBlock& block, size_t first_row, Checked& out) const;
  // Moves accepted rows to the held ones; `accepted` are positions in the batch, ascending.
  void hold_duplicates(const CsvBlock& block, size_t first_row, std::span<const uint32_t> accepted, Checked& out) const;

  // Takes accepted rows in order into the book of refunds; those that do not stand are held.
  void settle_refunds(const CsvBlock& block, size_t first_row, RefundBook& book, Checked& out) const;

  const std::vector<std::string>& dropped() const { return dropped_; }
  std::string_view subject(uint32_t index) const;
  bool has_key() const { return !key_.empty(); }

 private:
  struct Rules;  // of one column, prepared
  struct Cross;

  void check_text(const CsvBlock& block, size_t first_row, size_t column, Checked& out) const;
  void check_typed(const CsvBlock& block, size_t first_row, size_t column, Checked& out) const;
  void check_cross(const CsvBlock& block, size_t first_row, size_t index, Checked& out) const;
  void check_reference(const CsvBlock& block, size_t first_row, size_t column, Checked& out) const;
  struct Late {
    uint32_t position = 0;  // in the batch
    size_t column = 0;
    std::string_view rule;
  };
  void hold_accepted(const CsvBlock& block, size_t first_row, std::span<const Late> late, Checked& out) const;
  void settle(const CsvBlock& block, size_t first_row, Checked& out) const;
  void emit(const CsvBlock& block, size_t first_row, Checked& out) const;
  HeldRow held_row(const CsvBlock& block, size_t first_row, size_t row) const;

  std::string_view cell(const CsvBlock& block, size_t row, size_t column) const {
    return place_[column] == kAbsent ? std::string_view{} : block.cell(row, place_[column]);
  }

  static constexpr size_t kAbsent = ~size_t{0};
  std::shared_ptr<const Plan> plan_;  // shared with copies of the validator
  CheckContext context_;
  std::vector<size_t> place_;         // plan column → file column
  std::vector<std::string> dropped_;
  std::vector<Rules> rules_;
  std::vector<Cross> cross_;
  std::vector<size_t> key_;
  std::vector<size_t> totals_;
  uint64_t key_seed_ = 0;
  const CodeTables* tables_ = nullptr;
};

struct Validator::Rules {
  std::vector<uint64_t> packed;     // the value set, each value packed into a word; empty when a value is longer
  std::vector<std::string> values;  // the value set, sorted
  int64_t min = INT64_MIN, max = INT64_MAX;
  size_t max_length = ~size_t{0};
  bool required = false;
  bool form_only = false;
};

struct Validator::Cross {
  CrossKind kind = CrossKind::sum;
  std::vector<size_t> of;
  int64_t tolerance = 0;
  Severity severity = Severity::hold;
  std::string_view rule;
  __int128 unit = 1;         // product: 10^(scale of factors − scale of total)
  __int128 total_unit = 1;   // product: the other way round
  int64_t left_day_ms = 1, right_day_ms = 1;  // order: days become milliseconds when the two differ in type
};

}  // namespace sluice::collect
