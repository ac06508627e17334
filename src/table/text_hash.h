// A fast hash of short byte strings for hash tables of ours. Not keyed, not for adversaries' sake: whoever hashes
// chosen input bounds the table instead.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace sluice::table {

inline uint64_t mix64(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t hash_int(uint64_t v) { return mix64(v ^ 0x9e3779b97f4a7c15u, 0xd6e8feb86659fd93u); }

inline uint64_t hash_text(std::string_view text) {
  constexpr uint64_t k1 = 0xa0761d6478bd642fu, k2 = 0xe7037ed1a0b428dbu;
  const char* p = text.data();
  size_t left = text.size();
  uint64_t h = k1 ^ left;
  auto load = [](const char* from, size_t n) {
    uint64_t v = 0;
    std::memcpy(&v, from, n);
    return v;
  };
  for (; left > 16; p += 16, left -= 16) h = mix64(load(p, 8) ^ k1, load(p + 8, 8) ^ h);
  uint64_t a = 0, b = 0;
  if (left >= 8) {
    a = load(p, 8);
    b = load(p + left - 8, 8);
  } else if (left >= 4) {
    a = load(p, 4);
    b = load(p + left - 4, 4);
  } else if (left > 0) {
    a = static_cast<uint64_t>(static_cast<uint8_t>(p[0])) << 16 | static_cast<uint64_t>(static_cast<uint8_t>(p[left / 2])) << 8 |
        static_cast<uint8_t>(p[left - 1]);
  }
  return mix64(a ^ k2, mix64(b ^ h, k1));
}

}  // namespace sluice::table
