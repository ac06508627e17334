#include "crypto/hmac_lanes.h"

#include <cassert>
#include <cstring>

#include "crypto/hash.h"
#include "crypto/sm3_lanes.h"

namespace sluice {

namespace {

constexpr size_t kHmacLanesMax = 16, kOneBlockMax = 55;
constexpr uint32_t kSm3Iv[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

void put_be32(uint8_t* p, uint32_t v) {
  v = __builtin_bswap32(v);
  std::memcpy(p, &v, 4);
}

// A last block: `size` bytes, the padding, and the bit length of 64 bytes more than `size`.
void pad_after_64(uint8_t* block, size_t size) {
  block[size] = 0x80;
  std::memset(block + size + 1, 0, 60 - size - 1);
  put_be32(block + 60, static_cast<uint32_t>((64 + size) * 8));
}

void pad_state(uint32_t* state, const Bytes& key, uint8_t with) {
  uint8_t pad[64];
  std::memset(pad, with, sizeof pad);
  Digest hashed;
  ByteView k = key;
  if (key.size() > 64) {
    hashed = sm3(key);
    k = hashed;
  }
  for (size_t i = 0; i < k.size(); i++) pad[i] ^= k[i];
  std::memcpy(state, kSm3Iv, sizeof kSm3Iv);
  const uint8_t* block = pad;
  sm3_kernels().front().compress(state, &block);
  wipe(pad, sizeof pad);
}

}  // namespace

HmacSm3Key::HmacSm3Key(const SecretBytes& key) : key_(key) {
  pad_state(inner_, key.reveal("HMAC pads"), 0x36);
  pad_state(outer_, key.reveal("HMAC pads"), 0x5c);
}

HmacSm3Key::~HmacSm3Key() {
  wipe(reinterpret_cast<uint8_t*>(inner_), sizeof inner_);
  wipe(reinterpret_cast<uint8_t*>(outer_), sizeof outer_);
}

Digest HmacSm3Key::one(ByteView in) const {
  Digest out;
  many(std::span(&in, 1), std::span(&out, 1));
  return out;
}

void HmacSm3Key::many(std::span<const ByteView> in, std::span<Digest> out) const {
  assert(in.size() == out.size());
  const Sm3Kernel kernel = in.size() <= 2 ? sm3_kernels().front() : sm3_kernels().back();
  const size_t lanes = kernel.lanes;
  alignas(64) uint8_t blocks[kHmacLanesMax][64];
  alignas(64) uint32_t state[8 * kHmacLanesMax];
  const uint8_t* at[kHmacLanesMax];
  size_t message[kHmacLanesMax];
  for (size_t l = 0; l < kHmacLanesMax; l++) at[l] = blocks[l];
  for (size_t next = 0; next < in.size();) {
    size_t busy = 0;
    for (; busy < lanes && next < in.size(); next++) {
      if (in[next].size() > kOneBlockMax) {
        out[next] = hmac_sm3(key_.reveal("HMAC of a long message"), in[next]);
        continue;
      }
      if (!in[next].empty()) std::memcpy(blocks[busy], in[next].data(), in[next].size());
      pad_after_64(blocks[busy], in[next].size());
      message[busy++] = next;
    }
    for (size_t w = 0; w < 8; w++)
      for (size_t l = 0; l < lanes; l++) state[w * lanes + l] = inner_[w];
    kernel.compress(state, at);
    for (size_t l = 0; l < lanes; l++) {
      for (size_t w = 0; w < 8; w++) put_be32(blocks[l] + 4 * w, state[w * lanes + l]);
      pad_after_64(blocks[l], 32);
    }
    for (size_t w = 0; w < 8; w++)
      for (size_t l = 0; l < lanes; l++) state[w * lanes + l] = outer_[w];
    kernel.compress(state, at);
    for (size_t l = 0; l < busy; l++)
      for (size_t w = 0; w < 8; w++) put_be32(out[message[l]].data() + 4 * w, state[w * lanes + l]);
  }
}

}  // namespace sluice
