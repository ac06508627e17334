#include "deident/techniques/cell_forms.h"

#include <charconv>
#include <cstring>
#include <string>

#include "base/clock.h"

namespace sluice::deident {

size_t char_bytes(std::string_view text, size_t at) {
  auto b = static_cast<uint8_t>(text[at]);
  if (b < 0x80) return 1;
  const size_t n = b >= 0xf0 && b < 0xf5 ? 4 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xc2 && b < 0xe0 ? 2 : 0;
  if (n == 0 || at + n > text.size()) return 0;
  for (size_t i = 1; i < n; i++)
    if ((static_cast<uint8_t>(text[at + i]) & 0xc0) != 0x80) return 0;
  return n;
}

bool all_ascii(std::string_view text) {
  constexpr uint64_t highs = 0x8080808080808080;
  const size_t n = text.size();
  uint64_t bits = 0, word;
  if (n < 8) {
    for (char c : text) bits |= static_cast<uint8_t>(c);
    return bits < 0x80;
  }
  for (size_t at = 0; at + 8 < n; at += 8) {
    std::memcpy(&word, text.data() + at, 8);
    bits |= word;
  }
  std::memcpy(&word, text.data() + n - 8, 8);
  return ((bits | word) & highs) == 0;
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

namespace {

// What stands behind year, month and day; han is the only one with anything behind the day.
constexpr std::string_view kDateParts[5][3] = {{"", "", ""}, {"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}};

// One or two digits and what stands behind them.
bool take_part(std::string_view& left, std::string_view behind, int& value, bool& padded) {
  size_t n = 0;
  while (n < 2 && n < left.size() && left[n] >= '0' && left[n] <= '9') n++;
  if (n == 0 || !left.substr(n).starts_with(behind)) return false;
  padded = padded && n == 2;
  value = digits_value(left.substr(0, n));
  left.remove_prefix(n + behind.size());
  return true;
}

bool parse_parted_date(std::string_view cell, CellDate& out) {
  if (cell.size() < 8 || !digits_only(cell.substr(0, 4))) return false;
  out.year = digits_value(cell.substr(0, 4));
  for (auto parts : {DateParts::dash, DateParts::slash, DateParts::dot, DateParts::han}) {
    const auto& signs = kDateParts[static_cast<size_t>(parts)];
    out.rest = cell.substr(4);
    if (!out.rest.starts_with(signs[0])) continue;
    out.rest.remove_prefix(signs[0].size());
    out.form = {parts, true};
    if (!take_part(out.rest, signs[1], out.month, out.form.padded) || !take_part(out.rest, signs[2], out.day, out.form.padded)) return false;
    return out.rest.empty() || out.rest[0] == ' ' || out.rest[0] == 'T' || (parts == DateParts::han && out.rest[0] >= '0' && out.rest[0] <= '9');
  }
  return false;
}

}  // namespace

bool parse_cell_date(std::string_view cell, CellDate& out) {
  if ((cell.size() == 8 || cell.size() == 14) && digits_only(cell)) {
    out = {digits_value(cell.substr(0, 4)), digits_value(cell.substr(4, 2)), digits_value(cell.substr(6, 2)), {}, cell.substr(8)};
  } else if (!parse_parted_date(cell, out)) {
    return false;
  }
  return out.rest.size() <= 30 && is_civil_date(out.year, out.month, out.day);
}

void put_date(int year, int month, int day, DateForm form, std::string& out) {
  const auto& signs = kDateParts[static_cast<size_t>(form.parts)];
  auto put = [&](int value, size_t width, std::string_view behind) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out.append(digits).append(behind);
  };
  put(year, 4, signs[0]);
  put(month, form.padded ? 2 : 1, signs[1]);
  put(day, form.padded ? 2 : 1, signs[2]);
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
