// Bearer tokens of sessions and APIs: 256 random bits as text. Only the SM3 digest is stored; with so much entropy a
// fast unsalted hash is enough, and the lookup by digest leaks no timing about tokens.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/restricted.h"

namespace sluice {

struct NewToken {
  SecretText text;  // PREFIX "_" base64url(32 bytes); shown once
  Digest digest;    // what is stored
};

NewToken new_token(RandomSource& random, std::string_view prefix);
Digest token_digest(std::string_view presented);

}  // namespace sluice
