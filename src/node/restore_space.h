// Restore: a backup becomes a space again, wholly checked before it has its name, or nothing at all.
//
// Checked are: the proof of the backup (an entry of its ledger under a signed checkpoint, whose keys the backup folder
// names, or a trust file pins), every block and chunk, the ledger as an outsider's verifier checks it, its size and roots against the
// backup, every version that the ledger speaks of against the digest there, that the root opens and its ledger keys are the
// ledger's, and that every registry item opens. Keys that were destroyed after the backup are taken out, as far as the restore is told of them
// (tombstones.h): by the list in the backup folder, without which it is refused; by the list in the place that the epoch's secret was kept in; by a newer list or proofs from elsewhere; by a later ledger of
// the same space. `pinned` says that it was told from outside the folder; what is false there may bring back a key that was destroyed since.
// A trusted checkpoint of a later size than the backup demands that: "restore.newer_history" (detail: both sizes).
// The target must be absent or an empty folder; it is written as ".NAME.restoring_…" beside itself and renamed at the end.
// Errors: those of vault/backup/*.h, "restore.not_empty", "restore.inside_backup", "restore.ledger_bad" (detail: what), "restore.incomplete",
// "restore.not_pinned" (refused), those of tombstones.h, "backup.epoch_file_missing", "custody.wrong_passphrase".
#pragma once

#include <functional>
#include <optional>

#include "node/node.h"

namespace sluice::node {

struct RestoreAsk {
  std::string in, dir;
  std::string backup;      // empty: the newest
  std::string epoch_file;  // the secret of the backup's epoch; empty: looked for in `epochs`, then where the backup folder says, beside it, and in it
  std::vector<std::string> epochs{};  // folders
  std::optional<std::string> trust;
  std::vector<std::string> tombstones{};  // backup folders, folders of proofs, or files
  std::function<Result<std::unique_ptr<ledger::Store>>()> later_ledger{};  // of the space as it lives now, or lived later
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
  bool pinned = false;       // told from outside the folder what was destroyed since
  bool keys_pinned = false;  // the ledger's keys were given, not taken from the backup
  // "ledger", "tombstones" (given ones), "checkpoint" (the folder's list is as new as a trusted one), "escrow" (the list kept with the epoch's secret), "folder",
  // "nothing" (an old backup)
  std::string told_by;
  static constexpr auto fields =
      field_list(field("backup", &RestoreAnswer::backup), field("origin", &RestoreAnswer::origin), field("made_ms", &RestoreAnswer::made_ms),
                 field("entries", &RestoreAnswer::entries), field("versions", &RestoreAnswer::versions), field("bytes", &RestoreAnswer::bytes),
                 field("keys_left_out", &RestoreAnswer::keys_left_out), field("pinned", &RestoreAnswer::pinned),
                 field("keys_pinned", &RestoreAnswer::keys_pinned), field("told_by", &RestoreAnswer::told_by));
};

Result<RestoreAnswer> restore_space(const RestoreAsk& ask, const ProgressFn& progress);

}  // namespace sluice::node
