// Signature keys: SM2 (GB/T 32918, GB/T 35276: DER SEQUENCE{r,s}, Z prehash with id 1234567812345678) and Ed25519 (RFC 8032).
//
// Public keys are values: an SM2 key is the 65-byte uncompressed point, an Ed25519 key 32 bytes; both are checked on
// creation. Private keys stay behind restricted<>. All calls are thread-safe.
#pragma once

#include "base/bytes.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice {

class Sm2PublicKey {
 public:
  // "sm2.bad_key" unless 65 bytes 04‖x‖y name a point of the curve.
  static Result<Sm2PublicKey> from_bytes(ByteView point);
  const Bytes& bytes() const { return point_; }
  bool verify(ByteView message, ByteView der_signature) const;
  bool operator==(const Sm2PublicKey&) const = default;

 private:
  friend class Sm2PrivateKey;  // its own point needs no check
  explicit Sm2PublicKey(Bytes point) : point_(std::move(point)) {}
  Bytes point_;
};

class Sm2PrivateKey {
 public:
  static Sm2PrivateKey generate();
  // 32 big-endian bytes in [1, n−2]; "sm2.bad_key" otherwise.
  static Result<Sm2PrivateKey> from_bytes(ByteView scalar);
  const SecretBytes& scalar() const { return scalar_; }
  const Sm2PublicKey& public_key() const { return public_; }
  Bytes sign(ByteView message) const;  // DER

 private:
  Sm2PrivateKey(SecretBytes scalar, Sm2PublicKey pub) : scalar_(std::move(scalar)), public_(std::move(pub)) {}
  SecretBytes scalar_;
  Sm2PublicKey public_;
};

// Whoever signs with an SM2 key: the key at hand, or a device that keeps it and signs inside (signing_device.h). Not thread-safe.
class Sm2Signer {
 public:
  virtual ~Sm2Signer() = default;
  virtual const Sm2PublicKey& public_key() const = 0;
  virtual Result<Bytes> sign(ByteView message) = 0;  // DER; those of a device fail as it does, and nothing was signed
};

class Ed25519PublicKey {
 public:
  static Result<Ed25519PublicKey> from_bytes(ByteView bytes);  // "ed25519.bad_key"
  const Bytes& bytes() const { return bytes_; }
  bool verify(ByteView message, ByteView signature) const;
  bool operator==(const Ed25519PublicKey&) const = default;

 private:
  friend class Ed25519PrivateKey;
  explicit Ed25519PublicKey(Bytes bytes) : bytes_(std::move(bytes)) {}
  Bytes bytes_;
};

class Ed25519PrivateKey {
 public:
  static Ed25519PrivateKey generate();
  static Result<Ed25519PrivateKey> from_seed(ByteView seed);  // 32 bytes
  const SecretBytes& seed() const { return seed_; }
  const Ed25519PublicKey& public_key() const { return public_; }
  Bytes sign(ByteView message) const;  // 64 bytes

 private:
  Ed25519PrivateKey(SecretBytes seed, Ed25519PublicKey pub) : seed_(std::move(seed)), public_(std::move(pub)) {}
  SecretBytes seed_;
  Ed25519PublicKey public_;
};

// SM2 public-key encryption (GB/T 32918.4, C1C3C2 as ASN.1 SEQUENCE{x,y,hash,ciphertext}), for wrapping short keys.
Result<Bytes> sm2_encrypt(const Sm2PublicKey& to, ByteView plain);
Result<Bytes> sm2_decrypt(const Sm2PrivateKey& key, ByteView cipher);  // "sm2.cannot_decrypt"

}  // namespace sluice
