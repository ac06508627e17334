#include "deident/csv_map.h"

#include <cstring>

// GCC 12's own intrinsics start from a deliberately uninitialised register and warn about it (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#if defined(__x86_64__)
#include <immintrin.h>

namespace sluice::deident {

namespace {

// What 64 bytes hold, one bit a byte.
struct ByteBits {
  uint64_t ends, quotes, digits, ats, words;
  uint64_t parts, wide_first, wide_last;  // blank - . /; BC, and 8D to 9A or A0
  uint64_t capitals, colons, high;        // A to Z; bytes from 80 on
};

// Turns the bits of one 64 bytes after the other into `looks`; runs of digits go on from the bytes before.
class LookBits {
 public:
  uint64_t next(const ByteBits& b) {
    uint64_t two = b.digits & behind(b.digits, digits_, 1);
    uint64_t four = two & behind(two, two_, 2);
    uint64_t six = four & behind(two, two_, 4);
    uint64_t word = b.words & behind(b.digits, digits_, 1);
    uint64_t group = four & behind(b.parts, parts_, 4) & (behind(b.digits, digits_, 5) | (behind(b.parts, parts_, 5) & (behind(b.digits, digits_, 6) | (behind(b.parts, parts_, 6) & behind(b.digits, digits_, 7)))));
    uint64_t plate = (b.capitals | b.colons) & behind(b.high, high_, 1);
    uint64_t wide = b.wide_last & behind(b.wide_first, wide_first_, 1);
    digits_ = b.digits;
    two_ = two;
    parts_ = b.parts;
    wide_first_ = b.wide_first;
    high_ = b.high;
    return b.ats | six | word | group | wide | plate;
  }

 private:
  static uint64_t behind(uint64_t now, uint64_t before, unsigned by) { return now << by | before >> (64 - by); }
  uint64_t digits_ = 0, two_ = 0, parts_ = 0, wide_first_ = 0, high_ = 0;
};

template <class Read>
bool map_with(std::string_view block, CsvMap& out, const Read& read) {
  const size_t words = (block.size() + 63) / 64;
  out.ends.resize(words);
  out.looks.resize(words);
  LookBits looks;
  uint64_t quotes = 0;
  for (size_t w = 0; w < words; w++) {
    const char* p = block.data() + 64 * w;
    char last[64];
    if (64 * (w + 1) > block.size()) {  // nothing is read behind the block
      std::memset(last, 'a', sizeof last);
      std::memcpy(last, p, block.size() - 64 * w);
      p = last;
    }
    ByteBits bits = read(p);
    out.ends[w] = bits.ends;
    out.looks[w] = looks.next(bits);
    quotes |= bits.quotes;
  }
  return quotes == 0;
}

[[gnu::target("avx2")]] inline uint64_t bits_of_halves(__m256i low, __m256i high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) | static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

[[gnu::target("avx2")]] ByteBits read_avx2(const char* p, char delimiter) {
  __m256i half[2];
  half[0] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  half[1] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
  __m256i ends[2], quotes[2], digits[2], ats[2], words[2], parts[2], first[2], last[2], capitals[2], colons[2];
  for (int i = 0; i < 2; i++) {
    __m256i b = half[i];
    ends[i] = _mm256_or_si256(_mm256_cmpeq_epi8(b, _mm256_set1_epi8(delimiter)), _mm256_cmpeq_epi8(b, _mm256_set1_epi8('\n')));
    quotes[i] = _mm256_cmpeq_epi8(b, _mm256_set1_epi8('"'));
    // 0 … 9 once '0' is taken off are the bytes that stay what they are under a minimum with 9.
    __m256i d = _mm256_sub_epi8(b, _mm256_set1_epi8('0'));
    digits[i] = _mm256_cmpeq_epi8(_mm256_min_epu8(d, _mm256_set1_epi8(9)), d);
    ats[i] = _mm256_cmpeq_epi8(b, _mm256_set1_epi8('@'));
    words[i] = _mm256_or_si256(_mm256_cmpeq_epi8(b, _mm256_set1_epi8(static_cast<char>(0xe5))), _mm256_cmpeq_epi8(b, _mm256_set1_epi8(static_cast<char>(0xe6))));
    // - . / are 2D to 2F.
    __m256i p = _mm256_sub_epi8(b, _mm256_set1_epi8('-'));
    parts[i] = _mm256_or_si256(_mm256_cmpeq_epi8(b, _mm256_set1_epi8(' ')), _mm256_cmpeq_epi8(_mm256_min_epu8(p, _mm256_set1_epi8(2)), p));
    first[i] = _mm256_cmpeq_epi8(b, _mm256_set1_epi8(static_cast<char>(0xbc)));
    __m256i w = _mm256_sub_epi8(b, _mm256_set1_epi8(static_cast<char>(0x8d)));
    last[i] = _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_min_epu8(w, _mm256_set1_epi8(0x9a - 0x8d)), w), _mm256_cmpeq_epi8(b, _mm256_set1_epi8(static_cast<char>(0xa0))));
    __m256i c = _mm256_sub_epi8(b, _mm256_set1_epi8('A'));
    colons[i] = _mm256_cmpeq_epi8(b, _mm256_set1_epi8(':'));
    capitals[i] = _mm256_cmpeq_epi8(_mm256_min_epu8(c, _mm256_set1_epi8('Z' - 'A')), c);
  }
  return {bits_of_halves(ends[0], ends[1]), bits_of_halves(quotes[0], quotes[1]), bits_of_halves(digits[0], digits[1]), bits_of_halves(ats[0], ats[1]),
          bits_of_halves(words[0], words[1]), bits_of_halves(parts[0], parts[1]), bits_of_halves(first[0], first[1]), bits_of_halves(last[0], last[1]),
          bits_of_halves(capitals[0], capitals[1]), bits_of_halves(colons[0], colons[1]), bits_of_halves(half[0], half[1])};
}

[[gnu::target("avx512f,avx512bw")]] ByteBits read_avx512(const char* p, char delimiter) {
  __m512i b = _mm512_loadu_si512(p);
  return {_mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(delimiter)) | _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('\n')),
          _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('"')),
          _mm512_cmplt_epu8_mask(_mm512_sub_epi8(b, _mm512_set1_epi8('0')), _mm512_set1_epi8(10)),
          _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('@')),
          _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(static_cast<char>(0xe5))) | _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(static_cast<char>(0xe6))),
          _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(' ')) | _mm512_cmplt_epu8_mask(_mm512_sub_epi8(b, _mm512_set1_epi8('-')), _mm512_set1_epi8(3)),
          _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(static_cast<char>(0xbc))),
          _mm512_cmplt_epu8_mask(_mm512_sub_epi8(b, _mm512_set1_epi8(static_cast<char>(0x8d))), _mm512_set1_epi8(0x9a - 0x8d + 1)) |
              _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(static_cast<char>(0xa0))),
          _mm512_cmplt_epu8_mask(_mm512_sub_epi8(b, _mm512_set1_epi8('A')), _mm512_set1_epi8('Z' - 'A' + 1)), _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(':')), _mm512_movepi8_mask(b)};
}

bool map_avx2(std::string_view block, char delimiter, CsvMap& out) {
  return map_with(block, out, [delimiter](const char* p) { return read_avx2(p, delimiter); });
}
bool map_avx512(std::string_view block, char delimiter, CsvMap& out) {
  return map_with(block, out, [delimiter](const char* p) { return read_avx512(p, delimiter); });
}

}  // namespace

std::span<const CsvMapper> csv_mappers() {
  static constexpr CsvMapper mappers[] = {{"avx2", map_avx2}, {"avx512", map_avx512}};
  static const size_t usable = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") ? 2 : __builtin_cpu_supports("avx2") ? 1 : 0;
  return std::span(mappers).first(usable);
}

}  // namespace sluice::deident

#else

namespace sluice::deident {

std::span<const CsvMapper> csv_mappers() { return {}; }

}  // namespace sluice::deident

#endif
#pragma GCC diagnostic pop
