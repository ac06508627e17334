#include "crypto/sm3_lanes.h"

// GCC 12's own intrinsics start from a deliberately uninitialised register and warn about it (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "crypto/hash.h"

namespace sluice {

namespace {

constexpr size_t kLanesMax = 16;
constexpr uint32_t kSm3Start[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

constexpr std::array<uint32_t, 64> sm3_constants() {
  std::array<uint32_t, 64> t{};
  for (int j = 0; j < 64; j++) t[static_cast<size_t>(j)] = std::rotl(j < 16 ? 0x79cc4519u : 0x7a879d8au, j % 32);
  return t;
}
constexpr std::array<uint32_t, 64> kSm3Constants = sm3_constants();

uint32_t load_be32(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) << 24 | static_cast<uint32_t>(p[1]) << 16 | static_cast<uint32_t>(p[2]) << 8 | p[3];
}
void store_be32(uint8_t* p, uint32_t v) {
  for (int i = 0; i < 4; i++) p[i] = static_cast<uint8_t>(v >> (24 - 8 * i));
}

}  // namespace

namespace sm3_one {

using V = uint32_t;
template <int n>
inline V rol(V x) {
  return std::rotl(x, n);
}
inline V add(V a, V b) { return a + b; }
inline V xor2(V a, V b) { return a ^ b; }
inline V xor3(V a, V b, V c) { return a ^ b ^ c; }
inline V majority(V a, V b, V c) { return (a & b) | (a & c) | (b & c); }
inline V choose(V e, V f, V g) { return (e & f) | (~e & g); }
inline V broadcast(uint32_t t) { return t; }
inline void load_state(V* s, const uint32_t* state) { std::memcpy(s, state, 32); }
inline void store_state(uint32_t* state, const V* s) { std::memcpy(state, s, 32); }
inline void load_words(V* w, const uint8_t* const* blocks) {
  for (int i = 0; i < 16; i++) w[i] = load_be32(blocks[0] + 4 * i);
}
#include "crypto/sm3_compress.inc"

}  // namespace sm3_one

#if defined(__x86_64__)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
namespace sm3_avx2 {

using V = __m256i;
template <int n>
inline V rol(const V& x) {
  return _mm256_or_si256(_mm256_slli_epi32(x, n), _mm256_srli_epi32(x, 32 - n));
}
inline V add(const V& a, const V& b) { return _mm256_add_epi32(a, b); }
inline V xor2(const V& a, const V& b) { return _mm256_xor_si256(a, b); }
inline V xor3(const V& a, const V& b, const V& c) { return xor2(xor2(a, b), c); }
inline V majority(const V& a, const V& b, const V& c) {
  return _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b)));
}
inline V choose(const V& e, const V& f, const V& g) { return xor2(g, _mm256_and_si256(e, xor2(f, g))); }
inline V broadcast(uint32_t t) { return _mm256_set1_epi32(static_cast<int>(t)); }
inline void load_state(V* s, const uint32_t* state) {
  for (int i = 0; i < 8; i++) s[i] = _mm256_loadu_si256(reinterpret_cast<const V*>(state + 8 * i));
}
inline void store_state(uint32_t* state, const V* s) {
  for (int i = 0; i < 8; i++) _mm256_storeu_si256(reinterpret_cast<V*>(state + 8 * i), s[i]);
}
// Loads eight words of each of eight blocks and transposes, twice.
inline void load_words(V* w, const uint8_t* const* blocks) {
  const V swap = _mm256_broadcastsi128_si256(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
  for (int half = 0; half < 2; half++, w += 8) {
    V r[8], x[8];
    for (int i = 0; i < 8; i++)
      r[i] = _mm256_shuffle_epi8(_mm256_loadu_si256(reinterpret_cast<const V*>(blocks[i] + 32 * half)), swap);
    for (int i = 0; i < 8; i += 4) {
      V lo01 = _mm256_unpacklo_epi32(r[i], r[i + 1]), hi01 = _mm256_unpackhi_epi32(r[i], r[i + 1]);
      V lo23 = _mm256_unpacklo_epi32(r[i + 2], r[i + 3]), hi23 = _mm256_unpackhi_epi32(r[i + 2], r[i + 3]);
      x[i] = _mm256_unpacklo_epi64(lo01, lo23);
      x[i + 1] = _mm256_unpackhi_epi64(lo01, lo23);
      x[i + 2] = _mm256_unpacklo_epi64(hi01, hi23);
      x[i + 3] = _mm256_unpackhi_epi64(hi01, hi23);
    }
    for (int k = 0; k < 4; k++) {
      w[k] = _mm256_permute2x128_si256(x[k], x[4 + k], 0x20);
      w[4 + k] = _mm256_permute2x128_si256(x[k], x[4 + k], 0x31);
    }
  }
}
#include "crypto/sm3_compress.inc"

}  // namespace sm3_avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw")
#endif
namespace sm3_avx512 {

using V = __m512i;
template <int n>
inline V rol(const V& x) {
  return _mm512_rol_epi32(x, n);
}
inline V add(const V& a, const V& b) { return _mm512_add_epi32(a, b); }
inline V xor2(const V& a, const V& b) { return _mm512_xor_si512(a, b); }
inline V xor3(const V& a, const V& b, const V& c) { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }
inline V majority(const V& a, const V& b, const V& c) { return _mm512_ternarylogic_epi32(a, b, c, 0xe8); }
inline V choose(const V& e, const V& f, const V& g) { return _mm512_ternarylogic_epi32(e, f, g, 0xca); }
inline V broadcast(uint32_t t) { return _mm512_set1_epi32(static_cast<int>(t)); }
inline void load_state(V* s, const uint32_t* state) {
  for (int i = 0; i < 8; i++) s[i] = _mm512_loadu_si512(state + 16 * i);
}
inline void store_state(uint32_t* state, const V* s) {
  for (int i = 0; i < 8; i++) _mm512_storeu_si512(state + 16 * i, s[i]);
}
// Loads sixteen words of each of sixteen blocks and transposes.
inline void load_words(V* w, const uint8_t* const* blocks) {
  const V swap = _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
  V x[16];
  for (int i = 0; i < 16; i += 4) {
    V r[4];
    for (int k = 0; k < 4; k++) r[k] = _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i + k]), swap);
    V lo01 = _mm512_unpacklo_epi32(r[0], r[1]), hi01 = _mm512_unpackhi_epi32(r[0], r[1]);
    V lo23 = _mm512_unpacklo_epi32(r[2], r[3]), hi23 = _mm512_unpackhi_epi32(r[2], r[3]);
    x[i] = _mm512_unpacklo_epi64(lo01, lo23);
    x[i + 1] = _mm512_unpackhi_epi64(lo01, lo23);
    x[i + 2] = _mm512_unpacklo_epi64(hi01, hi23);
    x[i + 3] = _mm512_unpackhi_epi64(hi01, hi23);
  }
  for (int k = 0; k < 4; k++) {
    V ab_low = _mm512_shuffle_i32x4(x[k], x[4 + k], 0x44), ab_high = _mm512_shuffle_i32x4(x[k], x[4 + k], 0xee);
    V cd_low = _mm512_shuffle_i32x4(x[8 + k], x[12 + k], 0x44), cd_high = _mm512_shuffle_i32x4(x[8 + k], x[12 + k], 0xee);
    w[k] = _mm512_shuffle_i32x4(ab_low, cd_low, 0x88);
    w[4 + k] = _mm512_shuffle_i32x4(ab_low, cd_low, 0xdd);
    w[8 + k] = _mm512_shuffle_i32x4(ab_high, cd_high, 0x88);
    w[12 + k] = _mm512_shuffle_i32x4(ab_high, cd_high, 0xdd);
  }
}
#include "crypto/sm3_compress.inc"

}  // namespace sm3_avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif  // __x86_64__

namespace {

// One hash on its way through a lane: whole blocks are read in place, the padded end lies in `tail`.
struct Lane {
  const uint8_t* data = nullptr;
  size_t blocks_whole = 0, blocks = 0, at = 0;
  size_t message = 0;
  bool busy = false;
  uint8_t tail[128];

  const uint8_t* block() const { return at < blocks_whole ? data + 64 * at : tail + 64 * (at - blocks_whole); }

  void start(size_t index, ByteView bytes) {
    data = bytes.data();
    message = index;
    busy = true;
    at = 0;
    blocks_whole = bytes.size() / 64;
    blocks = (bytes.size() + 9 + 63) / 64;
    size_t rest = bytes.size() % 64, tail_bytes = 64 * (blocks - blocks_whole);
    if (rest) std::memcpy(tail, data + 64 * blocks_whole, rest);
    tail[rest] = 0x80;
    std::memset(tail + rest + 1, 0, tail_bytes - rest - 9);
    uint64_t bits = static_cast<uint64_t>(bytes.size()) * 8;
    store_be32(tail + tail_bytes - 8, static_cast<uint32_t>(bits >> 32));
    store_be32(tail + tail_bytes - 4, static_cast<uint32_t>(bits));
  }
};

// Whether the few messages left are hashed sooner one by one from their start, by libgcrypt, than by nearly empty lanes:
// a step of all lanes costs a little less than three blocks of a single hash.
bool better_alone(std::span<const Lane> lanes) {
  size_t whole = 0, left = 0;
  for (const Lane& lane : lanes) {
    if (!lane.busy) continue;
    whole += lane.blocks;
    left = std::max(left, lane.blocks - lane.at);
  }
  return whole < 2 * left;
}

}  // namespace

std::span<const Sm3Kernel> sm3_kernels() {
  static constexpr Sm3Kernel kernels[] = {
      {1, sm3_one::compress},
#if defined(__x86_64__)
      {8, sm3_avx2::compress},
      {16, sm3_avx512::compress},
#endif
  };
  static const size_t usable = [] {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) return size_t{3};
    if (__builtin_cpu_supports("avx2")) return size_t{2};
#endif
    return size_t{1};
  }();
  return std::span(kernels).first(usable);
}

void sm3_many_with(const Sm3Kernel& kernel, std::span<const ByteView> in, std::span<Digest> out) {
  assert(in.size() == out.size() && kernel.lanes <= kLanesMax);
  static constexpr uint8_t kIdleBlock[64] = {};
  const size_t lanes = kernel.lanes;
  alignas(64) uint32_t state[8 * kLanesMax];
  Lane lane[kLanesMax];
  const uint8_t* blocks[kLanesMax];
  size_t next = 0, busy = 0;
  auto refill = [&](size_t l) {
    lane[l].start(next, in[next]);
    for (size_t w = 0; w < 8; w++) state[w * lanes + l] = kSm3Start[w];
    blocks[l] = lane[l].block();
    next++;
    busy++;
  };
  for (size_t l = 0; l < lanes; l++) {
    blocks[l] = kIdleBlock;
    for (size_t w = 0; w < 8; w++) state[w * lanes + l] = 0;
    if (next < in.size()) refill(l);
  }
  while (busy > 0) {
    if (busy <= lanes / 4 && next == in.size() && better_alone(std::span(lane).first(lanes))) break;
    kernel.compress(state, blocks);
    for (size_t l = 0; l < lanes; l++) {
      if (!lane[l].busy) continue;
      if (++lane[l].at < lane[l].blocks) {
        blocks[l] = lane[l].block();
        continue;
      }
      for (size_t w = 0; w < 8; w++) store_be32(out[lane[l].message].data() + 4 * w, state[w * lanes + l]);
      lane[l].busy = false;
      blocks[l] = kIdleBlock;
      busy--;
      if (next < in.size()) refill(l);
    }
  }
  for (size_t l = 0; l < lanes; l++)
    if (lane[l].busy) out[lane[l].message] = sm3(in[lane[l].message]);
}

void sm3_many(std::span<const ByteView> in, std::span<Digest> out) {
  static const Sm3Kernel widest = sm3_kernels().back();
  assert(in.size() == out.size());
  // Without wide lanes, or for a handful of messages, libgcrypt's single lane (tuned assembly) is the fastest.
  if (widest.lanes == 1 || in.size() <= widest.lanes / 4) {
    for (size_t i = 0; i < in.size(); i++) out[i] = sm3(in[i]);
    return;
  }
  sm3_many_with(widest, in, out);
}

}  // namespace sluice

#pragma GCC diagnostic pop
