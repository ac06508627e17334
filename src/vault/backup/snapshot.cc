#include "vault/backup/snapshot.h"

#include "crypto/aead.h"
#include "crypto/hash.h"

namespace sluice::vault {

namespace {

SecretBytes epoch_subkey(const SecretBytes& epoch_key, std::string_view what, size_t size) {
  return SecretBytes(hkdf_sm3(epoch_key.reveal("derive"), {}, "sluice/backup/v1 " + std::string(what), size));
}

// The readable members bind the sealed one: an index under another header does not open.
Bytes header_of(BackupSnapshot snapshot) {
  snapshot.sealed.clear();
  return to_bytes(canonical(encode(snapshot)));
}

Bytes block_place(const Digest& name) {
  Bytes out = to_bytes("sluice/backup/block/v1");
  put(out, ByteView(name));
  return out;
}

}  // namespace

Result<EpochCipher> EpochCipher::create(const SecretBytes& epoch_key) {
  TRY(Sm4Gcm::create(epoch_key));
  EpochCipher out;
  out.index_ = epoch_subkey(epoch_key, "index", kSm4KeyBytes);
  out.block_ = epoch_subkey(epoch_key, "block", kSm4KeyBytes);
  out.name_ = epoch_subkey(epoch_key, "name", 32);
  return out;
}

Status EpochCipher::seal_index(BackupSnapshot& snapshot, const BackupIndex& index) const {
  std::string plain = canonical(encode(index));
  snapshot.sealed = TRY(seal_box(index_, header_of(snapshot), view(plain)));
  return {};
}

Result<BackupIndex> EpochCipher::open_index(const BackupSnapshot& snapshot) const {
  auto plain = open_box(index_, header_of(snapshot), snapshot.sealed);
  if (!plain) return fail(Errc::corrupt, "backup.tampered", "index");
  auto json = parse_json(text(*plain), kSnapshotBytesMax);
  auto index = json ? decode<BackupIndex>(*json) : tl::unexpected(json.error());
  if (!index) return fail(Errc::corrupt, "backup.malformed", "index");
  return index;
}

Result<Digest> EpochCipher::put_block(ObjectFolder& objects, ByteView plain) const {
  Digest name = hmac_sm3(name_.reveal("name a block"), plain);
  if (objects.has(name)) return name;
  Bytes sealed = TRY(seal_box(block_, block_place(name), plain));
  TRY(objects.put(name, sm3(sealed), sealed));
  return name;
}

Result<Bytes> EpochCipher::read_block(const ObjectFolder& objects, const Digest& name) const {
  Bytes sealed = TRY(objects.read(name));
  auto plain = open_box(block_, block_place(name), sealed);
  if (!plain) return fail(Errc::corrupt, "backup.tampered", "block");
  return plain;
}

Result<BackupSnapshot> parse_snapshot(std::string_view json) {
  auto value = parse_json(json, kSnapshotBytesMax);
  auto snapshot = value ? decode<BackupSnapshot>(*value) : tl::unexpected(value.error());
  if (!snapshot || snapshot->format != kBackupFormat) return fail(Errc::corrupt, "backup.malformed", "snapshot");
  return snapshot;
}

std::string snapshot_text(const BackupSnapshot& snapshot) { return canonical(encode(snapshot)) + "\n"; }

}  // namespace sluice::vault
