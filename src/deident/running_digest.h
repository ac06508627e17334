// The digest of a file while it is read or written: none, SM3 of all bytes, or over blocks (crypto/block_digest.h), which costs
// about a fifth and is what receipts name. Thread rule: one thread at a time.
#pragma once

#include <string_view>

#include "crypto/block_digest.h"
#include "crypto/hash.h"

namespace sluice::deident {

enum class Digesting { off, whole, blocks };

class RunningDigest {
 public:
  explicit RunningDigest(Digesting how) : how_(how) {}
  void update(std::string_view bytes) {
    if (how_ == Digesting::whole) whole_.update(view(bytes));
    if (how_ == Digesting::blocks) blocks_.update(view(bytes));
  }
  // Once; not of `off`.
  Digest finish() { return how_ == Digesting::whole ? whole_.finish() : blocks_.finish(); }

 private:
  Digesting how_;
  Sm3 whole_;
  BlockDigest blocks_;
};

}  // namespace sluice::deident
