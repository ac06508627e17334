#include "table/cell_text.h"

#include <charconv>
#include <optional>

#include "base/clock.h"
#include "standard/datetime.h"

namespace sluice::table {

namespace {

void digits_to(std::string& out, int64_t value, int width) {
  char buffer[24];
  auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, value);
  for (auto n = end - buffer; n < width; n++) out += '0';
  out.append(buffer, end);
}

void date_to(std::string& out, int64_t days) {
  CivilDate d = civil_from_days(days);
  digits_to(out, d.year, 4);
  out += '-';
  digits_to(out, d.month, 2);
  out += '-';
  digits_to(out, d.day, 2);
}

void decimal_to(std::string& out, int64_t value, int scale) {
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  if (value < 0) out += '-';
  uint64_t unit = 1;
  for (int i = 0; i < scale; i++) unit *= 10;
  digits_to(out, static_cast<int64_t>(magnitude / unit), 1);
  if (scale == 0) return;
  out += '.';
  digits_to(out, static_cast<int64_t>(magnitude % unit), scale);
}

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

// "12.30" at scale 2 → 1230; the cell has no more digits after the point than the column.
std::optional<int64_t> decimal_units(std::string_view cell, uint8_t scale) {
  const size_t point = cell.find('.');
  const size_t after = point == std::string_view::npos ? 0 : cell.size() - point - 1;
  if (after > scale) return std::nullopt;
  std::string digits(cell.substr(0, point));
  if (digits.empty() || digits == "-") return std::nullopt;
  if (after > 0) digits += cell.substr(point + 1);
  digits.append(scale - after, '0');
  return whole_number(digits);
}

// Only as this file writes them.
std::optional<int64_t> day_number(std::string_view cell) {
  auto date = parse_date(cell);
  return date && date->profile == DateProfile::strict ? std::optional<int64_t>(date->days) : std::nullopt;
}

std::optional<int64_t> moment_ms(std::string_view cell) {
  auto moment = parse_datetime(cell);
  return moment && moment->profile == DateProfile::strict && cell.size() > 10 ? std::optional<int64_t>(moment->millis) : std::nullopt;
}

std::optional<int64_t> value_of_cell(std::string_view cell, const ColumnSpec& spec) {
  switch (spec.type) {
    case Type::decimal: return decimal_units(cell, spec.scale);
    case Type::date: return day_number(cell);
    case Type::datetime: return moment_ms(cell);
    case Type::int64: return whole_number(cell);
    case Type::boolean: return cell == "true" ? std::optional<int64_t>(1) : cell == "false" ? std::optional<int64_t>(0) : std::nullopt;
    case Type::text: break;
  }
  return std::nullopt;
}

}  // namespace

void cell_text_to(std::string& out, const Column& column, size_t row) {
  if (column.is_null(row)) return;
  switch (column.type()) {
    case Type::text: out += column.text_at(row); return;
    case Type::int64: digits_to(out, column.int_at(row), 1); return;
    case Type::decimal: decimal_to(out, column.int_at(row), column.scale()); return;
    case Type::date: date_to(out, column.int_at(row)); return;
    case Type::boolean: out += column.int_at(row) ? "true" : "false"; return;
    case Type::datetime: break;
  }
  int64_t ms = column.int_at(row);
  int64_t days = ms >= 0 ? ms / kDayMs : (ms - kDayMs + 1) / kDayMs;
  int64_t rest = (ms - days * kDayMs) / kSecondMs;
  date_to(out, days);
  out += 'T';
  digits_to(out, rest / 3600, 2);
  out += ':';
  digits_to(out, rest / 60 % 60, 2);
  out += ':';
  digits_to(out, rest % 60, 2);
}

Result<Column> column_of_texts(const Column& texts, const ColumnSpec& spec) {
  if (spec.type == Type::text) return texts;
  ColumnBuilder builder(spec);
  for (size_t row = 0; row < texts.rows(); row++) {
    if (texts.is_null(row)) {
      builder.append_null();
      continue;
    }
    auto value = value_of_cell(texts.text_at(row), spec);
    if (!value) return fail(Errc::invalid, "table.bad_value", spec.name);
    builder.append_int(*value);
  }
  return builder.finish();
}

}  // namespace sluice::table
