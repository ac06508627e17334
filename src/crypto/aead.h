// SM4-GCM (GB/T 32907, GB/T 36624; NIST SP 800-38D): 16-byte key, 12-byte nonce, 16-byte tag after the ciphertext.
//
// A nonce must never repeat under one key: callers that seal many chunks derive it from a counter, others take it
// at random and stay below 2^32 messages a key. Thread rule: one object, one thread at a time; objects are movable.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice {

constexpr size_t kSm4KeyBytes = 16;
constexpr size_t kGcmNonceBytes = 12;
constexpr size_t kGcmTagBytes = 16;

class Sm4Gcm {
 public:
  // "aead.bad_key" unless the key has 16 bytes.
  static Result<Sm4Gcm> create(const SecretBytes& key);
  Sm4Gcm(Sm4Gcm&&) noexcept;
  Sm4Gcm& operator=(Sm4Gcm&&) noexcept;
  ~Sm4Gcm();

  // ciphertext ‖ tag.
  Bytes seal(ByteView nonce, ByteView associated, ByteView plain);
  // In place of the result: "aead.tampered" when key, nonce, associated data, ciphertext or tag differ from sealing.
  Result<Bytes> open(ByteView nonce, ByteView associated, ByteView sealed);
  // Opens into a caller's buffer of sealed.size() − 16 bytes; the buffer is wiped when the tag does not match.
  Status open_into(ByteView nonce, ByteView associated, ByteView sealed, std::span<uint8_t> plain);

 private:
  Sm4Gcm() = default;
  void* handle_ = nullptr;
};

// nonce ‖ ciphertext ‖ tag under a random nonce: the small sealed things (registry items, key wraps).
Result<Bytes> seal_box(const SecretBytes& key, ByteView associated, ByteView plain);
Result<Bytes> open_box(const SecretBytes& key, ByteView associated, ByteView box);

}  // namespace sluice
