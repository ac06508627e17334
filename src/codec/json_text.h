// Characters and the order of keys, for what reads and writes JSON. Internal to codec/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// Decodes one UTF-8 character at `at`; returns its length, 0 when the bytes are not valid UTF-8.
inline size_t utf8_next(std::string_view s, size_t at, uint32_t& cp) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  uint8_t lead = byte(at);
  if (lead < 0x80) {
    cp = lead;
    return 1;
  }
  size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + n > s.size()) return 0;
  cp = lead & (0xff >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
    cp = cp << 6 | (byte(at + i) & 0x3f);
  }
  if ((n == 3 && cp < 0x800) || (n == 4 && (cp < 0x10000 || cp > 0x10ffff)) || (cp >= 0xd800 && cp <= 0xdfff)) return 0;
  return n;
}

inline void utf8_put(std::string& out, uint32_t cp) {
  if (cp < 0x80) {
    out += static_cast<char>(cp);
  } else if (cp < 0x800) {
    out += static_cast<char>(0xc0 | cp >> 6);
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else if (cp < 0x10000) {
    out += static_cast<char>(0xe0 | cp >> 12);
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | cp >> 18);
    out += static_cast<char>(0x80 | (cp >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  }
}

// UTF-16 code-unit order differs from byte order only where a surrogate pair meets U+E000–U+FFFF.
inline bool json_key_less(std::string_view a, std::string_view b) {
  size_t n = std::min(a.size(), b.size()), i = 0;
  while (i < n && a[i] == b[i]) i++;
  if (i == n) return a.size() < b.size();
  uint8_t x = static_cast<uint8_t>(a[i]), y = static_cast<uint8_t>(b[i]);
  bool x_pair = x >= 0xf0, y_pair = y >= 0xf0;
  bool x_high = x >= 0xee && x < 0xf0, y_high = y >= 0xee && y < 0xf0;
  if (x_pair && y_high) return true;
  if (x_high && y_pair) return false;
  return x < y;
}

}  // namespace sluice
