#include "table/duck_fill.h"

#include <duckdb.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "table/text_check.h"

namespace sluice::table {

namespace {

constexpr int64_t kDecimalEnd = 1'000'000'000'000'000'000;  // DECIMAL(18) ends before it
constexpr uint32_t kInlineMax = 12;

// One comparison a value: v + end − 1 lies in [0, 2·end − 2] as an unsigned number exactly when |v| < end.
bool decimals_fit(const Column& column) {
  constexpr uint64_t kShift = static_cast<uint64_t>(kDecimalEnd) - 1;
  uint64_t most[4] = {0, 0, 0, 0};  // four chains, so that one comparison does not wait for the one before
  const std::vector<int64_t>& values = column.parts().ints;
  size_t i = 0;
  for (; i + 4 <= values.size(); i += 4)
    for (size_t k = 0; k < 4; k++) most[k] = std::max(most[k], static_cast<uint64_t>(values[i + k]) + kShift);
  for (; i < values.size(); i++) most[0] = std::max(most[0], static_cast<uint64_t>(values[i]) + kShift);
  return std::max(std::max(most[0], most[1]), std::max(most[2], most[3])) <= 2 * kShift;
}

duckdb_type plain_type(Type type) {
  switch (type) {
    case Type::text:
      return DUCKDB_TYPE_VARCHAR;
    case Type::date:
      return DUCKDB_TYPE_DATE;
    case Type::datetime:
      return DUCKDB_TYPE_TIMESTAMP_MS;
    case Type::boolean:
      return DUCKDB_TYPE_BOOLEAN;
    case Type::int64:
    case Type::decimal:
      return DUCKDB_TYPE_BIGINT;
  }
  return DUCKDB_TYPE_INVALID;
}

duckdb_string_t string_of(const char* text, uint32_t length) {
  duckdb_string_t out;
  std::memset(&out, 0, sizeof out);
  out.value.inlined.length = length;
  if (length <= kInlineMax) {
    if (length > 0) std::memcpy(out.value.inlined.inlined, text, length);
  } else {
    std::memcpy(out.value.pointer.prefix, text, 4);
    out.value.pointer.ptr = const_cast<char*>(text);
  }
  return out;
}

}  // namespace

duckdb_logical_type engine_type(const ColumnSpec& spec) {
  if (spec.type == Type::decimal) return duckdb_create_decimal_type(18, spec.scale);
  return duckdb_create_logical_type(plain_type(spec.type));
}

Result<ColumnFill> ColumnFill::create(ColumnRef column, const ColumnSpec& spec) {
  if (column->type() != spec.type || column->scale() != spec.scale)
    return fail(Errc::internal, "table.wrong_shape", spec.name);
  if (!texts_are_utf8(*column)) return fail(Errc::invalid, "table.not_utf8", spec.name);
  if (spec.type == Type::decimal && !decimals_fit(*column))
    return fail(Errc::invalid, "table.number_too_large", spec.name);
  ColumnFill fill(std::move(column));
  if (spec.type == Type::text) fill.make_entries();
  return fill;
}

ColumnFill::ColumnFill(ColumnFill&& other) noexcept
    : column_(std::move(other.column_)), entries_(std::exchange(other.entries_, nullptr)) {}

ColumnFill& ColumnFill::operator=(ColumnFill&& other) noexcept {
  std::swap(column_, other.column_);
  std::swap(entries_, other.entries_);
  return *this;
}

ColumnFill::~ColumnFill() {
  if (entries_) duckdb_destroy_vector(&entries_);
}

// Entry i at position i; then one entry that is NULL; then one that holds all bytes, which the others point into.
void ColumnFill::make_entries() {
  const ColumnParts& parts = column_->parts();
  size_t n = column_->entries();
  duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  entries_ = duckdb_create_vector(type, n + 2);
  duckdb_destroy_logical_type(&type);
  duckdb_vector_assign_string_element_len(entries_, n + 1, parts.arena.empty() ? "" : parts.arena.data(),
                                          parts.arena.size());
  auto* strings = static_cast<duckdb_string_t*>(duckdb_vector_get_data(entries_));
  // Up to 12 bytes the engine keeps them inside the entry, and then no other entry points to them either.
  const char* bytes = parts.arena.size() > kInlineMax ? strings[n + 1].value.pointer.ptr : parts.arena.data();
  for (size_t i = 0; i < n; i++)
    strings[i] = string_of(bytes + parts.offsets[i], parts.offsets[i + 1] - parts.offsets[i]);
  strings[n] = string_of("", 0);
  duckdb_vector_ensure_validity_writable(entries_);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(entries_), n);
}

void ColumnFill::fill(duckdb_vector out, size_t from, size_t n) const {
  if (entries_) fill_entries(out, from, n);
  else fill_values(out, from, n);
}

void ColumnFill::fill_entries(duckdb_vector out, size_t from, size_t n) const {
  const std::vector<uint32_t>& codes = column_->parts().codes;
  auto null_entry = static_cast<sel_t>(column_->entries());
  duckdb_selection_vector selection = duckdb_create_selection_vector(n);
  sel_t* sel = duckdb_selection_vector_get_data_ptr(selection);
  if (column_->is_dictionary()) std::memcpy(sel, codes.data() + from, n * sizeof(sel_t));
  else
    for (size_t i = 0; i < n; i++) sel[i] = static_cast<sel_t>(from + i);
  if (column_->has_nulls())
    for (size_t i = 0; i < n; i++)
      if (column_->is_null(from + i)) sel[i] = null_entry;
  duckdb_vector_reference_vector(out, entries_);
  duckdb_slice_vector(out, selection, n);
  duckdb_destroy_selection_vector(selection);
}

void ColumnFill::fill_values(duckdb_vector out, size_t from, size_t n) const {
  const ColumnParts& parts = column_->parts();
  void* data = duckdb_vector_get_data(out);
  if (parts.type == Type::date) std::memcpy(data, parts.dates.data() + from, n * sizeof(int32_t));
  else if (parts.type == Type::boolean) std::memcpy(data, parts.bools.data() + from, n);
  else std::memcpy(data, parts.ints.data() + from, n * sizeof(int64_t));
  if (!column_->has_nulls()) return;
  duckdb_vector_ensure_validity_writable(out);
  std::memcpy(duckdb_vector_get_validity(out), parts.validity.data() + from / 64, (n + 63) / 64 * sizeof(uint64_t));
}

}  // namespace sluice::table
