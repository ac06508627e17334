// The key hierarchy of a space: root → space → dataset version → column, and the keys beside it (docs/formats/keys.md).
//
//   root key       16 random bytes, sealed under a passphrase (argon2id)          DIR/keys/root.json
//   space key      sealed under the root key                                      DIR/keys/space.json
//   registry key, pseudonym key, ledger signing keys (Ed25519, SM2)               sealed under the space key, same file
//   tier key       one a storage tier, derived from the space key (HKDF-SM3)       nowhere
//   dataset key    one a dataset version, sealed under the space key, or under     registry, as DatasetWraps
//                  the key of the tier that the version lies in
//   column key     one a column of a version, sealed under its dataset key        registry, as DatasetWraps
//
// Every sealing binds its place (what it is, dataset, version, column) as associated data: a wrap moved elsewhere does
// not open. Destroying a wrap destroys the column: nothing else holds its key. Used by the key agent alone; pure
// functions, thread-safe. Errors of opening: "custody.malformed", "custody.wrong_passphrase", "custody.tampered".
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/restricted.h"
#include "codec/record.h"
#include "crypto/password.h"
#include "crypto/sign.h"

namespace sluice {

struct RootKeyFile {
  std::string format;  // "sluice-root-key/1"
  Argon2Params argon2;
  Bytes sealed;
  static constexpr auto fields =
      field_list(field("format", &RootKeyFile::format), field("argon2", &RootKeyFile::argon2), field("sealed", &RootKeyFile::sealed));
};

struct NewRoot {
  RootKeyFile file;
  SecretBytes key;
};
// "custody.passphrase_too_short" below 8 bytes.
Result<NewRoot> create_root(const SecretText& passphrase, RandomSource& random, PasswordCost cost = PasswordCost::root);
Result<SecretBytes> open_root(const RootKeyFile& file, const SecretText& passphrase);
// The same root key under another passphrase.
Result<RootKeyFile> reseal_root(const RootKeyFile& file, const SecretText& old_passphrase, const SecretText& new_passphrase,
                                RandomSource& random, PasswordCost cost = PasswordCost::root);

struct SpaceKeysFile {
  std::string format;  // "sluice-space-keys/1"
  Bytes space, registry, pseudonym, ledger_ed25519, ledger_sm2;
  // While a root or a pair of ledger keys is being replaced: the boxes that are about to count. Opening takes whichever fits.
  std::optional<Bytes> space_next, ledger_ed25519_next, ledger_sm2_next;
  // While the space key is being replaced: the one before it, under the one that counts; and the work on keys that made the one that counts.
  std::optional<Bytes> space_before;
  std::optional<std::string> space_work;
  // While the registry's key is being replaced: the one that its items are brought under; and the last work that replaced it.
  std::optional<Bytes> registry_next;
  std::optional<std::string> registry_work;
  // Roots of pseudonyms after the first (`pseudonym`), number 1 first, and the work that made the last. None is ever taken away: what was masked
  // under it is reversed and masked again with it.
  std::vector<Bytes> pseudonym_later;
  std::optional<std::string> pseudonym_work;
  static constexpr auto fields =
      field_list(field("format", &SpaceKeysFile::format), field("space", &SpaceKeysFile::space),
                 field("registry", &SpaceKeysFile::registry), field("pseudonym", &SpaceKeysFile::pseudonym),
                 field("ledger_ed25519", &SpaceKeysFile::ledger_ed25519), field("ledger_sm2", &SpaceKeysFile::ledger_sm2), field("space_next", &SpaceKeysFile::space_next),
                 field("ledger_ed25519_next", &SpaceKeysFile::ledger_ed25519_next), field("ledger_sm2_next", &SpaceKeysFile::ledger_sm2_next),
                 field("space_before", &SpaceKeysFile::space_before), field("space_work", &SpaceKeysFile::space_work),
                 field("registry_next", &SpaceKeysFile::registry_next), field("registry_work", &SpaceKeysFile::registry_work),
                 field("pseudonym_later", &SpaceKeysFile::pseudonym_later), field("pseudonym_work", &SpaceKeysFile::pseudonym_work));
};

// What opens the backups of one epoch together with the root's passphrase: "sluice-backup-epoch/1".
inline constexpr std::string_view kEpochFileFormat = "sluice-backup-epoch/1";
struct EpochFile {
  std::string format, epoch;
  Json root;         // as root.json was: under a passphrase or among officers (root_shares.h)
  Bytes space;       // the box of the space key under that root
  Bytes sealed;      // the epoch key under the space key
  static constexpr auto fields = field_list(field("format", &EpochFile::format), field("epoch", &EpochFile::epoch), field("root", &EpochFile::root),
                                            field("space", &EpochFile::space), field("sealed", &EpochFile::sealed));
};

struct SpaceKeys {
  SecretBytes space, registry, pseudonym;
  Ed25519PrivateKey ledger_ed25519;
  Sm2PrivateKey ledger_sm2;
  std::optional<SecretBytes> before{};  // the space key before this one, as long as something may lie under it
  std::optional<SecretBytes> registry_next{};
  std::vector<SecretBytes> pseudonym_later{};
};
Result<SpaceKeysFile> create_space_keys(const SecretBytes& root, RandomSource& random);
Result<SpaceKeys> open_space_keys(const SecretBytes& root, const SpaceKeysFile& file);

// The same keys under a fresh space key, for this work on keys; the key before it stays readable under the fresh one until
// without_former_space_key. One file that opens before, one that opens after. "custody.rotation_unfinished" while a former key waits.
Result<SpaceKeysFile> rotate_space_key(const SecretBytes& root, const SpaceKeysFile& file, std::string_view key_work, RandomSource& random);
SpaceKeysFile without_former_space_key(SpaceKeysFile file);

// A fresh registry key beside the one that counts ("custody.rotation_unfinished" while another waits), and then alone.
Result<SpaceKeysFile> with_next_registry_key(const SecretBytes& space, const SpaceKeysFile& file, std::string_view key_work, RandomSource& random);
SpaceKeysFile with_registry_settled(SpaceKeysFile file);
// One more root of pseudonyms; those before stay.
Result<SpaceKeysFile> with_later_pseudonym_root(const SecretBytes& space, const SpaceKeysFile& file, std::string_view key_work, RandomSource& random);

// The sealed keys of one dataset version: all that is stored of them. Erase a column's entry to destroy the column,
// the whole to destroy the version.
struct DatasetWraps {
  std::string dataset, version;
  Bytes key;                             // the dataset key
  std::map<std::string, Bytes> columns;  // column → column key
  std::optional<int64_t> tier{};         // whose key seals the dataset key; absent: the space's
  static constexpr auto fields = field_list(field("dataset", &DatasetWraps::dataset), field("version", &DatasetWraps::version),
                                            field("key", &DatasetWraps::key), field("columns", &DatasetWraps::columns), field("tier", &DatasetWraps::tier));
};

// The key of a backup epoch (docs/formats/backup.md) under the space key: the space keeps one such box in its registry,
// an epoch file beside the backups holds another copy. Destroying both destroys the epoch.
struct NewEpochKey {
  Bytes wrap;
  SecretBytes key;  // 16 bytes
};
Result<NewEpochKey> create_epoch_key(const SecretBytes& space, std::string_view epoch, RandomSource& random);
Result<SecretBytes> open_epoch_key(const SecretBytes& space, std::string_view epoch, ByteView wrap);

using ColumnKeys = std::map<std::string, SecretBytes>;  // column → 16 bytes

struct NewDatasetKeys {
  DatasetWraps wraps;
  ColumnKeys keys;
};
// "custody.duplicate_column".
Result<NewDatasetKeys> create_dataset_keys(const SecretBytes& space, std::string_view dataset, std::string_view version,
                                           std::span<const std::string> columns, RandomSource& random);
// The space key alone: "custody.tampered" when the box is not of this root.
Result<SecretBytes> open_space_key(const SecretBytes& root, ByteView box);
// The keys of exactly these columns. "custody.no_such_column" (not_found; detail: the column) when a wrap is absent or
// destroyed.
Result<ColumnKeys> open_dataset_keys(const SecretBytes& space, const DatasetWraps& wraps, std::span<const std::string> columns);

// A new dataset key over the same column keys, under the key of `tier` (absent: the space's): what holds for the old wraps holds for the new.
Result<DatasetWraps> rewrap_dataset_keys(const SecretBytes& space, const DatasetWraps& wraps, std::optional<int64_t> tier, RandomSource& random);

// Boxes that lie under one of two space keys, brought under the first: the dataset key itself stays, and all below it. Unchanged when
// the box is under the first already.
Result<DatasetWraps> move_dataset_wraps(const SecretBytes& space, const SecretBytes& before, const DatasetWraps& wraps);
Result<Bytes> move_epoch_key(const SecretBytes& space, const SecretBytes& before, std::string_view epoch, ByteView wrap);

// A fresh root and the box of the same space key under it.
struct NewSpaceRoot {
  SecretBytes root;
  Bytes space;
};
Result<NewSpaceRoot> new_root_over(const SecretBytes& space, RandomSource& random);
// The same root key, sealed under a passphrase.
Result<RootKeyFile> seal_root_key(const SecretBytes& root, const SecretText& passphrase, RandomSource& random, PasswordCost cost = PasswordCost::root);

// A fresh pair of ledger keys, boxed under the space key.
struct NewLedgerKeys {
  Bytes ed25519_box, sm2_box;
  Ed25519PrivateKey ed25519;
  Sm2PrivateKey sm2;
};
Result<NewLedgerKeys> create_ledger_keys(const SecretBytes& space);
Result<NewLedgerKeys> open_ledger_keys(const SecretBytes& space, ByteView ed25519_box, ByteView sm2_box);

// The HMAC-SM3 key of a keyed pseudonym: 32 bytes, the same for the same name as long as the space lives. The name says
// dataset or strategy, so that pseudonyms of two strategies cannot be joined.
SecretBytes pseudonym_key(const SecretBytes& pseudonym_root, std::string_view name);
// A name's first part says after "@" which root it means ("masking@2/…"), without it the first. "custody.no_such_root" (not_found) for one that was
// never made.
std::string name_under_root(std::string name, int64_t number);
std::string_view kind_of_pseudonym_name(std::string_view name);  // "masking" of "masking@2/…"
Result<SecretBytes> pseudonym_key_of(const SpaceKeys& keys, std::string_view name);

}  // namespace sluice
