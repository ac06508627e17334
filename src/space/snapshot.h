// A snapshot of the decision state: where the fold over the ledger may begin instead of at the first entry.
//
//   line 1        {"format":"sluice-state/7","lines":N,"seq":S,"sm3_root":"…"}   the ledger's root at S entries, in hex
//   lines 2…N+1   ["MAP","KEY",VALUE] for an object of the state, ["FIELD",VALUE] for what is no map
//
//   last line     {"mac":"…"}   HMAC-SM3, hex, over the SHA-256 digest of all before it, under a key of the space: what lies on the disk
//                 decides who may do what, so a snapshot that somebody else wrote is worth nothing
//
// Each line is canonical JSON: the state is read object by object, without a tree of the whole. A snapshot is a
// projection: one of another format is not read, and the space is folded anew.
// Errors: "space.snapshot_format", "space.snapshot_mac" (corrupt), those of JSON and records.
#pragma once

#include <string>
#include <string_view>

#include "base/restricted.h"
#include "space/state.h"

namespace sluice::space {

struct SnapshotHead {
  uint64_t seq = 0;      // entries folded
  std::string sm3_root;  // of the ledger at that size
};

std::string snapshot_text(const SnapshotHead& head, const State& state);
// Looks at the first line only.
Result<SnapshotHead> snapshot_head(std::string_view text);
Result<State> snapshot_state(std::string_view text);

// Adds the last line.
void seal_snapshot(std::string& text, const SecretBytes& key);
// A text and its last line, apart; "space.snapshot_mac" where there is none. Both point into `text`.
struct SealedSnapshot {
  std::string_view content, mac_line;
};
Result<SealedSnapshot> split_snapshot(std::string_view text);
Status check_snapshot(const SealedSnapshot& sealed, const SecretBytes& key);

}  // namespace sluice::space
