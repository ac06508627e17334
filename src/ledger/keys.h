// Key history: the first entry names the ledger's keys, each later pair is signed by the pair before and by itself.
//
// ledger.genesis     {origin, name, uscc, ed25519_key, sm2_key, ed25519_proof, sm2_proof}; keys and proofs in base64.
//   Both keys sign (proof of possession)
//   "sluice/ledger.genesis/v1" LF ‖ canonical {ed25519_key, name, origin, sm2_key, uscc}.
// ledger.key_rotated {ed25519_key, sm2_key, old_ed25519, old_sm2, new_ed25519, new_sm2}: the two new keys and four
//   signatures over "sluice/ledger.key_rotated/v1" LF ‖ canonical {ed25519_key, origin, seq, sm2_key},
//   seq = the entry's own sequence.
// A checkpoint of size s is signed by the keys in force after entries 0…s−1.
#pragma once

#include <string>
#include <vector>

#include "codec/json.h"
#include "ledger/checkpoint.h"

namespace sluice::ledger {

constexpr std::string_view kGenesisKind = "ledger.genesis";
constexpr std::string_view kKeyRotatedKind = "ledger.key_rotated";
constexpr std::string_view kErasedKind = "ledger.fields_erased";    // {seq, fields}
constexpr std::string_view kSegmentClosedKind = "segment.closed";   // see segment.h

// Entries whose fields stay: the verifier needs them.
bool is_structural(std::string_view kind);

struct Genesis {
  std::string origin;
  std::string name;
  std::string uscc;
};

Result<Json> make_genesis_body(const Genesis& genesis, LogSigner& signer);
Result<Json> make_rotation_body(std::string_view origin, uint64_t seq, LogSigner& old_signer, LogSigner& new_signer);

// Who signed from which entry on. Grows by feeding it the bodies of genesis and rotation entries in order.
class KeyHistory {
 public:
  struct Period {
    uint64_t from;  // sequence of the entry that brought the keys
    LogKeys keys;
  };

  // "keys.no_genesis", "keys.bad_body", "keys.bad_proof", "keys.bad_handover", "keys.out_of_order".
  Status add(std::string_view kind, uint64_t seq, const Json& body);

  const Genesis& genesis() const { return genesis_; }
  const std::vector<Period>& periods() const { return periods_; }
  bool empty() const { return periods_.empty(); }
  // The keys that sign a checkpoint of this size (≥ 1).
  const LogKeys& at_size(uint64_t size) const;
  const LogKeys& current() const { return periods_.back().keys; }

 private:
  Genesis genesis_;
  std::vector<Period> periods_;
};

}  // namespace sluice::ledger
