#include "crypto/sm4_wide.h"

#include <cstdlib>
#include <cstring>

// GCC 12's own intrinsics start from a deliberately uninitialised register and warn about it (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <bit>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,gfni,vpclmulqdq,pclmul"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,gfni,vpclmulqdq,pclmul")
#endif

namespace sluice::sm4_wide {

using V = __m512i;

constexpr size_t kBlock = 16;
constexpr size_t kGroupBlocks = 16;                     // one block for each word of a register
constexpr size_t kStride = 4 * kGroupBlocks * kBlock;   // four groups at once hide the latency of a round
constexpr uint32_t kFamilyKey[4] = {0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc};

// Affine maps around the inversion, as GFNI wants them; found by carrying SM4's field (x⁸+x⁷+x⁶+x⁵+x⁴+x²+1) over into
// GFNI's (x⁸+x⁴+x³+x+1).
constexpr uint64_t kIntoField = 0x4c287db91a22505d, kOutOfField = 0xf3ab34a974a6b589;
constexpr int kIntoFieldConstant = 0x3e, kOutOfFieldConstant = 0xd3;

inline V substitute(V x) {
  x = _mm512_gf2p8affine_epi64_epi8(x, _mm512_set1_epi64(static_cast<int64_t>(kIntoField)), kIntoFieldConstant);
  return _mm512_gf2p8affineinv_epi64_epi8(x, _mm512_set1_epi64(static_cast<int64_t>(kOutOfField)), kOutOfFieldConstant);
}

inline V xor3(V a, V b, V c) { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }

inline V broadcast(uint32_t word) { return _mm512_set1_epi32(static_cast<int>(word)); }

inline uint32_t substitute_word(uint32_t word) {
  return static_cast<uint32_t>(_mm_cvtsi128_si32(_mm512_castsi512_si128(substitute(broadcast(word)))));
}

inline uint32_t big_endian(const uint8_t* p) {
  uint32_t word;
  std::memcpy(&word, p, 4);
  return __builtin_bswap32(word);
}

void expand_key(const uint8_t* key, uint32_t* round_keys) {
  uint32_t k[4];
  for (int i = 0; i < 4; i++) k[i] = big_endian(key + 4 * i) ^ kFamilyKey[i];
  for (uint32_t i = 0; i < 32; i++) {
    uint32_t constant = 0;
    for (uint32_t j = 0; j < 4; j++) constant = constant << 8 | ((4 * i + j) * 7 & 0xff);
    uint32_t b = substitute_word(k[(i + 1) % 4] ^ k[(i + 2) % 4] ^ k[(i + 3) % 4] ^ constant);
    round_keys[i] = k[i % 4] ^= b ^ std::rotl(b, 13) ^ std::rotl(b, 23);
  }
  wipe(k, sizeof k);
}

// The key stream of 16·G blocks from a counter on. A register holds one word of sixteen blocks; the counters are dealt so
// that the transposed registers lie in memory order.
template <size_t G>
inline void key_stream(const uint32_t* round_keys, const uint32_t* nonce, uint32_t counter, V* out) {
  const V deal = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
  V x[4][G];
  for (size_t g = 0; g < G; g++) {
    for (size_t w = 0; w < 3; w++) x[w][g] = broadcast(nonce[w]);
    x[3][g] = _mm512_add_epi32(broadcast(counter + static_cast<uint32_t>(kGroupBlocks * g)), deal);
  }
  for (size_t round = 0; round < 32; round += 4)
    for (size_t i = 0; i < 4; i++) {
      V key = broadcast(round_keys[round + i]);
      for (size_t g = 0; g < G; g++) {
        V b = substitute(_mm512_xor_si512(xor3(x[(i + 1) % 4][g], x[(i + 2) % 4][g], x[(i + 3) % 4][g]), key));
        V rotated = xor3(_mm512_rol_epi32(b, 2), _mm512_rol_epi32(b, 10), _mm512_rol_epi32(b, 18));
        x[i][g] = _mm512_xor_si512(xor3(x[i][g], b, rotated), _mm512_rol_epi32(b, 24));
      }
    }
  const V swap = _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
  for (size_t g = 0; g < G; g++) {
    V w0 = x[3][g], w1 = x[2][g], w2 = x[1][g], w3 = x[0][g];  // the words leave in reverse order
    V low01 = _mm512_unpacklo_epi32(w0, w1), high01 = _mm512_unpackhi_epi32(w0, w1);
    V low23 = _mm512_unpacklo_epi32(w2, w3), high23 = _mm512_unpackhi_epi32(w2, w3);
    out[4 * g] = _mm512_shuffle_epi8(_mm512_unpacklo_epi64(low01, low23), swap);
    out[4 * g + 1] = _mm512_shuffle_epi8(_mm512_unpackhi_epi64(low01, low23), swap);
    out[4 * g + 2] = _mm512_shuffle_epi8(_mm512_unpacklo_epi64(high01, high23), swap);
    out[4 * g + 3] = _mm512_shuffle_epi8(_mm512_unpackhi_epi64(high01, high23), swap);
  }
}

void first_blocks(const uint32_t* round_keys, const uint32_t* nonce, uint32_t counter, uint8_t* out) {
  V stream[4];
  key_stream<1>(round_keys, nonce, counter, stream);
  std::memcpy(out, stream, sizeof stream);
}

// out = in xor key stream, at most kStride bytes.
void apply_stream(const uint32_t* round_keys, const uint32_t* nonce, uint32_t counter, const uint8_t* in, uint8_t* out, size_t n) {
  V stream[16];
  if (n == kStride) {
    key_stream<4>(round_keys, nonce, counter, stream);
    for (size_t i = 0; i < 16; i++)
      _mm512_storeu_si512(out + 64 * i, _mm512_xor_si512(stream[i], _mm512_loadu_si512(in + 64 * i)));
    return;
  }
  if (n > kGroupBlocks * kBlock) {
    key_stream<4>(round_keys, nonce, counter, stream);
  } else {
    key_stream<1>(round_keys, nonce, counter, stream);
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(stream);
  for (size_t i = 0; i < n; i++) out[i] = in[i] ^ bytes[i];
}

// Elements of POLYVAL's field: 128-bit little-endian numbers.
struct Product {
  V low, middle, high;
  Product() : low(_mm512_setzero_si512()), middle(low), high(low) {}
  void add(V a, V b) {
    low = _mm512_xor_si512(low, _mm512_clmulepi64_epi128(a, b, 0x00));
    high = _mm512_xor_si512(high, _mm512_clmulepi64_epi128(a, b, 0x11));
    middle = xor3(middle, _mm512_clmulepi64_epi128(a, b, 0x01), _mm512_clmulepi64_epi128(a, b, 0x10));
  }
};

inline __m128i fold_lanes(V x) {
  __m256i half = _mm256_xor_si256(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));
  return _mm_xor_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

// Montgomery reduction by x¹²⁸ + x¹²⁷ + x¹²⁶ + x¹²¹ + 1 of the sum of the four lanes.
__m128i reduce(const Product& p) {
  uint64_t low[2], middle[2], high[2];
  std::memcpy(low, &static_cast<const __m128i&>(fold_lanes(p.low)), 16);
  std::memcpy(middle, &static_cast<const __m128i&>(fold_lanes(p.middle)), 16);
  std::memcpy(high, &static_cast<const __m128i&>(fold_lanes(p.high)), 16);
  uint64_t v0 = low[0], v1 = low[1] ^ middle[0], v2 = high[0] ^ middle[1], v3 = high[1];
  v2 ^= v0 ^ v0 >> 1 ^ v0 >> 2 ^ v0 >> 7;
  v1 ^= v0 << 63 ^ v0 << 62 ^ v0 << 57;
  v3 ^= v1 ^ v1 >> 1 ^ v1 >> 2 ^ v1 >> 7;
  v2 ^= v1 << 63 ^ v1 << 62 ^ v1 << 57;
  return _mm_set_epi64x(static_cast<int64_t>(v3), static_cast<int64_t>(v2));
}

inline __m128i multiply(__m128i a, __m128i b) {
  Product p;
  p.add(_mm512_zextsi128_si512(a), _mm512_zextsi128_si512(b));
  return reduce(p);
}

inline __m128i reversed(const uint8_t* block) {
  const __m128i order = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block)), order);
}

// From GHASH's key to POLYVAL's, and its powers.
void hash_powers(const uint8_t* hash_key, uint8_t* powers) {
  uint64_t high = uint64_t{big_endian(hash_key)} << 32 | big_endian(hash_key + 4);
  uint64_t low = uint64_t{big_endian(hash_key + 8)} << 32 | big_endian(hash_key + 12);
  uint64_t carry = 0 - (high >> 63);
  high = (high << 1 | low >> 63) ^ (carry & 0xc200000000000000);
  low = low << 1 ^ (carry & 1);
  __m128i first = _mm_set_epi64x(static_cast<int64_t>(high), static_cast<int64_t>(low)), power = first;
  for (size_t i = 16; i-- > 0;) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(powers + kBlock * i), power);
    power = multiply(power, first);
  }
}

class Hash {
 public:
  explicit Hash(const uint8_t* powers) : powers_(powers), sum_(_mm_setzero_si128()) {}

  // Whole blocks, but for the last call of a part: that one is filled up with zeros.
  void update(const uint8_t* data, size_t n) {
    const V order = _mm512_broadcast_i32x4(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    for (; n >= 16 * kBlock; n -= 16 * kBlock, data += 16 * kBlock) {
      Product p;
      for (size_t i = 0; i < 4; i++) {
        V x = _mm512_shuffle_epi8(_mm512_loadu_si512(data + 64 * i), order);
        if (i == 0) x = _mm512_xor_si512(x, _mm512_zextsi128_si512(sum_));
        p.add(x, _mm512_loadu_si512(powers_ + 64 * i));
      }
      sum_ = reduce(p);
    }
    for (; n >= kBlock; n -= kBlock, data += kBlock) block(data);
    if (n == 0) return;
    uint8_t last[kBlock] = {};
    std::memcpy(last, data, n);
    block(last);
  }

  void finish(uint64_t associated_bytes, uint64_t cipher_bytes, const uint8_t* mask, uint8_t* tag) {
    uint64_t lengths[2] = {__builtin_bswap64(associated_bytes * 8), __builtin_bswap64(cipher_bytes * 8)};
    block(reinterpret_cast<const uint8_t*>(lengths));
    uint8_t sum[kBlock];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(sum), sum_);
    for (size_t i = 0; i < kBlock; i++) tag[i] = sum[kBlock - 1 - i] ^ mask[i];
  }

 private:
  void block(const uint8_t* data) {
    __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(powers_ + 15 * kBlock));
    sum_ = multiply(_mm_xor_si128(sum_, reversed(data)), first);
  }
  const uint8_t* powers_;
  __m128i sum_;
};

void make_keys(const uint8_t* key, uint32_t* round_keys, uint8_t* powers) {
  expand_key(key, round_keys);
  const uint32_t zero[3] = {};
  uint8_t blocks[kGroupBlocks * kBlock];
  first_blocks(round_keys, zero, 0, blocks);
  hash_powers(blocks, powers);
  wipe(blocks, sizeof blocks);
}

enum class Direction { seal, open };

// One pass in strides that stay in the nearest cache, in place too. Gives the tag of the ciphertext.
void run(Direction direction, const uint32_t* round_keys, const uint8_t* powers, ByteView nonce_bytes, ByteView associated, ByteView in,
         uint8_t* out, uint8_t* tag) {
  uint32_t nonce[3];
  for (size_t i = 0; i < 3; i++) nonce[i] = big_endian(nonce_bytes.data() + 4 * i);
  uint8_t mask[kGroupBlocks * kBlock];
  first_blocks(round_keys, nonce, 1, mask);
  Hash hash(powers);
  hash.update(associated.data(), associated.size());
  uint32_t counter = 2;
  for (size_t at = 0; at < in.size(); at += kStride, counter += kStride / kBlock) {
    size_t n = std::min(kStride, in.size() - at);
    if (direction == Direction::open) hash.update(in.data() + at, n);
    apply_stream(round_keys, nonce, counter, in.data() + at, out + at, n);
    if (direction == Direction::seal) hash.update(out + at, n);
  }
  hash.finish(associated.size(), in.size(), mask, tag);
}

}  // namespace sluice::sm4_wide

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif  // __x86_64__
#pragma GCC diagnostic pop

namespace sluice {

#if defined(__x86_64__)

bool Sm4Wide::usable() {
  static const bool has_all = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("gfni") &&
                              __builtin_cpu_supports("vpclmulqdq");
  return has_all;
}

Sm4Wide::Sm4Wide(ByteView key) { sm4_wide::make_keys(key.data(), round_keys_, powers_); }

void Sm4Wide::seal(ByteView nonce, ByteView associated, ByteView plain, std::span<uint8_t> out) const {
  sm4_wide::run(sm4_wide::Direction::seal, round_keys_, powers_, nonce, associated, plain, out.data(), out.data() + plain.size());
}

bool Sm4Wide::open(ByteView nonce, ByteView associated, ByteView sealed, std::span<uint8_t> plain) const {
  uint8_t tag[16];
  sm4_wide::run(sm4_wide::Direction::open, round_keys_, powers_, nonce, associated, sealed.first(plain.size()), plain.data(), tag);
  uint8_t differs = 0;
  for (size_t i = 0; i < sizeof tag; i++) differs |= static_cast<uint8_t>(tag[i] ^ sealed[plain.size() + i]);
  return differs == 0;
}

#else

bool Sm4Wide::usable() { return false; }
Sm4Wide::Sm4Wide(ByteView) { std::abort(); }
void Sm4Wide::seal(ByteView, ByteView, ByteView, std::span<uint8_t>) const { std::abort(); }
bool Sm4Wide::open(ByteView, ByteView, ByteView, std::span<uint8_t>) const { std::abort(); }

#endif

Sm4Wide::~Sm4Wide() {
  wipe(round_keys_, sizeof round_keys_);
  wipe(powers_, sizeof powers_);
}

}  // namespace sluice
