#include "table/cell_text.h"

#include <charconv>

#include "base/clock.h"

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

}  // namespace sluice::table
