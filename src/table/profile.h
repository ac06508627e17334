// What a table looks like, column by column, for the catalog and for checking a description against the data.
//
// Counts and lengths are exact; `distinct` is exact up to kDistinctExact and an estimate (standard error about 0.8 %)
// beyond. Shapes are patterns of characters, never values: runs of digits '9', upper case 'A', lower case 'a', other
// scripts '文', punctuation kept, run lengths written "9{6}"; only shapes that at least kShapeRowsMin rows share are
// listed, so that a rare value does not show through its form. min and max of numbers and dates are values of single
// rows: whoever shows a profile decides by the column's grade whether to show them.
// Thread rule: one Profiler, one thread. Memory: under 1 MiB a column.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"
#include "table/column.h"

namespace sluice::table {

constexpr size_t kDistinctExact = 16384;
constexpr size_t kShapesListed = 8;
constexpr int64_t kShapeRowsMin = 5;

struct Shape {
  std::string form;
  int64_t rows = 0;
  static constexpr auto fields = field_list(field("form", &Shape::form), field("rows", &Shape::rows));
};

struct ColumnProfile {
  std::string name;
  Type type = Type::text;
  int64_t scale = 0;
  int64_t rows = 0;
  int64_t nulls = 0;
  int64_t empty = 0;  // texts of no characters
  int64_t distinct = 0;
  bool distinct_exact = true;
  std::optional<int64_t> length_min, length_max;  // text: characters (code points)
  std::optional<int64_t> min, max;                // other types: scaled integer, days, milliseconds
  std::vector<Shape> shapes;                      // text only, most frequent first

  static constexpr auto fields = field_list(
      field("name", &ColumnProfile::name), field("type", &ColumnProfile::type), field("scale", &ColumnProfile::scale),
      field("rows", &ColumnProfile::rows), field("nulls", &ColumnProfile::nulls), field("empty", &ColumnProfile::empty),
      field("distinct", &ColumnProfile::distinct), field("distinct_exact", &ColumnProfile::distinct_exact),
      field("length_min", &ColumnProfile::length_min), field("length_max", &ColumnProfile::length_max),
      field("min", &ColumnProfile::min), field("max", &ColumnProfile::max), field("shapes", &ColumnProfile::shapes));
};

class ColumnProfiler;

// Fed batch by batch while the data pass by.
class Profiler {
 public:
  explicit Profiler(const std::vector<ColumnSpec>& specs);
  ~Profiler();
  Profiler(Profiler&&) noexcept;
  Profiler& operator=(Profiler&&) noexcept;

  Status add(const Batch& batch);                        // "table.wrong_shape"
  void add_column(size_t column, const Column& values);  // for readers that go column by column
  std::vector<ColumnProfile> finish() const;

 private:
  std::vector<ColumnSpec> specs_;
  std::vector<std::unique_ptr<ColumnProfiler>> columns_;
};

// The profile of the named columns of a source (all when `columns` is empty). "table.unknown_column".
Result<std::vector<ColumnProfile>> profile(ColumnSource& source, const std::vector<std::string>& columns = {});

// The shape of one text: "A9{17}", "文{2}", cut after 32 runs with '…'.
std::string shape_of(std::string_view text);

}  // namespace sluice::table
