#include <openssl/evp.h>
#include <sodium.h>

#include <cstdlib>
#include <memory>

#include "base/random.h"
#include "crypto/sign.h"

namespace sluice {

namespace {

struct EdFree {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
};
template <class T>
using EdOwned = std::unique_ptr<T, EdFree>;

void must_ed(bool done) {
  if (!done) std::abort();
}

EdOwned<EVP_PKEY> ed_private(const Bytes& seed) {
  EdOwned<EVP_PKEY> key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  must_ed(key != nullptr);
  return key;
}

}  // namespace

Result<Ed25519PublicKey> Ed25519PublicKey::from_bytes(ByteView bytes) {
  // Canonical, on the curve, in the prime-order group: a key of small order would accept forged signatures.
  if (bytes.size() != 32 || sodium_init() < 0 || crypto_core_ed25519_is_valid_point(bytes.data()) != 1)
    return fail(Errc::invalid, "ed25519.bad_key");
  return Ed25519PublicKey(Bytes(bytes.begin(), bytes.end()));
}

bool Ed25519PublicKey::verify(ByteView message, ByteView signature) const {
  EdOwned<EVP_PKEY> key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_.data(), bytes_.size()));
  EdOwned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  must_ed(key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

Ed25519PrivateKey Ed25519PrivateKey::generate() {
  SystemRandom random;
  Bytes seed = random_bytes(random, 32);
  auto key = from_seed(seed);
  wipe(seed.data(), seed.size());
  must_ed(key.has_value());
  return *std::move(key);
}

Result<Ed25519PrivateKey> Ed25519PrivateKey::from_seed(ByteView seed) {
  if (seed.size() != 32) return fail(Errc::invalid, "ed25519.bad_key");
  Bytes raw(seed.begin(), seed.end()), point(32);
  auto key = ed_private(raw);
  size_t size = point.size();
  must_ed(EVP_PKEY_get_raw_public_key(key.get(), point.data(), &size) == 1 && size == 32);
  return Ed25519PrivateKey(SecretBytes(std::move(raw)), Ed25519PublicKey(std::move(point)));
}

Bytes Ed25519PrivateKey::sign(ByteView message) const {
  auto key = ed_private(seed_.reveal("sign"));
  EdOwned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  Bytes out(64);
  size_t size = out.size();
  must_ed(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
          EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1 && size == 64);
  return out;
}

}  // namespace sluice
