// Deterministic authenticated encryption: SIV (RFC 5297) over SM4, with a 32-byte key. Equal plaintexts under equal
// associated data give equal ciphertexts, and nothing else can be told from them. Output: 16 bytes of synthetic IV, then as many
// bytes as the plaintext. Const calls are thread-safe. Errors: "aead.bad_key", "aead.tampered".
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice {

constexpr size_t kSivKeyBytes = 32, kSivTagBytes = 16;

class Sm4Siv {
 public:
  static Result<Sm4Siv> create(const SecretBytes& key);
  Sm4Siv(Sm4Siv&&) noexcept;
  Sm4Siv& operator=(Sm4Siv&&) noexcept;
  ~Sm4Siv();
  Bytes seal(ByteView associated, ByteView plain) const;
  Result<Bytes> open(ByteView associated, ByteView sealed) const;

 private:
  struct Pool;
  explicit Sm4Siv(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace sluice
