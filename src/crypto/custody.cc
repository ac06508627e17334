#include "crypto/custody.h"

#include <algorithm>
#include <charconv>

#include "crypto/aead.h"
#include "crypto/hash.h"

namespace sluice {

namespace {

constexpr std::string_view kRootFormat = "sluice-root-key/1";
constexpr std::string_view kSpaceFormat = "sluice-space-keys/1";

// What a wrap is and where it belongs, as canonical JSON: no two places have the same bytes.
Bytes place(std::string_view what, std::string_view dataset = {}, std::string_view version = {}, std::string_view column = {}) {
  return to_bytes(canonical(Json::object(
      {{"what", Json(what)}, {"dataset", Json(dataset)}, {"version", Json(version)}, {"column", Json(column)}})));
}

constexpr size_t kPseudonymRootBytes = 32;
Bytes place_of_pseudonym_root(size_t number) { return place("pseudonym", {}, std::to_string(number)); }

SecretBytes fresh_key(RandomSource& random, size_t size = kSm4KeyBytes) { return SecretBytes(random_bytes(random, size)); }

Result<Bytes> wrap(const SecretBytes& with, ByteView associated, const SecretBytes& key) {
  return seal_box(with, associated, key.reveal("wrap"));
}

Result<SecretBytes> unwrap(const SecretBytes& with, ByteView associated, ByteView box, size_t size) {
  auto opened = open_box(with, associated, box);
  if (!opened || opened->size() != size) return fail(Errc::corrupt, "custody.tampered");
  return SecretBytes(std::move(*opened));
}

// Each tier has a key of its own: a wrap of one tier opens under no other's.
SecretBytes sealing_key(const SecretBytes& space, std::optional<int64_t> tier) {
  if (!tier) return space;
  return SecretBytes(hkdf_sm3(space.reveal("a tier's key comes from it"), {}, "sluice/tier/" + std::to_string(*tier), kSm4KeyBytes));
}

Result<RootKeyFile> seal_root(const SecretBytes& key, const SecretText& passphrase, RandomSource& random, PasswordCost cost) {
  if (passphrase.reveal("measure its length").size() < kPassphraseBytesMin)
    return fail(Errc::invalid, "custody.passphrase_too_short");
  RootKeyFile file{std::string(kRootFormat), new_argon2_params(random, cost), {}};
  SecretBytes seal_key = TRY(argon2_key(passphrase, file.argon2, kSm4KeyBytes));
  file.sealed = TRY(wrap(seal_key, place("root"), key));
  return file;
}

}  // namespace

Result<NewRoot> create_root(const SecretText& passphrase, RandomSource& random, PasswordCost cost) {
  SecretBytes key = fresh_key(random);
  RootKeyFile file = TRY(seal_root(key, passphrase, random, cost));
  return NewRoot{std::move(file), std::move(key)};
}

Result<SecretBytes> open_root(const RootKeyFile& file, const SecretText& passphrase) {
  if (file.format != kRootFormat) return fail(Errc::corrupt, "custody.malformed", "format");
  auto seal_key = argon2_key(passphrase, file.argon2, kSm4KeyBytes);
  if (!seal_key && seal_key.error().reason == "password.bad_params") return fail(Errc::corrupt, "custody.malformed", "argon2");
  if (!seal_key) return seal_key;
  auto key = unwrap(*seal_key, place("root"), file.sealed, kSm4KeyBytes);
  if (!key) return fail(Errc::unauthenticated, "custody.wrong_passphrase");
  return key;
}

Result<RootKeyFile> reseal_root(const RootKeyFile& file, const SecretText& old_passphrase, const SecretText& new_passphrase,
                                RandomSource& random, PasswordCost cost) {
  SecretBytes key = TRY(open_root(file, old_passphrase));
  return seal_root(key, new_passphrase, random, cost);
}

Result<SpaceKeysFile> create_space_keys(const SecretBytes& root, RandomSource& random) {
  SecretBytes space = fresh_key(random);
  SpaceKeysFile file;
  file.format = kSpaceFormat;
  file.space = TRY(wrap(root, place("space"), space));
  file.registry = TRY(wrap(space, place("registry"), fresh_key(random)));
  file.pseudonym = TRY(wrap(space, place("pseudonym"), fresh_key(random, kPseudonymRootBytes)));
  file.ledger_ed25519 = TRY(wrap(space, place("ledger_ed25519"), Ed25519PrivateKey::generate().seed()));
  file.ledger_sm2 = TRY(wrap(space, place("ledger_sm2"), Sm2PrivateKey::generate().scalar()));
  return file;
}

Result<SpaceKeys> open_space_keys(const SecretBytes& root, const SpaceKeysFile& file) {
  if (file.format != kSpaceFormat) return fail(Errc::corrupt, "custody.malformed", "format");
  auto under_root = unwrap(root, place("space"), file.space, kSm4KeyBytes);
  if (!under_root && file.space_next) under_root = unwrap(root, place("space"), *file.space_next, kSm4KeyBytes);
  SecretBytes space = TRY(std::move(under_root));
  SecretBytes registry = TRY(unwrap(space, place("registry"), file.registry, kSm4KeyBytes));
  SecretBytes pseudonym = TRY(unwrap(space, place("pseudonym"), file.pseudonym, kPseudonymRootBytes));
  SecretBytes seed = TRY(unwrap(space, place("ledger_ed25519"), file.ledger_ed25519, 32));
  SecretBytes scalar = TRY(unwrap(space, place("ledger_sm2"), file.ledger_sm2, 32));
  Ed25519PrivateKey ed25519 = TRY(Ed25519PrivateKey::from_seed(seed.reveal("ledger key")));
  Sm2PrivateKey sm2 = TRY(Sm2PrivateKey::from_bytes(scalar.reveal("ledger key")));
  std::optional<SecretBytes> before;
  if (file.space_before) before = TRY(unwrap(space, place("space_before"), *file.space_before, kSm4KeyBytes));
  SpaceKeys out{std::move(space), std::move(registry), std::move(pseudonym), std::move(ed25519), std::move(sm2), std::move(before)};
  if (file.registry_next) out.registry_next = TRY(unwrap(out.space, place("registry"), *file.registry_next, kSm4KeyBytes));
  for (size_t i = 0; i < file.pseudonym_later.size(); i++)
    out.pseudonym_later.push_back(TRY(unwrap(out.space, place_of_pseudonym_root(i + 1), file.pseudonym_later[i], kPseudonymRootBytes)));
  return out;
}

Result<SpaceKeysFile> rotate_space_key(const SecretBytes& root, const SpaceKeysFile& file, std::string_view key_work, RandomSource& random) {
  if (file.space_before) return fail(Errc::conflict, "custody.rotation_unfinished");
  SpaceKeys keys = TRY(open_space_keys(root, file));
  SecretBytes fresh = fresh_key(random);
  SpaceKeysFile out = file;
  out.space = TRY(wrap(root, place("space"), fresh));
  out.space_next.reset();
  out.space_before = TRY(wrap(fresh, place("space_before"), keys.space));
  out.space_work = std::string(key_work);
  out.registry = TRY(wrap(fresh, place("registry"), keys.registry));
  out.pseudonym = TRY(wrap(fresh, place("pseudonym"), keys.pseudonym));
  out.ledger_ed25519 = TRY(wrap(fresh, place("ledger_ed25519"), keys.ledger_ed25519.seed()));
  out.ledger_sm2 = TRY(wrap(fresh, place("ledger_sm2"), keys.ledger_sm2.scalar()));
  if (keys.registry_next) out.registry_next = TRY(wrap(fresh, place("registry"), *keys.registry_next));
  for (size_t i = 0; i < keys.pseudonym_later.size(); i++) out.pseudonym_later[i] = TRY(wrap(fresh, place_of_pseudonym_root(i + 1), keys.pseudonym_later[i]));
  if (file.ledger_ed25519_next && file.ledger_sm2_next) {
    NewLedgerKeys waiting = TRY(open_ledger_keys(keys.space, *file.ledger_ed25519_next, *file.ledger_sm2_next));
    out.ledger_ed25519_next = TRY(wrap(fresh, place("ledger_ed25519"), waiting.ed25519.seed()));
    out.ledger_sm2_next = TRY(wrap(fresh, place("ledger_sm2"), waiting.sm2.scalar()));
  }
  return out;
}

SpaceKeysFile without_former_space_key(SpaceKeysFile file) {
  file.space_before.reset();
  return file;
}

Result<SpaceKeysFile> with_next_registry_key(const SecretBytes& space, const SpaceKeysFile& file, std::string_view key_work, RandomSource& random) {
  if (file.registry_next) return fail(Errc::conflict, "custody.rotation_unfinished");
  SpaceKeysFile out = file;
  out.registry_next = TRY(wrap(space, place("registry"), fresh_key(random)));
  out.registry_work = std::string(key_work);
  return out;
}

SpaceKeysFile with_registry_settled(SpaceKeysFile file) {
  if (file.registry_next) file.registry = std::move(*file.registry_next);
  file.registry_next.reset();
  return file;
}

Result<SpaceKeysFile> with_later_pseudonym_root(const SecretBytes& space, const SpaceKeysFile& file, std::string_view key_work, RandomSource& random) {
  SpaceKeysFile out = file;
  out.pseudonym_later.push_back(TRY(wrap(space, place_of_pseudonym_root(file.pseudonym_later.size() + 1), fresh_key(random, kPseudonymRootBytes))));
  out.pseudonym_work = std::string(key_work);
  return out;
}

Result<SecretBytes> open_space_key(const SecretBytes& root, ByteView box) { return unwrap(root, place("space"), box, kSm4KeyBytes); }

Result<NewEpochKey> create_epoch_key(const SecretBytes& space, std::string_view epoch, RandomSource& random) {
  SecretBytes key = fresh_key(random);
  Bytes box = TRY(wrap(space, place("backup_epoch", {}, epoch), key));
  return NewEpochKey{std::move(box), std::move(key)};
}

Result<SecretBytes> open_epoch_key(const SecretBytes& space, std::string_view epoch, ByteView box) {
  return unwrap(space, place("backup_epoch", {}, epoch), box, kSm4KeyBytes);
}

Result<NewDatasetKeys> create_dataset_keys(const SecretBytes& space, std::string_view dataset, std::string_view version,
                                           std::span<const std::string> columns, RandomSource& random) {
  NewDatasetKeys out;
  SecretBytes dataset_key = fresh_key(random);
  out.wraps.dataset = dataset;
  out.wraps.version = version;
  out.wraps.key = TRY(wrap(space, place("dataset", dataset, version), dataset_key));
  for (const std::string& column : columns) {
    SecretBytes key = fresh_key(random);
    if (out.keys.contains(column)) return fail(Errc::invalid, "custody.duplicate_column");
    out.wraps.columns[column] = TRY(wrap(dataset_key, place("column", dataset, version, column), key));
    out.keys.emplace(column, std::move(key));
  }
  return out;
}

Result<ColumnKeys> open_dataset_keys(const SecretBytes& space, const DatasetWraps& wraps, std::span<const std::string> columns) {
  SecretBytes dataset_key = TRY(unwrap(sealing_key(space, wraps.tier), place("dataset", wraps.dataset, wraps.version), wraps.key, kSm4KeyBytes));
  ColumnKeys out;
  for (const std::string& column : columns) {
    auto found = wraps.columns.find(column);
    if (found == wraps.columns.end()) return fail(Errc::not_found, "custody.no_such_column", column);
    Bytes where = place("column", wraps.dataset, wraps.version, column);
    out.insert_or_assign(column, TRY(unwrap(dataset_key, where, found->second, kSm4KeyBytes)));
  }
  return out;
}

Result<DatasetWraps> rewrap_dataset_keys(const SecretBytes& space, const DatasetWraps& wraps, std::optional<int64_t> tier, RandomSource& random) {
  std::vector<std::string> columns;
  for (const auto& [column, box] : wraps.columns) columns.push_back(column);
  ColumnKeys keys = TRY(open_dataset_keys(space, wraps, columns));
  DatasetWraps out{wraps.dataset, wraps.version, {}, {}, tier};
  SecretBytes dataset_key = fresh_key(random);
  out.key = TRY(wrap(sealing_key(space, tier), place("dataset", wraps.dataset, wraps.version), dataset_key));
  for (const auto& [column, key] : keys) out.columns[column] = TRY(wrap(dataset_key, place("column", wraps.dataset, wraps.version, column), key));
  return out;
}

namespace {

// The box as it is when it is under `space`, else what it holds in a box of the same place under `space`.
Result<Bytes> moved_box(const SecretBytes& space, const SecretBytes& before, ByteView where, ByteView box) {
  if (unwrap(space, where, box, kSm4KeyBytes)) return Bytes(box.begin(), box.end());
  SecretBytes key = TRY(unwrap(before, where, box, kSm4KeyBytes));
  return wrap(space, where, key);
}

}  // namespace

Result<DatasetWraps> move_dataset_wraps(const SecretBytes& space, const SecretBytes& before, const DatasetWraps& wraps) {
  DatasetWraps out = wraps;
  out.key = TRY(moved_box(sealing_key(space, wraps.tier), sealing_key(before, wraps.tier), place("dataset", wraps.dataset, wraps.version), wraps.key));
  return out;
}

Result<Bytes> move_epoch_key(const SecretBytes& space, const SecretBytes& before, std::string_view epoch, ByteView box) {
  return moved_box(space, before, place("backup_epoch", {}, epoch), box);
}

Result<NewSpaceRoot> new_root_over(const SecretBytes& space, RandomSource& random) {
  SecretBytes root = fresh_key(random);
  Bytes box = TRY(wrap(root, place("space"), space));
  return NewSpaceRoot{std::move(root), std::move(box)};
}

Result<RootKeyFile> seal_root_key(const SecretBytes& root, const SecretText& passphrase, RandomSource& random, PasswordCost cost) {
  return seal_root(root, passphrase, random, cost);
}

Result<NewLedgerKeys> create_ledger_keys(const SecretBytes& space) {
  auto ed25519 = Ed25519PrivateKey::generate();
  auto sm2 = Sm2PrivateKey::generate();
  Bytes ed25519_box = TRY(wrap(space, place("ledger_ed25519"), ed25519.seed())), sm2_box = TRY(wrap(space, place("ledger_sm2"), sm2.scalar()));
  return NewLedgerKeys{std::move(ed25519_box), std::move(sm2_box), std::move(ed25519), std::move(sm2)};
}

Result<NewLedgerKeys> open_ledger_keys(const SecretBytes& space, ByteView ed25519_box, ByteView sm2_box) {
  SecretBytes seed = TRY(unwrap(space, place("ledger_ed25519"), ed25519_box, 32)), scalar = TRY(unwrap(space, place("ledger_sm2"), sm2_box, 32));
  Ed25519PrivateKey ed25519 = TRY(Ed25519PrivateKey::from_seed(seed.reveal("ledger key")));
  Sm2PrivateKey sm2 = TRY(Sm2PrivateKey::from_bytes(scalar.reveal("ledger key")));
  return NewLedgerKeys{Bytes(ed25519_box.begin(), ed25519_box.end()), Bytes(sm2_box.begin(), sm2_box.end()), std::move(ed25519), std::move(sm2)};
}

SecretBytes pseudonym_key(const SecretBytes& pseudonym_root, std::string_view name) {
  return SecretBytes(hkdf_sm3(pseudonym_root.reveal("derive"), {}, "sluice/pseudonym/v1 " + std::string(name), 32));
}

std::string name_under_root(std::string name, int64_t number) {
  if (number > 0) name.insert(std::min(name.find('/'), name.size()), "@" + std::to_string(number));
  return name;
}

std::string_view kind_of_pseudonym_name(std::string_view name) { return name.substr(0, std::min(name.find('/'), name.find('@'))); }

Result<SecretBytes> pseudonym_key_of(const SpaceKeys& keys, std::string_view name) {
  std::string_view first = name.substr(0, name.find('/'));
  size_t cut = first.find('@');
  if (cut == std::string_view::npos) return pseudonym_key(keys.pseudonym, name);
  std::string_view digits = first.substr(cut + 1);
  size_t number = 0;
  auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (ec != std::errc() || end != digits.data() + digits.size() || number == 0 || number > keys.pseudonym_later.size() || std::to_string(number) != digits)
    return fail(Errc::not_found, "custody.no_such_root", std::string(digits.substr(0, 20)));
  return pseudonym_key(keys.pseudonym_later[number - 1], name);
}

}  // namespace sluice
