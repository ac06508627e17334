#include "deident/techniques/cell_forms.h"

#include <charconv>
#include <cstdio>

#include "base/clock.h"

namespace sluice::deident {

size_t char_bytes(std::string_view text, size_t at, TextEncoding encoding) {
  auto b = static_cast<uint8_t>(text[at]);
  if (b < 0x80) return 1;
  size_t n = 0;
  if (encoding == TextEncoding::utf8) {
    n = b >= 0xf0 && b < 0xf5 ? 4 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xc2 && b < 0xe0 ? 2 : 0;
    if (n == 0 || at + n > text.size()) return 0;
    for (size_t i = 1; i < n; i++)
      if ((static_cast<uint8_t>(text[at + i]) & 0xc0) != 0x80) return 0;
    return n;
  }
  if (b == 0x80 || b == 0xff || at + 1 >= text.size()) return 0;
  auto second = static_cast<uint8_t>(text[at + 1]);
  n = second >= 0x30 && second <= 0x39 ? 4 : 2;
  return at + n > text.size() ? 0 : n;
}

bool all_ascii(std::string_view text) {
  uint8_t bits = 0;
  for (char c : text) bits |= static_cast<uint8_t>(c);
  return bits < 0x80;
}

bool digits_only(std::string_view text) {
  for (char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

int digits_value(std::string_view text) {
  int v = 0;
  for (char c : text) v = v * 10 + (c - '0');
  return v;
}

bool parse_cell_date(std::string_view cell, CellDate& out) {
  if (cell.size() >= 10 && (cell[4] == '-' || cell[4] == '/') && cell[7] == cell[4]) {
    if (!digits_only(cell.substr(0, 4)) || !digits_only(cell.substr(5, 2)) || !digits_only(cell.substr(8, 2))) return false;
    out = {digits_value(cell.substr(0, 4)), digits_value(cell.substr(5, 2)), digits_value(cell.substr(8, 2)), cell[4], cell.substr(10)};
    if (!out.rest.empty() && out.rest[0] != ' ' && out.rest[0] != 'T') return false;
  } else if ((cell.size() == 8 || cell.size() == 14) && digits_only(cell)) {
    out = {digits_value(cell.substr(0, 4)), digits_value(cell.substr(4, 2)), digits_value(cell.substr(6, 2)), 0, cell.substr(8)};
  } else {
    return false;
  }
  return out.rest.size() <= 30 && is_civil_date(out.year, out.month, out.day);
}

void put_date(int year, int month, int day, char separator, std::string& out) {
  char text[24];
  int n = separator ? std::snprintf(text, sizeof text, "%04d%c%02d%c%02d", year, separator, month, separator, day)
                    : std::snprintf(text, sizeof text, "%04d%02d%02d", year, month, day);
  out.append(text, static_cast<size_t>(n));
}

bool parse_cell_number(std::string_view cell, CellNumber& out) {
  out = {};
  size_t i = 0;
  if (cell[0] == '-' || cell[0] == '+') out.negative = cell[i++] == '-';
  size_t start = i;
  while (i < cell.size() && cell[i] >= '0' && cell[i] <= '9') i++;
  if (i == start || i - start > 15) return false;
  std::from_chars(cell.data() + start, cell.data() + i, out.whole);
  if (i == cell.size()) return true;
  if (cell[i++] != '.') return false;
  int64_t scale = 100000;
  for (; i < cell.size(); i++) {
    if (cell[i] < '0' || cell[i] > '9') return false;
    out.millionths += scale * (cell[i] - '0');
    scale /= 10;
    out.fraction_digits++;
  }
  return out.fraction_digits > 0 && out.fraction_digits <= 18;
}

char id_check_digit(std::string_view first17) {
  constexpr int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 17; i++) sum += (first17[i] - '0') * weights[i];
  return "10X98765432"[sum % 11];
}

}  // namespace sluice::deident
