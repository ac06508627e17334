// What the key agent remembers of its signatures: the last checkpoint, in DIR/keys/signed.json, with a MAC under a key
// that only the agent has.
#pragma once

#include <string>
#include <string_view>

#include "base/restricted.h"
#include "ledger/checkpoint.h"

namespace sluice::node {

class SignedState {
 public:
  // An empty state, written at once; for fresh keys.
  static Result<SignedState> create(const std::string& keys_dir, const SecretBytes& space_key);
  // "key_agent.bad_signed_state" (corrupt) when it is missing, malformed or not ours.
  static Result<SignedState> load(const std::string& keys_dir, const SecretBytes& space_key);

  // Whether this text may be signed: "key_agent.not_a_log_text", "key_agent.would_fork" (both refused). A checkpoint
  // that may be signed is remembered, durably, before this returns.
  Status admit(std::string_view message);

  // The same state with its MAC under another space key, written at once: when the space key is replaced.
  Status rekey(const SecretBytes& space_key);

  const std::string& origin() const { return last_.origin; }
  // Size 0: nothing was signed yet.
  const ledger::Checkpoint& last() const { return last_; }

 private:
  SignedState(std::string path, SecretBytes mac_key) : path_(std::move(path)), mac_key_(std::move(mac_key)) {}
  Status admit_checkpoint(const ledger::Checkpoint& next);
  Status store() const;

  std::string path_;
  SecretBytes mac_key_;
  ledger::Checkpoint last_;  // size 0: none yet
};

// The checkpoint of which `text` is exactly the signed text; "key_agent.not_a_log_text".
Result<ledger::Checkpoint> parse_checkpoint_text(std::string_view text);

}  // namespace sluice::node
