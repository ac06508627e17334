// Rehearsal of a restore (C6.3.1): the newest backup becomes a space again in DIR/.rehearsal, is verified whole as any restore is, and is taken away.
//
// The living space's key agent stands in for the passphrase (restore_space.h, Living): it opens the backup's epoch and the registry. What only
// the passphrase could show, that it opens root.json, is covered by comparing the key files with those that this agent opened.
// The outcome is an entry of the ledger, good or bad; only what kept the rehearsal from beginning is an error: "backup.no_such_backup",
// "storage.no_backup_folder", "storage.disk_short", "backup.epoch_destroyed", "storage.busy".
#pragma once

#include "node/node.h"

namespace sluice::node {

struct RehearseAsk {
  std::string in;  // the folder of backups; empty: the policy's
  std::function<Result<Stores>(const std::string& dir)> fresh_stores;
  std::function<bool()> stop{};  // "restore.interrupted", and no entry
};
Result<space::Rehearsal> rehearse_restore(Node& node, const space::Principal& by, const RehearseAsk& ask, const ProgressFn& progress = {});

// What a killed rehearsal left.
void remove_rehearsal(Node& node);

}  // namespace sluice::node
