#include "deident/csv_map.h"

#include <cstring>

#include "deident/byte_bits.h"

// GCC 12's own intrinsics start from a deliberately uninitialised register and warn about it (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#if defined(__x86_64__)
#include <immintrin.h>

namespace sluice::deident {

namespace {

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,popcnt")
#endif
namespace bytes_avx2 {

using V = __m256i;
inline V all(unsigned char c) { return _mm256_set1_epi8(static_cast<char>(c)); }
inline V is(const V& b, unsigned char c) { return _mm256_cmpeq_epi8(b, all(c)); }
inline V either(const V& a, const V& b) { return _mm256_or_si256(a, b); }
// Bytes that stay what they are under a minimum with the width of the range, once its first is taken off.
inline V within(const V& b, unsigned char first, unsigned char last) {
  const V from = _mm256_sub_epi8(b, all(first));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(from, all(static_cast<unsigned char>(last - first))), from);
}
// 8D 8F, A0 AE, B9 BC: a bit for each upper half, looked up by the lower one.
inline V word_second(const V& b) {
  const V lower = _mm256_broadcastsi128_si256(_mm_setr_epi8(2, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 1, 2, 1));
  const V upper = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 4, 0, 0, 0, 0));
  const V half = all(15);
  const V both = _mm256_and_si256(_mm256_shuffle_epi8(lower, _mm256_and_si256(b, half)), _mm256_shuffle_epi8(upper, _mm256_and_si256(_mm256_srli_epi16(b, 4), half)));
  return _mm256_cmpgt_epi8(both, _mm256_setzero_si256());
}
inline uint64_t bits_of(const V& low, const V& high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) | static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

inline ByteBits bits_at(const char* p, char delimiter) {
  const V a = _mm256_loadu_si256(reinterpret_cast<const V*>(p)), z = _mm256_loadu_si256(reinterpret_cast<const V*>(p + 32));
  const auto d = static_cast<unsigned char>(delimiter);
  return {.ends = bits_of(either(is(a, d), is(a, '\n')), either(is(z, d), is(z, '\n'))),
          .quotes = bits_of(is(a, '"'), is(z, '"')),
          .digits = bits_of(within(a, '0', '9'), within(z, '0', '9')),
          .ats = bits_of(is(a, '@'), is(z, '@')),
          .words = bits_of(within(a, 0xe5, 0xe6), within(z, 0xe5, 0xe6)),
          .words_second = bits_of(word_second(a), word_second(z)),
          .parts = bits_of(either(is(a, ' '), within(a, '-', '/')), either(is(z, ' '), within(z, '-', '/'))),
          .wide = bits_of(is(a, 0xef), is(z, 0xef)),
          .wide_first = bits_of(is(a, 0xbc), is(z, 0xbc)),
          .wide_last = bits_of(either(within(a, 0x8d, 0x9a), is(a, 0xa0)), either(within(z, 0x8d, 0x9a), is(z, 0xa0))),
          .capitals = bits_of(within(a, 'A', 'Z'), within(z, 'A', 'Z')),
          .colons = bits_of(is(a, ':'), is(z, ':')),
          .high = bits_of(a, z),
          .closing = bits_of(is(a, ')'), is(z, ')'))};
}
inline ByteBits bits_of_some(const char* p, size_t n, char delimiter) {
  alignas(32) char padded[64];
  std::memset(padded, 0, sizeof padded);
  std::memcpy(padded, p, n);
  return bits_at(padded, delimiter);
}
#include "deident/byte_bits_ways.inc"

}  // namespace bytes_avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,bmi,bmi2,popcnt")
#endif
namespace bytes_avx512 {

using V = __m512i;
inline V all(unsigned char c) { return _mm512_set1_epi8(static_cast<char>(c)); }
inline uint64_t is(const V& b, unsigned char c) { return _mm512_cmpeq_epi8_mask(b, all(c)); }
inline uint64_t within(const V& b, unsigned char first, unsigned char last) {
  return _mm512_cmple_epu8_mask(_mm512_sub_epi8(b, all(first)), all(static_cast<unsigned char>(last - first)));
}
inline uint64_t word_second(const V& b) {  // as above
  const V lower = _mm512_broadcast_i32x4(_mm_setr_epi8(2, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 1, 2, 1));
  const V upper = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 4, 0, 0, 0, 0));
  const V half = all(15);
  return _mm512_test_epi8_mask(_mm512_shuffle_epi8(lower, _mm512_and_si512(b, half)), _mm512_shuffle_epi8(upper, _mm512_and_si512(_mm512_srli_epi16(b, 4), half)));
}

inline ByteBits bits_in(const V& b, char delimiter) {
  return {.ends = is(b, static_cast<unsigned char>(delimiter)) | is(b, '\n'),
          .quotes = is(b, '"'),
          .digits = within(b, '0', '9'),
          .ats = is(b, '@'),
          .words = within(b, 0xe5, 0xe6),
          .words_second = word_second(b),
          .parts = is(b, ' ') | within(b, '-', '/'),
          .wide = is(b, 0xef),
          .wide_first = is(b, 0xbc),
          .wide_last = within(b, 0x8d, 0x9a) | is(b, 0xa0),
          .capitals = within(b, 'A', 'Z'),
          .colons = is(b, ':'),
          .high = _mm512_movepi8_mask(b),
          .closing = is(b, ')')};
}
inline ByteBits bits_at(const char* p, char delimiter) { return bits_in(_mm512_loadu_si512(p), delimiter); }
inline ByteBits bits_of_some(const char* p, size_t n, char delimiter) { return bits_in(_mm512_maskz_loadu_epi8((uint64_t{1} << n) - 1, p), delimiter); }
#include "deident/byte_bits_ways.inc"

}  // namespace bytes_avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

template <bool (*map_block)(std::string_view, char, uint64_t*, uint64_t*)>
bool map_into(std::string_view block, char delimiter, CsvMap& out) {
  out.ends.resize((block.size() + 63) / 64);
  out.looks.resize(out.ends.size());
  return map_block(block, delimiter, out.ends.data(), out.looks.data());
}

}  // namespace

std::span<const CsvMapper> csv_mappers() {
  static constexpr CsvMapper mappers[] = {{"avx2", map_into<bytes_avx2::map_block>, bytes_avx2::glance_at}, {"avx512", map_into<bytes_avx512::map_block>, bytes_avx512::glance_at}};
  static const size_t usable = [] {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("popcnt")) return size_t{0};
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2") ? size_t{2} : size_t{1};
  }();
  return std::span(mappers).first(usable);
}

}  // namespace sluice::deident

#else

namespace sluice::deident {

std::span<const CsvMapper> csv_mappers() { return {}; }

}  // namespace sluice::deident

#endif
#pragma GCC diagnostic pop
