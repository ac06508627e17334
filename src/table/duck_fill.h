// A column of ours into the engine's vectors, a slice at a time. Internal to table/.
#pragma once

#include <memory>

#include "table/column.h"

struct _duckdb_vector;
struct _duckdb_logical_type;

namespace sluice::table {

// The engine's type for a column: DECIMAL(18, scale), TIMESTAMP_MS, … The caller destroys it.
_duckdb_logical_type* engine_type(const ColumnSpec& spec);

class ColumnFill {
 public:
  // Checks what the engine takes for granted: "table.not_utf8", "table.number_too_large" (a decimal of 19 digits),
  // "table.wrong_shape" when the source gave a column of another type; detail: the column.
  static Result<ColumnFill> create(ColumnRef column, const ColumnSpec& spec);
  ColumnFill(ColumnFill&& other) noexcept;
  ColumnFill& operator=(ColumnFill&& other) noexcept;
  ~ColumnFill();

  // Rows [from, from + n); `from` is a multiple of 64.
  void fill(_duckdb_vector* out, size_t from, size_t n) const;

 private:
  explicit ColumnFill(ColumnRef column) : column_(std::move(column)) {}
  void make_entries();
  void fill_entries(_duckdb_vector* out, size_t from, size_t n) const;
  void fill_values(_duckdb_vector* out, size_t from, size_t n) const;

  ColumnRef column_;
  // The texts as one vector of the engine, which owns their bytes; output vectors are slices of it, so that no text
  // is copied twice and the bytes live as long as any operator looks at them. Null for other types.
  _duckdb_vector* entries_ = nullptr;
};

}  // namespace sluice::table
