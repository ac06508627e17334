// The folder that backups of one space lie in. docs/formats/backup.md.
//
//   backup.json             whose backups these are (format "sluice-backup-set/1"), the first verifier keys of its ledger, where the epochs' secrets are kept
//   packs/                  content, stored once (object_folder.h)
//   snapshots/ID.json       one backup (snapshot.h);  snapshots/ID.evidence.json  its proof under a signed checkpoint
//   epochs/EPOCH.json       only in folders of before there was escrow (node/epoch_escrow.h): what opens the epoch together with the root's passphrase
//   tombstones/WORK.json    proofs that keys were destroyed after some backup: a restore obeys them
//   tombstones.json         the list of all of them, which an entry of the ledger names by digest (node/tombstones.h)
//
// Errors: "backup.not_a_backup" (a folder with other things in it, or none), "backup.foreign" (another space's),
// "backup.locked", "backup.no_such_backup", "backup.unfinished" (no proof beside it), "backup.nothing_finished" (begun, and no backup), "backup.malformed".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "vault/backup/snapshot.h"

namespace sluice::vault {

constexpr std::string_view kTombstoneListFile = "tombstones.json";

class BackupSet {
 public:
  // Makes the folder when it is absent or empty. Holds its lock.
  static Result<BackupSet> open_for_writing(const std::string& dir, const std::string& origin, const std::string& trust);
  static Result<BackupSet> open_for_reading(const std::string& dir);

  const std::string& dir() const { return dir_; }
  const std::string& origin() const { return origin_; }
  const std::string& trust() const { return trust_; }

  // Finished backups, oldest first.
  Result<std::vector<BackupSnapshot>> list() const;
  // By id, or the newest when `id` is empty; with the SM3 digest of its file.
  struct Found {
    BackupSnapshot snapshot;
    Digest digest{};
    Json evidence;
  };
  Result<Found> find(const std::string& id) const;
  Result<Digest> keep(const BackupSnapshot& snapshot);
  Status keep_evidence(const std::string& backup, const Json& evidence);
  // Snapshots whose proof was never written: their packs stay useful, they do not.
  void remove_unfinished();

  // Where the epochs' secrets are kept: absolute folders of the machine that made the backups. A hint, not a promise: copies travel.
  const std::vector<std::string>& escrow() const { return escrow_; }
  Status keep_escrow(const std::vector<std::string>& places);
  // The folder beside this one in which they are kept where nobody named another: DIR.epochs.
  std::string beside() const;

  // PLACE/EPOCH.json, wherever epoch files are kept.
  static std::string epoch_file_in(const std::string& place, const std::string& epoch) { return place + "/" + epoch + ".json"; }
  std::string epoch_path(const std::string& epoch) const { return epoch_file_in(dir_ + "/epochs", epoch); }
  bool has_backup_of(const std::string& epoch) const;

  Status keep_tombstone(const std::string& key_work, const Json& evidence);
  bool has_tombstone(const std::string& key_work) const;
  std::string tombstone_path(const std::string& key_work) const;
  Status keep_tombstone_list(const Json& list);

 private:
  explicit BackupSet(std::string dir) : dir_(std::move(dir)) {}
  Status read_head();
  Status write_head() const;
  std::string dir_, origin_, trust_;
  std::vector<std::string> escrow_;
  std::optional<DirLock> lock_;
};

}  // namespace sluice::vault
