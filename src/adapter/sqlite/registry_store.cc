#include "adapter/sqlite/registry_store.h"

namespace sluice::adapter {

namespace {

constexpr char kRegistrySchema[] =
    "CREATE TABLE IF NOT EXISTS item(kind TEXT NOT NULL, id TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(kind, id))";

}  // namespace

Result<std::unique_ptr<SqliteRegistryStore>> SqliteRegistryStore::open(const std::string& path, OpenMode mode) {
  auto db = TRY(Database::open(path, mode));
  if (mode == OpenMode::create) TRY(db.exec(kRegistrySchema));
  auto put = TRY(db.prepare("INSERT OR REPLACE INTO item(kind, id, bytes) VALUES(?1, ?2, ?3)"));
  auto get = TRY(db.prepare("SELECT bytes FROM item WHERE kind = ?1 AND id = ?2"));
  auto erase = TRY(db.prepare("DELETE FROM item WHERE kind = ?1 AND id = ?2"));
  auto ids = TRY(db.prepare("SELECT id FROM item WHERE kind = ?1 ORDER BY id"));
  return std::unique_ptr<SqliteRegistryStore>(
      new SqliteRegistryStore(std::move(db), std::move(put), std::move(get), std::move(erase), std::move(ids)));
}

Status SqliteRegistryStore::put(std::string_view kind, std::string_view id, ByteView bytes) {
  std::lock_guard lock(mutex_);
  bool replaces = false;
  {
    ResetGuard guard(get_);
    replaces = TRY(get_.bind_text(1, kind).bind_text(2, id).step());
  }
  TRY(put_.bind_text(1, kind).bind_text(2, id).bind_blob(3, bytes).run());
  return replaces ? db_.exec("PRAGMA wal_checkpoint(TRUNCATE)") : Status{};
}

Result<Bytes> SqliteRegistryStore::get(std::string_view kind, std::string_view id) {
  std::lock_guard lock(mutex_);
  ResetGuard guard(get_);
  get_.bind_text(1, kind).bind_text(2, id);
  if (!TRY(get_.step())) return fail(Errc::not_found, "registry.not_found");
  ByteView bytes = get_.column_blob(0);
  return Bytes(bytes.begin(), bytes.end());
}

Status SqliteRegistryStore::erase(std::string_view kind, std::string_view id) {
  std::lock_guard lock(mutex_);
  TRY(erase_.bind_text(1, kind).bind_text(2, id).run());
  if (db_.changes() == 0) return fail(Errc::not_found, "registry.not_found");
  return db_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<std::vector<std::string>> SqliteRegistryStore::ids(std::string_view kind) {
  std::lock_guard lock(mutex_);
  ResetGuard guard(ids_);
  ids_.bind_text(1, kind);
  std::vector<std::string> out;
  while (TRY(ids_.step())) out.emplace_back(ids_.column_text(0));
  return out;
}

Status SqliteRegistryStore::items(const ItemVisitor& visit) {
  std::lock_guard lock(mutex_);
  Statement all = TRY(db_.prepare("SELECT kind, id, bytes FROM item ORDER BY kind, id"));
  while (TRY(all.step())) TRY(visit(all.column_text(0), all.column_text(1), all.column_blob(2)));
  return {};
}

}  // namespace sluice::adapter
