// Columns in memory: the shape in which tables move between the rooms.
//
// Types: text (bytes, UTF-8 where the source promised it), int64, decimal (int64 times 10^-scale; money is scale 2,
// so the integer is fen), date (int32 days since 1970-01-01), datetime (int64 milliseconds since 1970-01-01T00:00:00,
// no zone), boolean. There is no floating point. Text lies in one arena with offsets, or as codes into a dictionary.
// A row that is null has its bit of `validity` clear; its slot holds a harmless value (0, empty, code 0).
//
// Sizes: the text of one column of one batch stays below 4 GiB (offsets are 32 bits); producers cut batches at
// kBatchRows rows or kBatchTextBytes of text, whichever comes first.
// Thread rule: a Column is a value and read-only; a ColumnBuilder belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::table {

enum class Type : uint8_t { text, int64, decimal, date, datetime, boolean };
inline constexpr std::string_view kTypeNames[] = {"text", "int64", "decimal", "date", "datetime", "boolean"};
constexpr std::span<const std::string_view> enum_names(Type) { return kTypeNames; }

constexpr size_t kBatchRows = 65536;
constexpr size_t kBatchTextBytes = 64u << 20;
constexpr uint8_t kScaleMax = 18;

struct ColumnSpec {
  std::string name;
  Type type = Type::text;
  uint8_t scale = 0;  // digits after the point; decimal only
  bool operator==(const ColumnSpec&) const = default;
};

// What a column is made of. Exactly one of ints, dates, bools and (offsets, arena[, codes]) is filled, by type.
struct ColumnParts {
  Type type = Type::text;
  uint8_t scale = 0;
  size_t rows = 0;
  std::vector<uint64_t> validity;  // bit i of word i/64 set: row i has a value; empty: no row is null
  std::vector<int64_t> ints;       // int64, decimal, datetime
  std::vector<int32_t> dates;
  std::vector<uint8_t> bools;      // 0 or 1
  std::vector<uint32_t> offsets;   // of the rows, or of the dictionary entries; one more than there are texts
  std::vector<char> arena;
  std::vector<uint32_t> codes;     // one a row when the texts are a dictionary (of at least one entry)
};

class Column {
 public:
  Column() = default;
  // The caller promises the invariants above; they are asserted, not reported.
  explicit Column(ColumnParts parts);

  Type type() const { return parts_.type; }
  uint8_t scale() const { return parts_.scale; }
  size_t rows() const { return parts_.rows; }

  bool has_nulls() const { return !parts_.validity.empty(); }
  bool is_null(size_t row) const {
    return !parts_.validity.empty() && !(parts_.validity[row / 64] >> (row % 64) & 1);
  }
  // The text of a row; of a null row, some text.
  std::string_view text_at(size_t row) const {
    return entry(parts_.codes.empty() ? row : parts_.codes[row]);
  }
  // The integer of a row of any other type (boolean: 0 or 1).
  int64_t int_at(size_t row) const {
    if (parts_.type == Type::date) return parts_.dates[row];
    if (parts_.type == Type::boolean) return parts_.bools[row];
    return parts_.ints[row];
  }

  bool is_dictionary() const { return !parts_.codes.empty(); }
  // Texts that are stored: dictionary entries, or rows.
  size_t entries() const { return parts_.offsets.empty() ? 0 : parts_.offsets.size() - 1; }
  std::string_view entry(size_t i) const {
    return {parts_.arena.data() + parts_.offsets[i], parts_.offsets[i + 1] - parts_.offsets[i]};
  }
  const ColumnParts& parts() const { return parts_; }

  // Memory held, for caches.
  size_t bytes() const;
  // Equal as tables are equal: same type, scale, nulls and values; the physical form may differ.
  bool same_values(const Column& other) const;

 private:
  ColumnParts parts_;
};

using ColumnRef = std::shared_ptr<const Column>;  // shared: a cache and its readers hold the same column

class ColumnBuilder {
 public:
  explicit ColumnBuilder(Type type, uint8_t scale = 0) { reset(type, scale); }
  explicit ColumnBuilder(const ColumnSpec& spec) : ColumnBuilder(spec.type, spec.scale) {}

  void reserve(size_t rows, size_t text_bytes = 0);
  void append_null();
  void append_text(std::string_view text);  // text columns
  void append_int(int64_t value);           // all others: days, milliseconds, scaled integer, 0 or 1
  // Rows [from, from + n) of a column of the same type.
  void append_rows(const Column& from_column, size_t from, size_t n);

  size_t rows() const { return parts_.rows; }
  size_t text_bytes() const { return parts_.arena.size(); }
  // The column so far; the builder starts again, empty.
  Column finish();

 private:
  void reset(Type type, uint8_t scale);
  void mark(bool present);
  ColumnParts parts_;
};

struct Batch {
  std::vector<Column> columns;
  size_t rows = 0;
};

// A table that can be read by row group and column, so that nobody reads what he does not need.
// All calls are thread-safe. Errors are those of the implementation and name a column, never a value.
class ColumnSource {
 public:
  virtual ~ColumnSource() = default;
  virtual const std::vector<ColumnSpec>& specs() const = 0;
  virtual uint64_t rows() const = 0;
  virtual size_t row_groups() const = 0;
  virtual size_t rows_of(size_t row_group) const = 0;
  virtual Result<ColumnRef> read(size_t row_group, size_t column) = 0;
};

// Where a table goes. One thread. After an error the sink takes nothing more; without finish() nothing becomes visible.
class BatchSink {
 public:
  virtual ~BatchSink() = default;
  virtual Status append(const Batch& batch) = 0;  // "table.wrong_shape" when the columns are not those of the sink
  virtual Status finish() = 0;
};

// A table that lies in memory: small tables, tests, results that are read again.
class MemoryTable final : public ColumnSource, public BatchSink {
 public:
  explicit MemoryTable(std::vector<ColumnSpec> specs) : specs_(std::move(specs)) {}
  const std::vector<ColumnSpec>& specs() const override { return specs_; }
  uint64_t rows() const override { return rows_; }
  size_t row_groups() const override { return groups_.size(); }
  size_t rows_of(size_t row_group) const override { return group_rows_[row_group]; }
  Result<ColumnRef> read(size_t row_group, size_t column) override { return groups_[row_group][column]; }
  Status append(const Batch& batch) override;
  Status finish() override { return {}; }

 private:
  std::vector<ColumnSpec> specs_;
  std::vector<std::vector<ColumnRef>> groups_;
  std::vector<size_t> group_rows_;
  uint64_t rows_ = 0;
};

// "table.wrong_shape" unless the batch has these columns, in this order, each of batch.rows rows.
Status check_shape(const Batch& batch, std::span<const ColumnSpec> specs);

// The position of a column by name; specs.size() when there is none.
size_t find_column(std::span<const ColumnSpec> specs, std::string_view name);

}  // namespace sluice::table
