// What stays destroyed: proofs that keys or an epoch are gone, in backup folders, and what a restore is told by them (docs/formats/backup.md).
//
// A space writes into each backup folder that it can reach the proof of every destruction (tombstones/WORK.json) and the list of all of them
// (tombstones.json): the list's digest is an entry of the ledger (backup.tombstones_listed), so that what is taken out of the list is missed, and
// the list holds the proofs once more, so that it speaks without the folder. An older copy of a folder has an older list; whoever restores it is told what
// came after by a newer list or by a later ledger of the same space.
// Errors: "backup.tombstone_damaged", "backup.tombstones_missing" (the list is not there, and the backup says that there was one),
// "backup.foreign", "restore.other_history" (the ledger is not a later one of the same space), those of verifier.h.
#pragma once

#include <map>
#include <set>

#include "ledger/trust.h"
#include "node/node.h"
#include "vault/backup/backup_set.h"

namespace sluice::node {

constexpr std::string_view kTombstoneListFormat = "sluice-tombstones/1";

// A fresh list of everything destroyed so far, with its entry, under a checkpoint signed now.
Result<Json> list_tombstones(Node& node, const space::Principal& by);
// Proofs and list into a folder; epoch files of destroyed epochs go. How many of these went.
Result<int64_t> write_tombstones(Node& node, vault::BackupSet& set, const Json& list);
// The same into every folder that backups of this space were made to and that can be reached, those that could not; the list into the places of escrow,
// from which the files of destroyed epochs go (epoch_escrow.h).
struct TombstoneReach {
  int64_t reached = 0, missed = 0, epoch_files_removed = 0, epoch_copies_left = 0;
};
Result<TombstoneReach> spread_tombstones(Node& node, const space::Principal& by);

struct DestroyedSince {
  struct Gone {
    std::vector<std::string> columns;
    bool whole = false;
  };
  std::map<std::string, Gone> versions;
  std::set<std::string> epochs, datasets;  // datasets: all of it, and nothing comes into it again
  uint64_t known_to = 0;  // entries: up to here nothing else was destroyed; 0: no list says so
  void add(const DestroyedSince& other);
};

// For whom it was written, and whom its proofs must be pinned to.
struct ProofOf {
  const ledger::Trust& trust;
  std::string origin;
};
// A list, or a single proof.
Result<DestroyedSince> told_by_proof(const Json& json, const ProofOf& of);
// A backup folder's list and proofs, a folder of proofs, or a file of either kind.
Result<DestroyedSince> told_by_path(const std::string& path, const ProofOf& of);
// A later ledger of the same space, wholly verified: it must have the backup's `size` entries with these roots first.
struct EarlierLedger {
  uint64_t size = 0;
  Digest sm3_root{}, sha256_root{};
};
Result<DestroyedSince> told_by_ledger(ledger::Store& store, const ProofOf& of, const EarlierLedger& earlier);

}  // namespace sluice::node
