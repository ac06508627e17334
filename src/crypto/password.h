// Passwords and passphrases: argon2id (RFC 9106, version 1.3) through libsodium. Thread-safe; each call takes the memory
// named below while it runs, so callers that serve strangers bound how many run at once.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/restricted.h"
#include "base/result.h"
#include "codec/record.h"

namespace sluice {

// The least a passphrase or the PIN of a device that keeps a root may have, in bytes.
inline constexpr size_t kPassphraseBytesMin = 8;

enum class PasswordCost {
  interactive,  // sign-in, party key files: 2 passes over 64 MiB, about 0.1 s
  root,         // the space's root key: 4 passes over 256 MiB, about 1 s
};

// The self-describing string "$argon2id$v=19$m=…" with a random salt. "password.no_memory" when the memory is not there.
Result<std::string> password_hash(const SecretText& password, PasswordCost cost = PasswordCost::interactive);
// False for a wrong password, and for a hash that is not an argon2id string.
bool password_verify(std::string_view hash, const SecretText& password);

// How a key is made from a passphrase; stored beside what the key seals.
struct Argon2Params {
  int64_t passes = 0;
  int64_t memory_kib = 0;
  Bytes salt;  // 16 bytes
  static constexpr auto fields = field_list(field("passes", &Argon2Params::passes), field("memory_kib", &Argon2Params::memory_kib),
                                            field("salt", &Argon2Params::salt));
};
Argon2Params new_argon2_params(RandomSource& random, PasswordCost cost);

// `size` bytes, 16–64. Params come from files: "password.bad_params" unless 1–16 passes, 8 KiB–1 GiB, a salt of 16.
Result<SecretBytes> argon2_key(const SecretText& passphrase, const Argon2Params& params, size_t size);

}  // namespace sluice
