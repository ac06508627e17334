// SM4-GCM by libgcrypt, on every processor. Internal to crypto/; the calls are those of sm4_wide.h.
// Thread rule: one object, one thread at a time.
#pragma once

#include <span>

#include "base/bytes.h"

namespace sluice {

class Sm4Portable {
 public:
  explicit Sm4Portable(ByteView key);
  ~Sm4Portable();  // wipes the key schedule
  Sm4Portable(const Sm4Portable&) = delete;
  Sm4Portable& operator=(const Sm4Portable&) = delete;

  void seal(ByteView nonce, ByteView associated, ByteView plain, std::span<uint8_t> out) const;
  bool open(ByteView nonce, ByteView associated, ByteView sealed, std::span<uint8_t> plain) const;

 private:
  void* cipher_ = nullptr;
};

}  // namespace sluice
