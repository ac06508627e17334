// The folder that backups of one space lie in. docs/formats/backup.md.
//
//   backup.json             whose backups these are (format "sluice-backup-set/1"), the first verifier keys of its ledger
//   packs/                  content, stored once (object_folder.h)
//   snapshots/ID.json       one backup (snapshot.h);  snapshots/ID.evidence.json  its proof under a signed checkpoint
//   epochs/EPOCH.json       what opens the epoch together with the root's passphrase: keep it elsewhere, so that it can be destroyed
//   tombstones/WORK.json    proofs that keys were destroyed after some backup: a restore obeys them
//
// Errors: "backup.not_a_backup" (a folder with other things in it, or none), "backup.foreign" (another space's),
// "backup.locked", "backup.no_such_backup", "backup.unfinished" (no proof beside it), "backup.malformed".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "vault/backup/snapshot.h"

namespace sluice::vault {

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

  std::string epoch_path(const std::string& epoch) const { return dir_ + "/epochs/" + epoch + ".json"; }
  bool has_backup_of(const std::string& epoch) const;

  Status keep_tombstone(const std::string& key_work, const Json& evidence);
  bool has_tombstone(const std::string& key_work) const;
  Result<std::vector<Json>> tombstones() const;

 private:
  explicit BackupSet(std::string dir) : dir_(std::move(dir)) {}
  Status read_head();
  std::string dir_, origin_, trust_;
  std::optional<DirLock> lock_;
};

}  // namespace sluice::vault
