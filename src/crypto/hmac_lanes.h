// HMAC-SM3 of many short messages under one key: the key's two pads are hashed once, then every message costs two blocks,
// several messages side by side in the lanes of crypto/sm3_lanes.h. Equal to hmac_sm3 of hash.h, message by message.
// Const calls are thread-safe. Messages longer than 55 bytes are hashed one by one.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/restricted.h"

namespace sluice {

class HmacSm3Key {
 public:
  HmacSm3Key() = default;
  explicit HmacSm3Key(const SecretBytes& key);
  HmacSm3Key(const HmacSm3Key&) = default;
  HmacSm3Key& operator=(const HmacSm3Key&) = default;
  ~HmacSm3Key();
  void many(std::span<const ByteView> in, std::span<Digest> out) const;
  Digest one(ByteView in) const;

 private:
  uint32_t inner_[8] = {}, outer_[8] = {};  // the states after the pads
  SecretBytes key_{};
};

}  // namespace sluice
