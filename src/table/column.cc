#include "table/column.h"

#include <cassert>
#include <cstdlib>

namespace sluice::table {

namespace {

size_t words_for(size_t rows) { return (rows + 63) / 64; }

bool parts_hold(const ColumnParts& p) {
  if (!p.validity.empty() && p.validity.size() != words_for(p.rows)) return false;
  if (p.type == Type::date) return p.dates.size() == p.rows;
  if (p.type == Type::boolean) return p.bools.size() == p.rows;
  if (p.type != Type::text) return p.ints.size() == p.rows;
  if (p.offsets.empty() || p.offsets.back() != p.arena.size()) return false;
  if (p.codes.empty()) return p.offsets.size() == p.rows + 1;
  return p.codes.size() == p.rows && p.offsets.size() > 1;
}

}  // namespace

Column::Column(ColumnParts parts) : parts_(std::move(parts)) {
  if (!parts_hold(parts_)) std::abort();  // a caller that breaks this would read past the end later
}

size_t Column::bytes() const {
  const ColumnParts& p = parts_;
  return sizeof(Column) + p.validity.capacity() * 8 + p.ints.capacity() * 8 + p.dates.capacity() * 4 +
         p.bools.capacity() + p.offsets.capacity() * 4 + p.arena.capacity() + p.codes.capacity() * 4;
}

bool Column::same_values(const Column& other) const {
  if (type() != other.type() || scale() != other.scale() || rows() != other.rows()) return false;
  for (size_t i = 0; i < rows(); i++) {
    if (is_null(i) != other.is_null(i)) return false;
    if (is_null(i)) continue;
    if (type() == Type::text ? text_at(i) != other.text_at(i) : int_at(i) != other.int_at(i)) return false;
  }
  return true;
}

void ColumnBuilder::reset(Type type, uint8_t scale) {
  parts_ = ColumnParts{};
  parts_.type = type;
  parts_.scale = scale;
  if (type == Type::text) parts_.offsets.push_back(0);
}

void ColumnBuilder::reserve(size_t rows, size_t text_bytes) {
  if (parts_.type == Type::text) {
    parts_.offsets.reserve(rows + 1);
    parts_.arena.reserve(text_bytes);
  } else if (parts_.type == Type::date) {
    parts_.dates.reserve(rows);
  } else if (parts_.type == Type::boolean) {
    parts_.bools.reserve(rows);
  } else {
    parts_.ints.reserve(rows);
  }
}

// Counts the row; the bitmap comes into being with the first null.
void ColumnBuilder::mark(bool present) {
  size_t row = parts_.rows++;
  if (parts_.validity.empty()) {
    if (present) return;
    parts_.validity.assign(words_for(row + 1), ~uint64_t{0});
  } else if (parts_.validity.size() < words_for(row + 1)) {
    parts_.validity.push_back(~uint64_t{0});
  }
  if (!present) parts_.validity[row / 64] &= ~(uint64_t{1} << (row % 64));
}

void ColumnBuilder::append_null() {
  mark(false);
  if (parts_.type == Type::text) parts_.offsets.push_back(static_cast<uint32_t>(parts_.arena.size()));
  else if (parts_.type == Type::date) parts_.dates.push_back(0);
  else if (parts_.type == Type::boolean) parts_.bools.push_back(0);
  else parts_.ints.push_back(0);
}

void ColumnBuilder::append_text(std::string_view text) {
  assert(parts_.type == Type::text);
  if (text.size() > UINT32_MAX - parts_.arena.size()) std::abort();  // the producer did not cut its batches
  mark(true);
  parts_.arena.insert(parts_.arena.end(), text.begin(), text.end());
  parts_.offsets.push_back(static_cast<uint32_t>(parts_.arena.size()));
}

void ColumnBuilder::append_int(int64_t value) {
  assert(parts_.type != Type::text);
  mark(true);
  if (parts_.type == Type::date) parts_.dates.push_back(static_cast<int32_t>(value));
  else if (parts_.type == Type::boolean) parts_.bools.push_back(value != 0);
  else parts_.ints.push_back(value);
}

void ColumnBuilder::append_rows(const Column& column, size_t from, size_t n) {
  assert(column.type() == parts_.type);
  bool plain_ints = parts_.type != Type::text && parts_.type != Type::date && parts_.type != Type::boolean;
  if (plain_ints && !column.has_nulls() && parts_.validity.empty()) {
    auto first = column.parts().ints.begin() + static_cast<ptrdiff_t>(from);
    parts_.ints.insert(parts_.ints.end(), first, first + static_cast<ptrdiff_t>(n));
    parts_.rows += n;
    return;
  }
  for (size_t i = from; i < from + n; i++) {
    if (column.is_null(i)) append_null();
    else if (parts_.type == Type::text) append_text(column.text_at(i));
    else append_int(column.int_at(i));
  }
}

Column ColumnBuilder::finish() {
  Type type = parts_.type;
  uint8_t scale = parts_.scale;
  Column column(std::move(parts_));
  reset(type, scale);
  return column;
}

Status MemoryTable::append(const Batch& batch) {
  TRY(check_shape(batch, specs_));
  if (batch.rows == 0) return {};
  std::vector<ColumnRef> group;
  for (const Column& column : batch.columns) group.push_back(std::make_shared<const Column>(column));
  groups_.push_back(std::move(group));
  group_rows_.push_back(batch.rows);
  rows_ += batch.rows;
  return {};
}

Status check_shape(const Batch& batch, std::span<const ColumnSpec> specs) {
  if (batch.columns.size() != specs.size()) return fail(Errc::invalid, "table.wrong_shape");
  for (size_t i = 0; i < specs.size(); i++) {
    const Column& column = batch.columns[i];
    if (column.type() != specs[i].type || column.scale() != specs[i].scale || column.rows() != batch.rows)
      return fail(Errc::invalid, "table.wrong_shape", specs[i].name);
  }
  return {};
}

size_t find_column(std::span<const ColumnSpec> specs, std::string_view name) {
  size_t i = 0;
  while (i < specs.size() && specs[i].name != name) i++;
  return i;
}

}  // namespace sluice::table
