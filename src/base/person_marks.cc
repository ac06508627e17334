#include "base/person_marks.h"

namespace sluice {

namespace {

constexpr std::string_view kIdeographicSpace = "\xE3\x80\x80";
constexpr size_t kMobileDigits = 11;

// U+FF01 … U+FF5E stand for '!' … '~'; 0 where the three bytes at `at` are none of them.
char narrow_of_wide(std::string_view text, size_t at) {
  if (text.size() - at < 3 || text[at] != '\xEF') return 0;
  auto middle = static_cast<unsigned char>(text[at + 1]), last = static_cast<unsigned char>(text[at + 2]);
  int code = (middle - 0xBC) * 64 + (last - 0x80);  // beyond U+FF00
  bool wide = (middle == 0xBC || middle == 0xBD) && code >= 0x01 && code <= 0x5E;
  return wide ? static_cast<char>(code + 0x20) : '\0';
}

}  // namespace

std::string folded_name(std::string_view name) {
  std::string out;
  for (size_t at = 0; at < name.size(); at++) {
    if (name.substr(at).starts_with(kIdeographicSpace)) {
      at += 2;
      continue;
    }
    char c = name[at];
    if (char narrow = narrow_of_wide(name, at)) c = narrow, at += 2;
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

std::string folded_phone(std::string_view phone) {
  std::string digits;
  for (char c : folded_name(phone))
    if (c >= '0' && c <= '9') digits += c;
  for (std::string_view country : {"0086", "86"})
    if (digits.size() == kMobileDigits + country.size() && digits.starts_with(country) && digits[country.size()] == '1') return digits.substr(country.size());
  return digits;
}

}  // namespace sluice
