#include "deident/kernels.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/clock.h"
#include "codec/json.h"
#include "crypto/hash.h"

namespace sluice::deident {

namespace {

// Bytes of the character at `text[at]`; 0 when it is malformed or cut.
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

struct ParsedDate {
  int year, month, day;
  char separator;         // 0 in the compact form
  std::string_view rest;  // the time with what parts it from the date
};

bool parse_date(std::string_view cell, ParsedDate& out) {
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

struct ParsedNumber {
  bool negative;
  int64_t whole;
  int64_t millionths;
  size_t fraction_digits;
};

bool parse_number(std::string_view cell, ParsedNumber& out) {
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

}  // namespace

bool mask_ends(std::string_view cell, int first, int last, char mask, TextEncoding encoding, std::string& out) {
  auto head = static_cast<size_t>(first), tail = static_cast<size_t>(last);
  if (all_ascii(cell)) [[likely]] {
    size_t n = cell.size();
    if (n <= head + tail) head = tail = 0;
    out.append(cell.substr(0, head));
    out.append(n - head - tail, mask);
    out.append(cell.substr(n - tail));
    return true;
  }
  size_t chars = 0;
  for (size_t at = 0; at < cell.size(); chars++) {
    size_t n = char_bytes(cell, at, encoding);
    if (n == 0) return false;
    at += n;
  }
  if (chars <= head + tail) head = tail = 0;
  size_t index = 0;
  for (size_t at = 0; at < cell.size(); index++) {
    size_t n = char_bytes(cell, at, encoding);
    if (index < head || index >= chars - tail) {
      out.append(cell.substr(at, n));
    } else {
      out += mask;
    }
    at += n;
  }
  return true;
}

bool generalise_date(std::string_view cell, DateUnit unit, std::string& out) {
  ParsedDate d{};
  if (!parse_date(cell, d)) return false;
  int month = unit == DateUnit::year ? 1 : unit == DateUnit::quarter ? (d.month - 1) / 3 * 3 + 1 : d.month;
  put_date(d.year, month, 1, d.separator, out);
  return true;
}

bool shift_date(std::string_view cell, int days, std::string& out) {
  ParsedDate d{};
  if (!parse_date(cell, d)) return false;
  CivilDate moved = civil_from_days(days_from_civil(d.year, d.month, d.day) + days);
  if (moved.year < 1 || moved.year > 9999) return false;
  put_date(moved.year, moved.month, moved.day, d.separator, out);
  out.append(d.rest);
  return true;
}

bool band_number(std::string_view cell, const FieldRule& rule, std::string& out) {
  ParsedNumber n{};
  if (!parse_number(cell, n)) return false;
  int64_t v = n.negative ? -n.whole - (n.millionths > 0) : n.whole;  // floor
  if (rule.top && v >= *rule.top) {
    out += std::to_string(*rule.top) + "+";
    return true;
  }
  if (rule.bottom && v < *rule.bottom) {
    out += "<" + std::to_string(*rule.bottom);
    return true;
  }
  int64_t width = *rule.width, origin = rule.bottom.value_or(0);
  int64_t offset = v - origin;
  int64_t low = origin + (offset >= 0 ? offset / width : -((-offset + width - 1) / width)) * width;
  int64_t high = low + width - 1;
  if (rule.top) high = std::min(high, *rule.top - 1);
  out += std::to_string(low);
  if (high > low) out += "-" + std::to_string(high);
  return true;
}

bool round_number(std::string_view cell, int64_t to, std::string& out) {
  ParsedNumber n{};
  if (!parse_number(cell, n)) return false;
  int64_t rest = n.whole % to;
  __extension__ using wide = __int128;
  bool up = 2 * (static_cast<wide>(rest) * 1000000 + n.millionths) >= static_cast<wide>(to) * 1000000;
  int64_t rounded = n.whole - rest + (up ? to : 0);
  if (n.negative && rounded != 0) out += '-';
  out += std::to_string(rounded);
  if (n.fraction_digits) {
    out += '.';
    out.append(n.fraction_digits, '0');
  }
  return true;
}

bool generalise_region(std::string_view cell, int digits, std::string& out) {
  if (!digits_only(cell) || (cell.size() != 2 && cell.size() != 4 && cell.size() != 6)) return false;
  auto kept = std::min(cell.size(), static_cast<size_t>(digits));
  out.append(cell.substr(0, kept));
  out.append(cell.size() - kept, '0');
  return true;
}

bool mask_id_number(std::string_view cell, int region, KeepBirth birth, std::string& out) {
  if (cell.size() != 18 || !digits_only(cell.substr(0, 17)) || cell[0] == '0') return false;
  char last = cell[17];
  if (!(last >= '0' && last <= '9') && last != 'X' && last != 'x') return false;
  int year = digits_value(cell.substr(6, 4));
  if (year < 1800 || !is_civil_date(year, digits_value(cell.substr(10, 2)), digits_value(cell.substr(12, 2)))) return false;
  char made[18];
  std::fill(made, made + 17, '0');
  made[0] = '1';  // 100000 is no division: a number without its region still begins with a non-zero digit
  std::copy_n(cell.data(), region, made);
  std::string_view day = "19000101";
  std::copy(day.begin(), day.end(), made + 6);
  if (birth == KeepBirth::year) std::copy_n(cell.data() + 6, 4, made + 6);
  made[17] = id_check_digit({made, 17});
  out.append(made, 18);
  return true;
}

void pseudonym(ByteView key, std::string_view cell, std::string_view prefix, int length, std::string& out) {
  constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648, lower case, no padding
  Digest mac = hmac_sm3(key, view(cell));
  out.append(prefix);
  uint32_t bits = 0;
  int have = 0;
  size_t next = 0;
  for (int i = 0; i < length; i++) {
    if (have < 5) {
      bits = bits << 8 | mac[next++];
      have += 8;
    }
    have -= 5;
    out += alphabet[bits >> have & 31];
    bits &= (1u << have) - 1;
  }
}

int shift_of(ByteView key, std::string_view person, int days_max) {
  Digest mac = hmac_sm3(key, view(person));
  uint64_t v = 0;
  for (int i = 0; i < 8; i++) v = v << 8 | mac[static_cast<size_t>(i)];
  auto r = static_cast<int>(v % (2 * static_cast<uint64_t>(days_max)));
  return r < days_max ? r - days_max : r - days_max + 1;
}

}  // namespace sluice::deident
