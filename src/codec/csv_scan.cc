#include "codec/csv_scan.h"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sluice::csv_scan {

namespace {

constexpr uint64_t kLow = 0x0101010101010101, kHigh = 0x8080808080808080;

// High bit of each byte that equals the byte repeated in `pattern`; exact for every input.
uint64_t equal_bytes(uint64_t word, uint64_t pattern) {
  uint64_t x = word ^ pattern;
  return ~(((x & ~kHigh) + ~kHigh) | x | ~kHigh);
}

// The high bits of eight bytes gathered into the low eight bits; byte 0 of memory is bit 0.
uint64_t gather(uint64_t high_bits) { return (high_bits >> 7) * 0x0102040810204080 >> 56; }

size_t utf8_length(const unsigned char* p, size_t left) {
  unsigned lead = p[0];
  if (lead < 0xc2 || lead > 0xf4) return 0;
  auto tail = [&](size_t i) { return (p[i] & 0xc0) == 0x80; };
  if (lead < 0xe0) return left >= 2 && tail(1) ? 2 : 0;
  if (lead < 0xf0) {
    if (left < 3 || !tail(1) || !tail(2)) return 0;
    if ((lead == 0xe0 && p[1] < 0xa0) || (lead == 0xed && p[1] > 0x9f)) return 0;
    return 3;
  }
  if (left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if ((lead == 0xf0 && p[1] < 0x90) || (lead == 0xf4 && p[1] > 0x8f)) return 0;
  return 4;
}

}  // namespace

uint64_t mask64_portable(const char* p, char a, char b, char c) {
  uint64_t pa = kLow * static_cast<uint8_t>(a), pb = kLow * static_cast<uint8_t>(b), pc = kLow * static_cast<uint8_t>(c);
  uint64_t out = 0;
  for (int i = 0; i < 8; i++) {
    uint64_t word;
    std::memcpy(&word, p + 8 * i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    uint64_t hit = equal_bytes(word, pa) | equal_bytes(word, pb) | equal_bytes(word, pc);
    out |= gather(hit) << (8 * i);
  }
  return out;
}

size_t ascii_prefix_portable(const char* p, size_t n) {
  size_t at = 0;
  for (; at + 8 <= n; at += 8) {
    uint64_t word;
    std::memcpy(&word, p + at, 8);
    if ((word & kHigh) != 0 || equal_bytes(word, 0) != 0) break;
  }
  while (at < n && static_cast<signed char>(p[at]) > 0) at++;
  return at;
}

#if defined(__SSE2__)

uint64_t mask64(const char* p, char a, char b, char c) {
  __m128i va = _mm_set1_epi8(a), vb = _mm_set1_epi8(b), vc = _mm_set1_epi8(c);
  uint64_t out = 0;
  for (int i = 0; i < 4; i++) {
    __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
    __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, va), _mm_cmpeq_epi8(x, vb)), _mm_cmpeq_epi8(x, vc));
    out |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(hit))) << (16 * i);
  }
  return out;
}

size_t ascii_prefix(const char* p, size_t n) {
  size_t at = 0;
  __m128i zero = _mm_setzero_si128();
  for (; at + 16 <= n; at += 16) {
    __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + at));
    // Signed: bytes above 0x7f are negative, so "greater than zero" is ASCII without NUL.
    if (_mm_movemask_epi8(_mm_cmpgt_epi8(x, zero)) != 0xffff) break;
  }
  while (at < n && static_cast<signed char>(p[at]) > 0) at++;
  return at;
}

#else

uint64_t mask64(const char* p, char a, char b, char c) { return mask64_portable(p, a, b, c); }
size_t ascii_prefix(const char* p, size_t n) { return ascii_prefix_portable(p, n); }

#endif

size_t utf8_prefix(const char* p, size_t n, size_t& multibyte) {
  constexpr size_t worth_it = 256;
  static const auto ways = utf8_ways();
  if (n >= worth_it && !ways.empty() && ways.back().is_utf8(p, n, multibyte)) return n;
  return utf8_prefix_by_characters(p, n, multibyte);
}

size_t utf8_prefix_by_characters(const char* p, size_t n, size_t& multibyte) {
  size_t at = 0;
  multibyte = 0;
  while (at < n) {
    // Runs of ASCII between Chinese words are short: look one byte ahead before the wide loop.
    if (static_cast<signed char>(p[at]) > 0) {
      at += ascii_prefix(p + at, n - at);
      continue;
    }
    size_t length = utf8_length(reinterpret_cast<const unsigned char*>(p) + at, n - at);
    if (length == 0) return at;
    at += length;
    multibyte++;
  }
  return n;
}

}  // namespace sluice::csv_scan
