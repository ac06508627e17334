// One backup: what it holds and where, sealed under its epoch key. Format "sluice-backup/1", docs/formats/backup.md.
//
// From the epoch key three keys are derived (HKDF-SM3): one seals the index, one seals blocks, one names them, so that
// equal blocks of one epoch are stored once and their names tell nothing. Destroying the epoch key destroys every index and
// block of the epoch; sealed chunks lie as they lay in the vault and need column keys, which only blocks hold (as wraps).
// Errors: "backup.malformed", "backup.tampered", "backup.other_epoch".
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/restricted.h"
#include "codec/record.h"
#include "vault/backup/object_folder.h"

namespace sluice::vault {

inline constexpr std::string_view kBackupFormat = "sluice-backup/1";
inline constexpr size_t kSnapshotBytesMax = 256u << 20;
inline constexpr size_t kBlockBytes = 1u << 20;

// A file of the space, cut into blocks.
struct BackupFile {
  std::string path;  // below the space's folder
  int64_t size = 0;
  std::vector<Digest> blocks;
  static constexpr auto fields =
      field_list(field("path", &BackupFile::path), field("size", &BackupFile::size), field("blocks", &BackupFile::blocks));
};

// A sealed dataset version: its manifest as blocks; the manifest names the chunks.
struct BackupVersion {
  std::string version, folder;  // "vault/dv_…"
  Digest manifest{};
  std::vector<Digest> blocks;
  static constexpr auto fields = field_list(field("version", &BackupVersion::version), field("folder", &BackupVersion::folder),
                                            field("manifest", &BackupVersion::manifest), field("blocks", &BackupVersion::blocks));
};

struct BackupLedger {
  int64_t size = 0;
  Digest sm3_root{}, sha256_root{};
  std::vector<Digest> blocks;  // of ledger/dump.h, in order
  static constexpr auto fields = field_list(field("size", &BackupLedger::size), field("sm3_root", &BackupLedger::sm3_root),
                                            field("sha256_root", &BackupLedger::sha256_root), field("blocks", &BackupLedger::blocks));
};

struct BackupIndex {
  BackupLedger ledger;
  std::vector<Digest> registry;  // blocks of registry items
  std::vector<BackupVersion> versions;
  std::vector<BackupFile> files;
  std::optional<int64_t> tombstones{};  // proofs of destruction listed beside it when it was made; absent: of before there were lists
  static constexpr auto fields = field_list(field("tombstones", &BackupIndex::tombstones), field("ledger", &BackupIndex::ledger), field("registry", &BackupIndex::registry),
                                            field("versions", &BackupIndex::versions), field("files", &BackupIndex::files));
};

// What can be read of a backup without keys, and the sealed index.
struct BackupSnapshot {
  std::string format{kBackupFormat};
  std::string backup, origin, epoch;
  TimeMs made_ms = 0;
  Bytes sealed;
  static constexpr auto fields =
      field_list(field("format", &BackupSnapshot::format), field("backup", &BackupSnapshot::backup), field("origin", &BackupSnapshot::origin),
                 field("epoch", &BackupSnapshot::epoch), field("made_ms", &BackupSnapshot::made_ms), field("sealed", &BackupSnapshot::sealed));
};

// The keys of one epoch, and what they do. Thread-safe.
class EpochCipher {
 public:
  // "aead.bad_key" unless the secret has 16 bytes.
  static Result<EpochCipher> create(const SecretBytes& epoch_key);

  Status seal_index(BackupSnapshot& snapshot, const BackupIndex& index) const;
  Result<BackupIndex> open_index(const BackupSnapshot& snapshot) const;

  // Stores a block unless its epoch has it; its name.
  Result<Digest> put_block(ObjectFolder& objects, ByteView plain) const;
  Result<Bytes> read_block(const ObjectFolder& objects, const Digest& name) const;

 private:
  EpochCipher() = default;
  SecretBytes index_, block_, name_;
};

Result<BackupSnapshot> parse_snapshot(std::string_view json);
std::string snapshot_text(const BackupSnapshot& snapshot);

}  // namespace sluice::vault
