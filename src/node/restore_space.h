// Restore: a backup becomes a space again, wholly checked before it has its name, or nothing at all.
//
// Checked are: the proof of the backup (an entry of its ledger under a signed checkpoint, whose keys the backup folder
// names, or a trust file pins), every block and chunk, the ledger as an outsider's verifier checks it, its size and roots against the
// backup, every version that the ledger speaks of against the digest there, that the root opens and its ledger keys are the
// ledger's, and that every registry item opens. Keys that a tombstone in the backup folder proves destroyed are taken out.
// The target must be absent or an empty folder; it is written as ".NAME.restoring_…" beside itself and renamed at the end.
// Errors: those of vault/backup/*.h, "restore.not_empty", "restore.ledger_bad" (detail: what), "restore.incomplete",
// "restore.not_pinned" (refused), "backup.epoch_file_missing", "custody.wrong_passphrase".
#pragma once

#include <functional>
#include <optional>

#include "node/node.h"

namespace sluice::node {

struct RestoreAsk {
  std::string in, dir;
  std::string backup;      // empty: the newest
  std::string epoch_file;  // empty: the one in the backup folder
  std::optional<std::string> trust;
  // A descriptor at the start of the passphrase, each time it is asked for.
  std::function<Result<OwnedFd>()> passphrase;
  // Fresh stores in a folder, and the ledger's store there again for reading only.
  std::function<Result<Stores>(const std::string& dir)> fresh_stores;
  std::string program = "/proc/self/exe";
  // A rehearsal beside the living space: its agent stands in for a passphrase. `keys_dir` holds the key files that this agent opened: the backup's
  // must be the same, byte for byte ("restore.keys_differ": changed since this backup, nothing but a passphrase can prove them).
  struct Living {
    KeyAgent* agent = nullptr;
    std::string keys_dir;
    SecretBytes epoch_key;
  };
  std::optional<Living> living{};
  std::function<bool()> stop{};  // asked between chunks: "restore.interrupted"
};

struct RestoreAnswer {
  std::string backup, origin;
  int64_t made_ms = 0, entries = 0, versions = 0, bytes = 0, keys_left_out = 0;
  bool pinned = false;
  static constexpr auto fields =
      field_list(field("backup", &RestoreAnswer::backup), field("origin", &RestoreAnswer::origin), field("made_ms", &RestoreAnswer::made_ms),
                 field("entries", &RestoreAnswer::entries), field("versions", &RestoreAnswer::versions), field("bytes", &RestoreAnswer::bytes),
                 field("keys_left_out", &RestoreAnswer::keys_left_out), field("pinned", &RestoreAnswer::pinned));
};

Result<RestoreAnswer> restore_space(const RestoreAsk& ask, const ProgressFn& progress);

}  // namespace sluice::node
