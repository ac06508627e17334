// A snapshot of the decision state: where the fold over the ledger may begin instead of at the first entry.
//
//   line 1        {"format":"sluice-state/2","lines":N,"seq":S,"sm3_root":"…"}   the ledger's root at S entries, in hex
//   lines 2…N+1   ["MAP","KEY",VALUE] for an object of the state, ["FIELD",VALUE] for what is no map
//
// Each line is canonical JSON: the state is read object by object, without a tree of the whole. "sluice-state/1", one
// document with the state as a record, is still read. A snapshot is a projection: whoever cannot read one folds anew.
// Errors: "space.snapshot_format" (corrupt), those of JSON and records.
#pragma once

#include <string>
#include <string_view>

#include "space/state.h"

namespace sluice::space {

struct SnapshotHead {
  uint64_t seq = 0;      // entries folded
  std::string sm3_root;  // of the ledger at that size
};

std::string snapshot_text(const SnapshotHead& head, const State& state);
// Looks at the first line only, unless it is of the old format.
Result<SnapshotHead> snapshot_head(std::string_view text);
Result<State> snapshot_state(std::string_view text);

}  // namespace sluice::space
