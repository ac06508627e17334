// Equivalence classes: how many rows share the same values in the chosen columns. One engine, exact, for k, uniqueness
// and re-identification risk; association, masking and release checks build on it.
//
// Stage 1, KeyColumn: a column as dictionary codes 0 … cardinality−1 (null is a value of its own). Stage 2: rows with the
// same tuple of codes are one class. Codes are combined into dense 64-bit keys; small key spaces are counted in an array,
// large ones are partitioned by radix and counted by hashing, in parallel. Results do not depend on threads.
//
// Memory: 4 bytes a row and column for codes, up to 32 bytes a row while counting; `bytes_max` is checked before allocating
// ("classes.too_large"). Columns of different length: "classes.ragged". No column: all rows are one class.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "table/column.h"

namespace sluice::table {

struct ClassLimits {
  size_t bytes_max = size_t{2} << 30;
  unsigned threads = 0;  // 0: as many as the machine has
};

struct KeyColumn {
  std::vector<uint32_t> codes;  // one a row
  uint32_t cardinality = 0;     // codes are below it
};

// Encodes values as they come, all texts or all integers. Codes are given in order of first appearance.
class KeyEncoder {
 public:
  KeyEncoder();
  KeyEncoder(KeyEncoder&&) noexcept;
  KeyEncoder& operator=(KeyEncoder&&) noexcept;
  ~KeyEncoder();
  void add(std::string_view value);
  void add(int64_t value);
  void add_null();
  void add(const Column& column);  // all its rows
  KeyColumn finish();
  // What several encoders took, one after the other, as one; they are empty afterwards.
  static KeyColumn join(std::span<KeyEncoder> parts);

 private:
  struct State;
  std::unique_ptr<State> state_;
};
KeyColumn key_column(std::span<const std::string_view> values);
KeyColumn key_column(std::span<const int64_t> values);
// A whole column of a source, row groups in order. Errors are the source's.
Result<KeyColumn> key_column(ColumnSource& source, size_t column);
// Several columns of a source at once, row groups and columns shared among threads; the codes do not depend on how many.
Result<std::vector<KeyColumn>> key_columns(ColumnSource& source, std::span<const size_t> columns, const ClassLimits& limits = {});

struct ClassCount {
  uint64_t rows = 0;
  uint64_t classes = 0;
  uint64_t k_min = 0;                      // size of the smallest class, 0 without rows
  std::map<uint64_t, uint64_t> histogram;  // class size → number of such classes

  uint64_t unique_rows() const;                // rows alone in their class
  uint64_t rows_below(uint64_t k) const;       // rows in classes smaller than k
  double uniqueness() const;                   // unique_rows / rows, 0 without rows
  double share_below(uint64_t k) const;        // rows_below / rows
};

Result<ClassCount> count_classes(std::span<const KeyColumn* const> columns, const ClassLimits& limits = {});
Result<ClassCount> count_classes(std::span<const KeyColumn> columns, const ClassLimits& limits = {});

// The class of each row, numbered densely in order of first appearance, and each class's size: for algorithms that work
// on distinct tuples or drop rows.
struct RowClasses {
  std::vector<uint32_t> class_of_row;
  std::vector<uint32_t> size_of_class;
};
Result<RowClasses> row_classes(std::span<const KeyColumn* const> columns, const ClassLimits& limits = {});

// Risk of re-identification for the three attackers; f is the class size in the data, F in the population.
//   prosecutor: knows that the person is in the data. highest = 1 / min f, average = classes / rows, share_at_risk = rows
//     in classes with 1/f above the threshold.
//   journalist: does not know. 1 / F. Data that are a sample of the population: anonymity/sampled_risk.h.
//   marketer: wants to re-identify as many as possible: mean of 1/F over rows = (1/n) Σ classes f/F.
struct AttackerRisk {
  double highest = 0, average = 0, share_at_risk = 0;
};
struct Risk {
  AttackerRisk prosecutor, journalist;
  double marketer = 0;
};
// The data are the population: journalist = prosecutor, marketer = classes / rows.
Risk risk_of(const ClassCount& count, double threshold);
// With a population table: the same key columns encoded over data ‖ population (rows of the data first).
Result<Risk> risk_against_population(std::span<const KeyColumn* const> data_then_population, uint64_t data_rows, double threshold,
                                     const ClassLimits& limits = {});

}  // namespace sluice::table
