// Many independent blocks through one block cipher at once: the engine of FF1. Internal to crypto/ and its tests.
//
// libgcrypt has wide code for SM4 and AES in CFB decryption only (there output i = input i ⊕ E(input i−1)), so a batch
// is fed as such a message and the known inputs are taken out again. Thread-safe: handles are leased from a pool.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/restricted.h"
#include "base/result.h"
#include "crypto/ff1.h"

namespace sluice {

class BlockBatch {
 public:
  static Result<std::unique_ptr<BlockBatch>> create(BlockCipher cipher, const SecretBytes& key);
  BlockBatch(const BlockBatch&) = delete;
  BlockBatch& operator=(const BlockBatch&) = delete;
  ~BlockBatch();
  // blocks[16 × i …] becomes E(blocks[16 × i …]).
  void encrypt(std::span<uint8_t> blocks) const;

 private:
  BlockBatch(int algorithm, SecretBytes key) : algorithm_(algorithm), key_(std::move(key)) {}
  void* lease() const;
  int algorithm_;
  SecretBytes key_;
  mutable std::mutex mutex_;
  mutable std::vector<void*> idle_;
};

}  // namespace sluice
