#include "adapter/sqlite/ledger_store.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace sluice::adapter {

using ledger::Batch;
using ledger::EntryRow;
using ledger::SegmentRow;

namespace {

constexpr int64_t kLedgerSchemaVersion = 1;
constexpr uint64_t kRowsAtOnce = 4096;  // a read transaction stays short, so that the log can be folded back

constexpr char kLedgerSchema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, entry BLOB NOT NULL, body BLOB NOT NULL, salts BLOB NOT NULL);"
    "CREATE TABLE head(id INTEGER PRIMARY KEY CHECK(id = 0), size INTEGER NOT NULL, sm3 BLOB NOT NULL, sha256 BLOB NOT NULL);"
    "CREATE TABLE tile(tree INTEGER NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL,"
    "  PRIMARY KEY(tree, level, idx));"
    "CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note BLOB NOT NULL);"
    "CREATE TABLE key_entry(seq INTEGER PRIMARY KEY);"
    "CREATE TABLE segment(id INTEGER PRIMARY KEY, count INTEGER NOT NULL, head BLOB NOT NULL, entry INTEGER);"
    "CREATE TABLE segment_record(segment INTEGER NOT NULL, n INTEGER NOT NULL, record BLOB NOT NULL,"
    "  PRIMARY KEY(segment, n)) WITHOUT ROWID;"
    "CREATE TABLE blob(digest BLOB PRIMARY KEY, content BLOB NOT NULL);"
    "PRAGMA application_id=1397508428;"  // "SLUL"
    "PRAGMA user_version=1;"
    "COMMIT";

int64_t as_int(uint64_t v) { return static_cast<int64_t>(std::min<uint64_t>(v, INT64_MAX)); }

Result<int64_t> one_int(Database& db, const char* sql) {
  Statement s = TRY(db.prepare(sql));
  if (!TRY(s.step())) return fail(Errc::corrupt, "store.corrupt");
  return s.column_int(0);
}

// All zero, which matches nothing, when the stored bytes have another length.
Digest digest_of(ByteView bytes) {
  Digest out{};
  if (bytes.size() == out.size()) std::memcpy(out.data(), bytes.data(), out.size());
  return out;
}

}  // namespace

struct SqliteLedgerStore::Writer {
  Database db;
  Statement head, entry, rewrite, tile, checkpoint, drop_checkpoint, key_entry, segment, record, blob, drop_blob;

  static Result<std::unique_ptr<Writer>> open(Database db) {
    auto head = TRY(db.prepare("INSERT OR REPLACE INTO head(id, size, sm3, sha256) VALUES(0, ?1, ?2, ?3)"));
    auto entry = TRY(db.prepare("INSERT INTO entry(seq, entry, body, salts) VALUES(?1, ?2, ?3, ?4)"));
    auto rewrite = TRY(db.prepare("UPDATE entry SET body = ?2, salts = ?3 WHERE seq = ?1"));
    auto tile = TRY(db.prepare("INSERT INTO tile(tree, level, idx, hashes) VALUES(?1, ?2, ?3, ?4)"));
    auto checkpoint = TRY(db.prepare("INSERT OR REPLACE INTO checkpoint(size, note) VALUES(?1, ?2)"));
    auto drop_checkpoint = TRY(db.prepare("DELETE FROM checkpoint WHERE size = ?1"));
    auto key_entry = TRY(db.prepare("INSERT INTO key_entry(seq) VALUES(?1)"));
    auto segment = TRY(db.prepare("INSERT OR REPLACE INTO segment(id, count, head, entry) VALUES(?1, ?2, ?3, ?4)"));
    auto record = TRY(db.prepare("INSERT INTO segment_record(segment, n, record) VALUES(?1, ?2, ?3)"));
    auto blob = TRY(db.prepare("INSERT OR IGNORE INTO blob(digest, content) VALUES(?1, ?2)"));
    auto drop_blob = TRY(db.prepare("DELETE FROM blob WHERE digest = ?1"));
    return std::unique_ptr<Writer>(new Writer{std::move(db), std::move(head), std::move(entry), std::move(rewrite), std::move(tile),
                                              std::move(checkpoint), std::move(drop_checkpoint), std::move(key_entry),
                                              std::move(segment), std::move(record), std::move(blob), std::move(drop_blob)});
  }
};

struct SqliteLedgerStore::Reader {
  Database db;
  Statement entries, tile, checkpoint, segment, records, blob;

  static Result<std::unique_ptr<Reader>> open(const std::string& path) {
    auto db = TRY(Database::open(path, OpenMode::read_only));
    auto entries = TRY(db.prepare("SELECT seq, entry, body, salts FROM entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2"));
    auto tile = TRY(db.prepare("SELECT hashes FROM tile WHERE tree = ?1 AND level = ?2 AND idx = ?3"));
    auto checkpoint = TRY(db.prepare("SELECT note FROM checkpoint WHERE size <= ?1 ORDER BY size DESC LIMIT 1"));
    auto segment = TRY(db.prepare("SELECT id, count, head, entry FROM segment WHERE id = ?1"));
    auto records = TRY(db.prepare("SELECT n, record FROM segment_record WHERE segment = ?1 AND n >= ?2 ORDER BY n LIMIT ?3"));
    auto blob = TRY(db.prepare("SELECT content FROM blob WHERE digest = ?1"));
    return std::unique_ptr<Reader>(new Reader{std::move(db), std::move(entries), std::move(tile), std::move(checkpoint),
                                              std::move(segment), std::move(records), std::move(blob)});
  }
};

struct SqliteLedgerStore::Pool {
  std::mutex mutex;
  std::vector<std::unique_ptr<Reader>> idle;
};

// A reader on loan; it goes back to the pool at the end of the scope.
class SqliteLedgerStore::Borrowed {
 public:
  Borrowed(Pool& pool, std::unique_ptr<Reader> reader) : pool_(&pool), reader_(std::move(reader)) {}
  Borrowed(Borrowed&&) = default;
  ~Borrowed() {
    if (!reader_) return;
    std::lock_guard lock(pool_->mutex);
    pool_->idle.push_back(std::move(reader_));
  }
  Reader* operator->() { return reader_.get(); }

 private:
  Pool* pool_;
  std::unique_ptr<Reader> reader_;
};

SqliteLedgerStore::SqliteLedgerStore(std::string path) : path_(std::move(path)), folding_(path_), pool_(std::make_unique<Pool>()) {}
SqliteLedgerStore::~SqliteLedgerStore() = default;

Result<std::unique_ptr<SqliteLedgerStore>> SqliteLedgerStore::open(const std::string& path, OpenMode mode) {
  auto db = TRY(Database::open(path, mode));
  int64_t version = TRY(one_int(db, "PRAGMA user_version"));
  if (version == 0 && mode == OpenMode::create) {
    TRY(db.exec(kLedgerSchema));
  } else if (version != kLedgerSchemaVersion) {
    return fail(Errc::corrupt, "store.unknown_version", std::to_string(version));
  }
  std::unique_ptr<SqliteLedgerStore> store(new SqliteLedgerStore(path));
  if (mode == OpenMode::read_only) return store;
  store->writer_ = TRY(Writer::open(std::move(db)));
  store->writer_->db.watch_log();
  return store;
}

Result<std::unique_ptr<SqliteLedgerStore>> SqliteLedgerStore::open_snapshot(const std::string& path) {
  auto store = TRY(open(path, OpenMode::read_only));
  auto reader = TRY(Reader::open(path));
  TRY(reader->db.exec("BEGIN; SELECT count(*) FROM head"));
  store->pool_->idle.push_back(std::move(reader));
  store->fixed_ = true;
  return store;
}

Result<SqliteLedgerStore::Borrowed> SqliteLedgerStore::reader() {
  {
    std::lock_guard lock(pool_->mutex);
    if (!pool_->idle.empty()) {
      auto reader = std::move(pool_->idle.back());
      pool_->idle.pop_back();
      return Borrowed(*pool_, std::move(reader));
    }
  }
  if (fixed_) return fail(Errc::io, "store.io", "a snapshot answers one call at a time");
  return Borrowed(*pool_, TRY(Reader::open(path_)));
}

Status SqliteLedgerStore::commit(const Batch& batch) {
  if (!writer_) return fail(Errc::io, "store.io", "opened for reading");
  TRY(writer_->db.exec("BEGIN IMMEDIATE"));
  auto done = write_all(batch);
  if (done) done = writer_->db.exec("COMMIT");
  if (!done) {
    // The commit's own error counts; a failed rollback changes nothing about it.
    (void)writer_->db.exec("ROLLBACK").has_value();
    return done;
  }
  if (!batch.rewrites.empty() || !batch.dropped_blobs.empty())
    folding_.truncate(writer_->db);
  else
    folding_.committed(writer_->db);
  return {};
}

Status SqliteLedgerStore::write_all(const Batch& batch) {
  Writer& w = *writer_;
  if (batch.head)
    TRY(w.head.bind(1, as_int(batch.head->size)).bind_blob(2, batch.head->sm3_root).bind_blob(3, batch.head->sha256_root).run());
  for (const auto& row : batch.entries)
    TRY(w.entry.bind(1, as_int(row.seq)).bind_blob(2, row.entry).bind_blob(3, view(row.body)).bind_blob(4, row.salts).run());
  for (const auto& row : batch.rewrites)
    TRY(w.rewrite.bind(1, as_int(row.seq)).bind_blob(2, view(row.body)).bind_blob(3, row.salts).run());
  for (const auto& tile : batch.tiles)
    TRY(w.tile.bind(1, static_cast<int>(tile.tree)).bind(2, tile.level).bind(3, as_int(tile.index)).bind_blob(4, tile.hashes).run());
  for (const auto& row : batch.segments) {
    w.segment.bind(1, as_int(row.id)).bind(2, as_int(row.count)).bind_blob(3, row.head);
    row.entry ? w.segment.bind(4, as_int(*row.entry)) : w.segment.bind_null(4);
    TRY(w.segment.run());
  }
  for (const auto& row : batch.records)
    TRY(w.record.bind(1, as_int(row.segment)).bind(2, as_int(row.n)).bind_blob(3, view(row.record)).run());
  for (const auto& row : batch.checkpoints) TRY(w.checkpoint.bind(1, as_int(row.size)).bind_blob(2, view(row.note)).run());
  for (uint64_t size : batch.dropped_checkpoints) TRY(w.drop_checkpoint.bind(1, as_int(size)).run());
  for (uint64_t seq : batch.key_entries) TRY(w.key_entry.bind(1, as_int(seq)).run());
  for (const auto& row : batch.blobs) TRY(w.blob.bind_blob(1, row.digest).bind_blob(2, row.content).run());
  for (const auto& digest : batch.dropped_blobs) TRY(w.drop_blob.bind_blob(1, digest).run());
  return {};
}

Result<uint64_t> SqliteLedgerStore::size() {
  auto r = TRY(reader());
  return static_cast<uint64_t>(TRY(one_int(r->db, "SELECT coalesce(max(seq) + 1, 0) FROM entry")));
}

Result<std::optional<ledger::HeadRow>> SqliteLedgerStore::head() {
  auto r = TRY(reader());
  auto s = TRY(r->db.prepare("SELECT size, sm3, sha256 FROM head"));
  if (!TRY(s.step())) return std::optional<ledger::HeadRow>{};
  return std::optional(ledger::HeadRow{static_cast<uint64_t>(s.column_int(0)), digest_of(s.column_blob(1)), digest_of(s.column_blob(2))});
}

Status SqliteLedgerStore::entries(uint64_t from, uint64_t count, const std::function<Status(const EntryRow&)>& visit) {
  auto r = TRY(reader());
  while (count > 0) {
    uint64_t asked = std::min(count, kRowsAtOnce), got = 0;
    ResetGuard guard(r->entries);
    r->entries.bind(1, as_int(from)).bind(2, as_int(asked));
    while (TRY(r->entries.step())) {
      uint64_t seq = static_cast<uint64_t>(r->entries.column_int(0));
      if (seq - from >= count) return {};  // a gap: what lies beyond was not asked for
      TRY(visit({seq, r->entries.column_blob(1), r->entries.column_text(2), r->entries.column_blob(3)}));
      count -= seq - from + 1;
      from = seq + 1;
      got++;
    }
    if (got < asked) return {};
  }
  return {};
}

Result<Bytes> SqliteLedgerStore::tile(ledger::TreeHash tree, unsigned level, uint64_t index) {
  auto r = TRY(reader());
  ResetGuard guard(r->tile);
  r->tile.bind(1, static_cast<int>(tree)).bind(2, level).bind(3, as_int(index));
  if (!TRY(r->tile.step())) return fail(Errc::not_found, "store.missing", "tile");
  ByteView bytes = r->tile.column_blob(0);
  return Bytes(bytes.begin(), bytes.end());
}

Result<uint64_t> SqliteLedgerStore::tile_count() {
  auto r = TRY(reader());
  return static_cast<uint64_t>(TRY(one_int(r->db, "SELECT count(*) FROM tile")));
}

Result<std::optional<std::string>> SqliteLedgerStore::last_checkpoint(uint64_t at_most) {
  auto r = TRY(reader());
  ResetGuard guard(r->checkpoint);
  r->checkpoint.bind(1, as_int(at_most));
  if (!TRY(r->checkpoint.step())) return std::optional<std::string>{};
  return std::optional<std::string>(r->checkpoint.column_text(0));
}

Status SqliteLedgerStore::checkpoints(const std::function<Status(const ledger::CheckpointRow&)>& visit) {
  auto r = TRY(reader());
  auto all = TRY(r->db.prepare("SELECT size, note FROM checkpoint ORDER BY size"));
  while (TRY(all.step())) TRY(visit({static_cast<uint64_t>(all.column_int(0)), all.column_text(1)}));
  return {};
}

Result<std::vector<uint64_t>> SqliteLedgerStore::key_entries() {
  auto r = TRY(reader());
  auto all = TRY(r->db.prepare("SELECT seq FROM key_entry ORDER BY seq"));
  std::vector<uint64_t> out;
  while (TRY(all.step())) out.push_back(static_cast<uint64_t>(all.column_int(0)));
  return out;
}

namespace {

Result<std::optional<SegmentRow>> segment_from(Statement& s) {
  ResetGuard guard(s);
  if (!TRY(s.step())) return std::optional<SegmentRow>{};
  SegmentRow row{static_cast<uint64_t>(s.column_int(0)), static_cast<uint64_t>(s.column_int(1)), digest_of(s.column_blob(2)), {}};
  if (!s.column_null(3)) row.entry = static_cast<uint64_t>(s.column_int(3));
  return std::optional<SegmentRow>(row);
}

}  // namespace

Result<std::optional<SegmentRow>> SqliteLedgerStore::segment(uint64_t id) {
  auto r = TRY(reader());
  return segment_from(r->segment.bind(1, as_int(id)));
}

Result<std::optional<SegmentRow>> SqliteLedgerStore::last_segment() {
  auto r = TRY(reader());
  auto last = TRY(r->db.prepare("SELECT id, count, head, entry FROM segment ORDER BY id DESC LIMIT 1"));
  return segment_from(last);
}

Status SqliteLedgerStore::records(uint64_t segment, uint64_t from, uint64_t count,
                                  const std::function<Status(const ledger::SegmentRecordRow&)>& visit) {
  auto r = TRY(reader());
  ResetGuard guard(r->records);
  r->records.bind(1, as_int(segment)).bind(2, as_int(from)).bind(3, as_int(count));
  while (TRY(r->records.step()))
    TRY(visit({segment, static_cast<uint64_t>(r->records.column_int(0)), r->records.column_text(1)}));
  return {};
}

Result<uint64_t> SqliteLedgerStore::record_count() {
  auto r = TRY(reader());
  return static_cast<uint64_t>(TRY(one_int(r->db, "SELECT count(*) FROM segment_record")));
}

Result<Bytes> SqliteLedgerStore::blob(const Digest& digest) {
  auto r = TRY(reader());
  ResetGuard guard(r->blob);
  r->blob.bind_blob(1, digest);
  if (!TRY(r->blob.step())) return fail(Errc::not_found, "store.missing", "blob");
  ByteView content = r->blob.column_blob(0);
  return Bytes(content.begin(), content.end());
}

Status SqliteLedgerStore::blobs(const std::function<Status(const ledger::BlobRow&)>& visit) {
  auto r = TRY(reader());
  auto all = TRY(r->db.prepare("SELECT digest, content FROM blob"));
  while (TRY(all.step())) TRY(visit({digest_of(all.column_blob(0)), all.column_blob(1)}));
  return {};
}

}  // namespace sluice::adapter
