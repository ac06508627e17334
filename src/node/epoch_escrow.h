// Where the secrets of backup epochs lie: in places of escrow, apart from the backups that they open (docs/formats/backup.md).
//
//   PLACE/EPOCH.json        the epoch file (sluice-backup-epoch/1)
//   PLACE/tombstones-HEX.json   what was destroyed so far, as in the backup folder; HEX of the origin, since spaces may share a place
//
// A backup folder names its places (backup.json); where nobody named one it is OUT.epochs, beside the folder. Every copy is an entry of the ledger
// (backup.epoch_kept), so that it is known what is left when the epoch was destroyed. A file that its keeper took away from a place is not written there
// again, unless the place is named anew. Files that lay among the backups (before there was escrow) move to the first place with the next backup.
// Errors: "backup.escrow_inside" (a place within the backups or the space, or around them), "backup.escrow_unwritable" (detail: the place).
#pragma once

#include "node/node.h"
#include "vault/backup/backup_set.h"

namespace sluice::node {

// Absolute, each once: the given ones and those that the folder names; the default where there is neither.
Result<std::vector<std::string>> escrow_places(const std::string& space_dir, const vault::BackupSet& set, const std::vector<std::string>& given);

// The file of an epoch as it is to lie everywhere.
struct EpochFile {
  space::EpochId epoch;
  std::string content;
};
struct KeptEpoch {
  std::vector<std::string> places;  // where the file lies now
  bool written_anew = false;        // in one of them for the first time
  std::vector<std::string> fresh{};  // which these are
};
// `kept` says what was written also where it fails in the middle.
Status keep_epoch_file(Node& node, const space::Principal& by, vault::BackupSet& set, const EpochFile& file, const std::vector<std::string>& given, KeptEpoch& kept);

// What keep_epoch_file wrote for a backup that came to nothing goes again, with its entry: a secret without a backup is only a risk. What cannot be removed
// stays on record, and the next backup finds it.
void take_back_epoch_file(Node& node, const space::Principal& by, const space::EpochId& epoch, const std::vector<std::string>& places);

// The files of all epochs that live, into one more place: for officers, or where a copy was lost. How many.
Result<int64_t> hand_out_epochs(Node& node, const space::Principal& by, const std::string& place);

std::string escrow_list_path(const std::string& place, const std::string& origin);

// The list of what was destroyed into every place that can be reached.
void tell_escrow(Node& node, const Json& tombstone_list);

// Of destroyed epochs: files that can be reached are overwritten and removed, each with its entry; what is left stays an open task.
struct EscrowCleared {
  int64_t removed = 0, left = 0;
};
Result<EscrowCleared> clear_escrow(Node& node, const space::Principal& by);

// After a backup of a fresh epoch: those with backups of before a destruction are closed (CloseEpoch's errors), and this space forgets their keys. How many.
Result<int64_t> close_due_epochs(Node& node, const space::Principal& by);

// What opens this epoch now: root, space key and epoch key as boxes. "backup.epoch_destroyed" where this space has no secret of it.
Result<EpochFile> epoch_file_of(Node& node, const space::EpochId& epoch);

}  // namespace sluice::node
