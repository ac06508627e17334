#include "deident/plain_text.h"

#include <cstring>

namespace sluice::deident {

namespace {

// The ASCII form of the character of three bytes at `p`, or 0.
char narrow_of(const char* p) {
  auto b = [&](size_t i) { return static_cast<unsigned char>(p[i]); };
  if (b(0) == 0xe3 && b(1) == 0x80 && b(2) == 0x80) return ' ';
  if (b(0) != 0xef || (b(1) != 0xbc && b(1) != 0xbd)) return 0;
  int c = b(1) == 0xbc ? b(2) - 0x80 + 0x20 : b(2) - 0x80 + 0x60;  // U+FF01 … U+FF5E stand 0xFEE0 above ASCII
  bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return word || c == '-' || c == '.' || c == '_' || c == '@' || c == '+' || c == '/' ? static_cast<char>(c) : '\0';
}

}  // namespace

bool has_wide_digits(std::string_view utf8) {
  for (size_t from = 0; from + 2 < utf8.size();) {
    const void* found = std::memchr(utf8.data() + from, 0xbc, utf8.size() - from - 1);
    if (!found) return false;
    size_t at = static_cast<size_t>(static_cast<const char*>(found) - utf8.data());
    auto last = static_cast<unsigned char>(utf8[at + 1]);
    if (at > 0 && static_cast<unsigned char>(utf8[at - 1]) == 0xef && ((last >= 0x8d && last <= 0x99) || last == 0xa0)) return true;
    from = at + 1;
  }
  return false;
}

void plain_of(std::string_view utf8, PlainText& out) {
  out.text.clear();
  out.at.clear();
  for (size_t i = 0; i < utf8.size();) {
    char narrow = i + 2 < utf8.size() && static_cast<unsigned char>(utf8[i]) >= 0xe3 ? narrow_of(utf8.data() + i) : '\0';
    out.text += narrow ? narrow : utf8[i];
    out.at.push_back(i);
    i += narrow ? 3 : 1;
  }
  out.at.push_back(utf8.size());
}

}  // namespace sluice::deident
