// Trust: what a verifier holds on to, from outside the ledger. A file with either verifier keys (one C2SP vkey a line,
// Ed25519 and/or SM2; '#' begins a comment) or one signed checkpoint note that was seen before.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"

namespace sluice::ledger {

class Trust {
 public:
  // "trust.malformed" or "trust.malformed_key".
  static Result<Trust> parse(std::string_view text);
  static Trust of_keys(std::vector<VerifierKey> keys);
  static Trust of_checkpoint(SignedCheckpoint seen);

  // Whether these keys are pinned for this origin: each kind of key that is listed for the origin lists the one given.
  bool pins(std::string_view origin, const LogKeys& keys) const;
  const std::optional<SignedCheckpoint>& seen() const { return seen_; }

 private:
  std::vector<VerifierKey> keys_;
  std::optional<SignedCheckpoint> seen_;
};

}  // namespace sluice::ledger
