// The inner loops of CSV: finding structural bytes and checking text, many bytes at a time.
//
// Two forms each: SSE2 (part of every x86-64; AVX2 or AVX-512 for checking UTF-8) and NEON-free portable words; the portable one is always
// compiled and tested against the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::csv_scan {

// Bit i set: byte i of the 64 bytes at `p` is one of a, b, c.
uint64_t mask64(const char* p, char a, char b, char c);
uint64_t mask64_portable(const char* p, char a, char b, char c);

// The length of the longest prefix that is ASCII without NUL.
size_t ascii_prefix(const char* p, size_t n);
size_t ascii_prefix_portable(const char* p, size_t n);

// The offset of the first byte that is no part of valid UTF-8 or is NUL; n when all is well. `non_ascii` is set when a
// multi-byte character was met; `multibyte` counts them up to the fault.
size_t utf8_prefix(const char* p, size_t n, size_t& multibyte);
// The same, character by character: what the wide ways are tested against.
size_t utf8_prefix_by_characters(const char* p, size_t n, size_t& multibyte);

// Ways to tell that all is well, 64 bytes at a time, fastest last; none without AVX2. False says nothing about where, and leaves `multibyte`.
struct Utf8Way {
  std::string_view name;
  bool (*is_utf8)(const char* p, size_t n, size_t& multibyte);
};
std::span<const Utf8Way> utf8_ways();

}  // namespace sluice::csv_scan
