#include "crypto/token.h"

#include "crypto/hash.h"

namespace sluice {

NewToken new_token(RandomSource& random, std::string_view prefix) {
  Bytes raw = random_bytes(random, 32);
  std::string text = std::string(prefix) + "_" + base64url(raw);
  wipe(raw.data(), raw.size());
  Digest digest = token_digest(text);
  return {SecretText(std::move(text)), digest};
}

Digest token_digest(std::string_view presented) { return sm3(view(presented)); }

}  // namespace sluice
