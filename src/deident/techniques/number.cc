#include <algorithm>

#include "crypto/ff1.h"
#include "deident/techniques/cell_forms.h"
#include "deident/techniques/scaled.h"

namespace sluice::deident {

namespace {

constexpr size_t kFractionMax = 6;
constexpr int64_t kMillion = 1'000'000;

int64_t last_digit_unit(size_t fraction_digits) {
  int64_t unit = 1;
  for (size_t i = fraction_digits; i < kFractionMax; i++) unit *= 10;
  return unit;
}

}  // namespace

bool read_millionths(std::string_view cell, WideSigned& value, size_t& fraction_digits) {
  CellNumber n{};
  if (cell.empty() || !parse_cell_number(cell, n) || n.fraction_digits > kFractionMax) return false;
  value = static_cast<WideSigned>(n.whole) * kMillion + n.millionths;
  if (n.negative) value = -value;
  fraction_digits = n.fraction_digits;
  return true;
}

void put_millionths(WideSigned value, size_t fraction_digits, std::string& out) {
  bool negative = value < 0;
  if (negative) value = -value;
  int64_t unit = last_digit_unit(fraction_digits);
  value = (value + unit / 2) / unit;
  std::string digits;
  bool zero = value == 0;
  do digits += static_cast<char>('0' + static_cast<int>(value % 10));
  while ((value /= 10) != 0);
  while (digits.size() <= fraction_digits) digits += '0';
  if (negative && !zero) out += '-';
  for (size_t i = digits.size(); i-- > 0;) {
    out += digits[i];
    if (i == fraction_digits && i > 0) out += '.';
  }
}

bool clamp_number(std::string_view cell, const FieldRule& rule, std::string& out) {
  WideSigned value = 0;
  size_t digits = 0;
  if (!read_millionths(cell, value, digits)) return false;
  if (rule.top) value = std::min(value, static_cast<WideSigned>(*rule.top) * kMillion);
  if (rule.bottom) value = std::max(value, static_cast<WideSigned>(*rule.bottom) * kMillion);
  put_millionths(value, digits, out);
  return true;
}

bool add_noise(std::string_view cell, int64_t bound, const Digest& mac, std::string& out) {
  WideSigned value = 0;
  size_t digits = 0;
  if (!read_millionths(cell, value, digits)) return false;
  // Uniform over −bound … +bound in steps of the last written digit: mean 0. 128 random bits keep the modulo's bias below 2^-60.
  int64_t unit = last_digit_unit(digits);
  WideSigned reach = static_cast<WideSigned>(bound) * (kMillion / unit);
  Wide draw = 0;
  for (size_t i = 0; i < 16; i++) draw = draw << 8 | mac[i];
  value += (static_cast<WideSigned>(draw % static_cast<Wide>(2 * reach + 1)) - reach) * unit;
  put_millionths(value, digits, out);
  return true;
}

}  // namespace sluice::deident
