#include "crypto/password.h"

#include <sodium.h>

#include <cstdlib>

namespace sluice {

namespace {

struct CostValues {
  int64_t passes, memory_kib;
};

CostValues values_of(PasswordCost cost) {
  return cost == PasswordCost::root ? CostValues{4, 256 << 10} : CostValues{2, 64 << 10};
}

void sodium_ready() {
  if (sodium_init() < 0) std::abort();
}

}  // namespace

Result<std::string> password_hash(const SecretText& password, PasswordCost cost) {
  sodium_ready();
  CostValues v = values_of(cost);
  const std::string& word = password.reveal("hash");
  char out[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(out, word.data(), word.size(), static_cast<unsigned long long>(v.passes),
                            static_cast<size_t>(v.memory_kib) << 10, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(Errc::exhausted, "password.no_memory");
  return std::string(out);
}

bool password_verify(std::string_view hash, const SecretText& password) {
  sodium_ready();
  const std::string& word = password.reveal("compare with the hash");
  std::string own(hash);
  if (!hash.starts_with("$argon2id$") || own.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(own.c_str(), word.data(), word.size()) == 0;
}

Argon2Params new_argon2_params(RandomSource& random, PasswordCost cost) {
  CostValues v = values_of(cost);
  return {v.passes, v.memory_kib, random_bytes(random, crypto_pwhash_SALTBYTES)};
}

Result<SecretBytes> argon2_key(const SecretText& passphrase, const Argon2Params& params, size_t size) {
  sodium_ready();
  if (params.passes < 1 || params.passes > 16 || params.memory_kib < 8 || params.memory_kib > (1 << 20) ||
      params.salt.size() != crypto_pwhash_SALTBYTES || size < 16 || size > 64)
    return fail(Errc::invalid, "password.bad_params");
  const std::string& word = passphrase.reveal("derive the key");
  Bytes out(size);
  if (crypto_pwhash(out.data(), out.size(), word.data(), word.size(), params.salt.data(),
                    static_cast<unsigned long long>(params.passes), static_cast<size_t>(params.memory_kib) << 10,
                    crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(Errc::exhausted, "password.no_memory");
  return SecretBytes(std::move(out));
}

}  // namespace sluice
