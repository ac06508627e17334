#include "crypto/block_batch.h"

#include <gcrypt.h>

#include <cstdlib>
#include <cstring>

#include "crypto/gcrypt_ready.h"

namespace sluice {

namespace {

constexpr size_t kBlock = 16, kBatchBlocksMax = 128;

void must_succeed(gcry_error_t status) {
  if (status != 0) std::abort();  // the arguments are fixed by us; only a broken library gets here
}

void xor_block(uint8_t* to, const uint8_t* with) {
  uint64_t a[2], b[2];
  std::memcpy(a, to, kBlock);
  std::memcpy(b, with, kBlock);
  a[0] ^= b[0];
  a[1] ^= b[1];
  std::memcpy(to, a, kBlock);
}

}  // namespace

Result<std::unique_ptr<BlockBatch>> BlockBatch::create(BlockCipher cipher, const SecretBytes& key) {
  size_t n = key.reveal("length of a block cipher's key").size();
  int algorithm = cipher == BlockCipher::sm4 ? GCRY_CIPHER_SM4 : n == 16 ? GCRY_CIPHER_AES128 : n == 24 ? GCRY_CIPHER_AES192 : GCRY_CIPHER_AES256;
  if (cipher == BlockCipher::sm4 ? n != 16 : n != 16 && n != 24 && n != 32) return fail(Errc::invalid, "fpe.bad_key");
  gcrypt_ready();
  return std::unique_ptr<BlockBatch>(new BlockBatch(algorithm, key));
}

BlockBatch::~BlockBatch() {
  for (void* handle : idle_) gcry_cipher_close(static_cast<gcry_cipher_hd_t>(handle));
}

void* BlockBatch::lease() const {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      void* handle = idle_.back();
      idle_.pop_back();
      return handle;
    }
  }
  gcry_cipher_hd_t handle = nullptr;
  must_succeed(gcry_cipher_open(&handle, algorithm_, GCRY_CIPHER_MODE_CFB, 0));
  const Bytes& raw = key_.reveal("hand the key to the cipher");
  must_succeed(gcry_cipher_setkey(handle, raw.data(), raw.size()));
  return handle;
}

void BlockBatch::encrypt(std::span<uint8_t> blocks) const {
  auto handle = static_cast<gcry_cipher_hd_t>(lease());
  uint8_t inputs[kBlock * (kBatchBlocksMax + 1)];
  while (!blocks.empty()) {
    size_t bytes = std::min(blocks.size(), kBlock * kBatchBlocksMax);
    std::memcpy(inputs, blocks.data(), bytes);
    std::memset(inputs + bytes, 0, kBlock);
    must_succeed(gcry_cipher_setiv(handle, inputs, kBlock));
    must_succeed(gcry_cipher_decrypt(handle, blocks.data(), bytes, inputs + kBlock, bytes));
    for (size_t at = 0; at + kBlock < bytes; at += kBlock) xor_block(blocks.data() + at, inputs + at + kBlock);
    blocks = blocks.subspan(bytes);
  }
  std::lock_guard lock(mutex_);
  idle_.push_back(handle);
}

}  // namespace sluice
