#include <cstring>

#include "codec/csv_scan.h"

// GCC 12's own intrinsics start from a deliberately uninitialised register and warn about it (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#if defined(__x86_64__)
#include <immintrin.h>

namespace sluice::csv_scan {

namespace {

struct CommonBits {
  uint64_t high, continuing;  // from 80; 80 to BF
  uint64_t from_e0, from_f0;  // first bytes of three or four; of four
  uint64_t rare;              // those of RareBits, but for below_a0 and below_90
};
struct RareBits {
  uint64_t never = 0;  // NUL, C0, C1, from F5
  uint64_t e0 = 0, ed = 0, f0 = 0, f4 = 0;
  uint64_t below_a0 = 0, below_90 = 0;
};

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,popcnt")
#endif
namespace utf8_avx2 {

using V = __m256i;
inline V all(unsigned char c) { return _mm256_set1_epi8(static_cast<char>(c)); }
inline V from(const V& b, unsigned char c) { return _mm256_cmpeq_epi8(_mm256_max_epu8(b, all(c)), b); }
inline V is(const V& b, unsigned char c) { return _mm256_cmpeq_epi8(b, all(c)); }
// A bit for each upper half that has rare bytes (0, C, E, F), looked up by the lower one.
inline V rare(const V& b) {
  const V lower = _mm256_broadcastsi128_si256(_mm_setr_epi8(15, 1, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 6, 4, 4));
  const V upper = _mm256_broadcastsi128_si256(_mm_setr_epi8(8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 4));
  const V half = all(15);
  const V both = _mm256_and_si256(_mm256_shuffle_epi8(lower, _mm256_and_si256(b, half)), _mm256_shuffle_epi8(upper, _mm256_and_si256(_mm256_srli_epi16(b, 4), half)));
  return _mm256_cmpgt_epi8(both, _mm256_setzero_si256());
}
inline uint64_t bits_of(const V& low, const V& high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) | static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
}
inline V load(const char* p) { return _mm256_loadu_si256(reinterpret_cast<const V*>(p)); }
inline CommonBits common_bits(const char* p) {
  const V a = load(p), z = load(p + 32);
  const V c0 = all(0xc0);  // as a signed number above those that continue, and below all from C0 and ASCII
  return {.high = bits_of(a, z), .continuing = bits_of(_mm256_cmpgt_epi8(c0, a), _mm256_cmpgt_epi8(c0, z)),
          .from_e0 = bits_of(from(a, 0xe0), from(z, 0xe0)), .from_f0 = bits_of(from(a, 0xf0), from(z, 0xf0)), .rare = bits_of(rare(a), rare(z))};
}
inline uint64_t are(const V& a, const V& z, unsigned char c) { return bits_of(is(a, c), is(z, c)); }
inline RareBits rare_bits(const char* p) {
  const V a = load(p), z = load(p + 32);
  return {.never = are(a, z, 0) | are(a, z, 0xc0) | are(a, z, 0xc1) | bits_of(from(a, 0xf5), from(z, 0xf5)),
          .e0 = are(a, z, 0xe0), .ed = are(a, z, 0xed), .f0 = are(a, z, 0xf0), .f4 = are(a, z, 0xf4),
          .below_a0 = ~bits_of(from(a, 0xa0), from(z, 0xa0)), .below_90 = ~bits_of(from(a, 0x90), from(z, 0x90))};
}
#include "codec/utf8_ways.inc"

}  // namespace utf8_avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,popcnt"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,popcnt")
#endif
namespace utf8_avx512 {

using V = __m512i;
inline V all(unsigned char c) { return _mm512_set1_epi8(static_cast<char>(c)); }
inline uint64_t from(const V& b, unsigned char c) { return _mm512_cmpge_epu8_mask(b, all(c)); }
inline uint64_t is(const V& b, unsigned char c) { return _mm512_cmpeq_epi8_mask(b, all(c)); }
inline uint64_t rare(const V& b) {  // as above
  const V lower = _mm512_broadcast_i32x4(_mm_setr_epi8(15, 1, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 6, 4, 4));
  const V upper = _mm512_broadcast_i32x4(_mm_setr_epi8(8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 4));
  const V half = all(15);
  return _mm512_test_epi8_mask(_mm512_shuffle_epi8(lower, _mm512_and_si512(b, half)), _mm512_shuffle_epi8(upper, _mm512_and_si512(_mm512_srli_epi16(b, 4), half)));
}
inline CommonBits common_bits(const char* p) {
  const V b = _mm512_loadu_si512(p);
  return {.high = _mm512_movepi8_mask(b), .continuing = _mm512_cmplt_epi8_mask(b, all(0xc0)), .from_e0 = from(b, 0xe0), .from_f0 = from(b, 0xf0), .rare = rare(b)};
}
inline RareBits rare_bits(const char* p) {
  const V b = _mm512_loadu_si512(p);
  return {.never = is(b, 0) | is(b, 0xc0) | is(b, 0xc1) | from(b, 0xf5), .e0 = is(b, 0xe0), .ed = is(b, 0xed), .f0 = is(b, 0xf0), .f4 = is(b, 0xf4),
          .below_a0 = ~from(b, 0xa0), .below_90 = ~from(b, 0x90)};
}
#include "codec/utf8_ways.inc"

}  // namespace utf8_avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

}  // namespace

std::span<const Utf8Way> utf8_ways() {
  static constexpr Utf8Way ways[] = {{"avx2", utf8_avx2::is_utf8}, {"avx512", utf8_avx512::is_utf8}};
  static const size_t usable = [] {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("popcnt")) return size_t{0};
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") ? size_t{2} : size_t{1};
  }();
  return std::span(ways).first(usable);
}

}  // namespace sluice::csv_scan

#else

namespace sluice::csv_scan {

std::span<const Utf8Way> utf8_ways() { return {}; }

}  // namespace sluice::csv_scan

#endif
#pragma GCC diagnostic pop
