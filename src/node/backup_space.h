// Backup: a whole space into a folder, beside the running server; encrypted, incremental, provable (C6.3, docs/formats/backup.md).
//
// Taken are the ledger as of one moment, the registry, every sealed version (as it lies, each chunk checked against its
// digest), key files (boxes only) and the other files of the space; not the projections, TLS keys and a passphrase file.
// Content that the folder has already is not stored again. The backup is named in the ledger (backup.made) and gets the
// proof of that entry under a signed checkpoint: this is its signature. A backup without it does not exist.
// The secret of its epoch lies apart from it (epoch_escrow.h). Once it stands, epochs with backups of before a destruction are closed.
// Interrupted or out of space, it leaves finished packs, from which the next one goes on.
// Errors: those of vault/backup/*.h and epoch_escrow.h, "vault.chunk_tampered", "backup.inside_space".
#pragma once

#include <functional>

#include "node/node.h"
#include "vault/backup/backup_set.h"

namespace sluice::node {

using LedgerSnapshot = std::function<Result<std::unique_ptr<ledger::Store>>()>;  // the ledger, standing still

struct BackupAsk {
  std::string out;
  LedgerSnapshot ledger_snapshot;
  bool new_epoch = false;
  std::vector<std::string> escrow{};  // folders for the epoch's secret, absolute (epoch_escrow.h)
  std::function<bool()> stop{};  // asked between versions: "backup.interrupted"; what was packed is found again next time
};

// To where the storage policy says: "storage.no_backup_folder".
Result<BackupAsk> backup_by_policy(Node& node, LedgerSnapshot snapshot);

struct BackupAnswer {
  std::string backup, epoch;
  int64_t entries = 0, versions = 0, bytes_stored = 0, bytes_known = 0, objects_stored = 0;
  std::string snapshot_sm3;
  std::vector<std::string> escrow;  // where the epoch's secret lies now
  bool escrow_new = false;          // for the first time in one of them
  int64_t epochs_closed = 0, epoch_copies_left = 0;  // after a destruction
  static constexpr auto fields =
      field_list(field("backup", &BackupAnswer::backup), field("epoch", &BackupAnswer::epoch), field("entries", &BackupAnswer::entries),
                 field("versions", &BackupAnswer::versions), field("bytes_stored", &BackupAnswer::bytes_stored),
                 field("bytes_known", &BackupAnswer::bytes_known), field("objects_stored", &BackupAnswer::objects_stored),
                 field("snapshot_sm3", &BackupAnswer::snapshot_sm3), field("escrow", &BackupAnswer::escrow), field("escrow_new", &BackupAnswer::escrow_new),
                 field("epochs_closed", &BackupAnswer::epochs_closed), field("epoch_copies_left", &BackupAnswer::epoch_copies_left));
};

Result<BackupAnswer> backup_space(Node& node, const space::Principal& by, const BackupAsk& ask, const ProgressFn& progress);

// Registry items as a backup carries them: rows of u32 length ‖ bytes for kind, id and sealed item.
// What only the living space may have stays out: keys of backup epochs, and what is kept for work in hand.
Status registry_blocks(ledger::RegistryStore& store, const std::function<Status(ByteView block)>& sink);
Status load_registry_block(ledger::RegistryStore& store, ByteView block);  // "backup.malformed"

}  // namespace sluice::node
