#include "adapter/sqlite/search.h"

#include <unistd.h>

#include <algorithm>

#include "base/log.h"

namespace sluice::adapter {

namespace {

constexpr uint64_t kSearchBatch = 4096;
constexpr uint64_t kScanBatch = 1024;

constexpr char kSearchSchema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS place(id INTEGER PRIMARY KEY CHECK(id = 0), size INTEGER NOT NULL, sm3 BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS hit(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS object(id TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(id, seq)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS hit_kind ON hit(kind, seq);"
    "CREATE INDEX IF NOT EXISTS hit_actor ON hit(actor, seq);"
    "CREATE INDEX IF NOT EXISTS hit_time ON hit(time);"
    "CREATE INDEX IF NOT EXISTS object_seq ON object(seq);"
    "PRAGMA user_version=1;"
    "COMMIT";

uint64_t page_size(const SearchQuery& q) { return std::clamp<uint64_t>(q.limit, 1, 1000); }

bool matches(const ledger::Entry& e, const SearchQuery& q) {
  return e.kind.starts_with(q.kind) && (q.actor.empty() || e.actor == q.actor) &&
         (q.object.empty() || std::find(e.objects.begin(), e.objects.end(), q.object) != e.objects.end()) &&
         (!q.from || e.time >= *q.from) && (!q.to || e.time < *q.to);
}

// One hit more than the page was asked for: it tells that there is a next page.
SearchPage page_of(std::vector<SearchHit> hits, uint64_t limit) {
  SearchPage page;
  if (hits.size() > limit) {
    hits.resize(limit);
    page.next = hits.back().seq;
  }
  page.hits = std::move(hits);
  return page;
}

}  // namespace

Result<SearchPage> scan_ledger(const ledger::Ledger& ledger, const SearchQuery& query) {
  uint64_t limit = page_size(query), end = std::min(query.before_seq.value_or(UINT64_MAX), ledger.size());
  std::vector<SearchHit> hits;
  while (end > 0 && hits.size() <= limit) {
    uint64_t from = end > kScanBatch ? end - kScanBatch : 0;
    auto batch = TRY(ledger.read(from, end - from));
    for (auto it = batch.rbegin(); it != batch.rend() && hits.size() <= limit; ++it) {
      const ledger::Entry& e = it->entry;
      if (matches(e, query)) hits.push_back({e.seq, e.time, e.kind, e.actor, e.objects});
    }
    end = from;
  }
  return page_of(std::move(hits), limit);
}

Result<std::unique_ptr<SearchProjection>> SearchProjection::open(std::string path, const ledger::Ledger& ledger) {
  std::unique_ptr<SearchProjection> out(new SearchProjection(std::move(path), ledger));
  Status opened = out->open_file();
  if (!opened && opened.error().code == Errc::corrupt) opened = out->start_over();
  if (!opened) return tl::unexpected(std::move(opened).error());
  return out;
}

Status SearchProjection::open_file() {
  db_.reset();
  db_.emplace(TRY(Database::open(path_, OpenMode::create)));
  // A projection that a crash loses is built again: it need not wait for the disk.
  TRY(db_->exec("PRAGMA synchronous=OFF; PRAGMA secure_delete=OFF"));
  return db_->exec(kSearchSchema);
}

Status SearchProjection::start_over() {
  log(LogLevel::info, "search.rebuilt", {});
  db_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((path_ + suffix).c_str());
  return open_file();
}

// How far the file has read; 0 when what it read is not the beginning of this ledger.
Result<uint64_t> SearchProjection::position() {
  Statement s = TRY(db_->prepare("SELECT size, sm3 FROM place"));
  if (!TRY(s.step())) return 0;
  auto size = static_cast<uint64_t>(s.column_int(0));
  if (size == 0 || size > ledger_.size()) return 0;
  ledger::Head head = TRY(ledger_.head_at(size));
  return equal_const_time(head.sm3_root, s.column_blob(1)) ? size : 0;
}

Result<uint64_t> SearchProjection::catch_up() {
  std::lock_guard lock(mutex_);
  auto done = advance();
  if (done || done.error().code != Errc::corrupt || done.error().reason != "store.corrupt") return done;
  TRY(start_over());
  return advance();
}

Result<uint64_t> SearchProjection::advance() {
  uint64_t at = TRY(position()), size = ledger_.size();
  if (at == 0) TRY(db_->exec("DELETE FROM place; DELETE FROM hit; DELETE FROM object"));
  while (at < size) {
    uint64_t count = std::min(kSearchBatch, size - at);
    TRY(db_->exec("BEGIN IMMEDIATE"));
    Status taken = take_batch(at, count);
    if (!taken) {
      (void)db_->exec("ROLLBACK");
      return tl::unexpected(std::move(taken).error());
    }
    TRY(db_->exec("COMMIT"));
    at += count;
  }
  return at;
}

Status SearchProjection::take_batch(uint64_t from, uint64_t count) {
  Statement hit = TRY(db_->prepare("INSERT INTO hit(seq, time, kind, actor) VALUES(?1, ?2, ?3, ?4)"));
  Statement object = TRY(db_->prepare("INSERT OR IGNORE INTO object(id, seq, n) VALUES(?1, ?2, ?3)"));
  for (const ledger::LedgerEntry& read : TRY(ledger_.read(from, count))) {
    const ledger::Entry& e = read.entry;
    auto seq = static_cast<int64_t>(e.seq);
    TRY(hit.bind(1, seq).bind(2, e.time).bind_text(3, e.kind).bind_text(4, e.actor).run());
    for (size_t i = 0; i < e.objects.size(); i++) TRY(object.bind_text(1, e.objects[i]).bind(2, seq).bind(3, static_cast<int64_t>(i)).run());
  }
  ledger::Head head = TRY(ledger_.head_at(from + count));
  Statement place = TRY(db_->prepare("INSERT OR REPLACE INTO place(id, size, sm3) VALUES(0, ?1, ?2)"));
  return place.bind(1, static_cast<int64_t>(from + count)).bind_blob(2, head.sm3_root).run();
}

Result<SearchPage> SearchProjection::find(const SearchQuery& query) {
  std::lock_guard lock(mutex_);
  auto page = run(query);
  if (page || page.error().code != Errc::corrupt) return page;
  TRY(start_over());
  TRY(advance());
  return run(query);
}

namespace {

// Only the conditions that are asked for, so that the best index is taken; values are bound, never spelled out.
std::string sql_of(const SearchQuery& q, std::string_view columns) {
  std::string sql = "SELECT " + std::string(columns);
  sql += q.object.empty() ? " FROM hit h WHERE h.seq < ?1" : " FROM object o JOIN hit h ON h.seq = o.seq WHERE o.id = ?5 AND o.seq < ?1";
  if (!q.kind.empty()) sql += " AND h.kind >= ?2 AND h.kind < ?3";
  if (!q.actor.empty()) sql += " AND h.actor = ?4";
  if (q.from) sql += " AND h.time >= ?6";
  if (q.to) sql += " AND h.time < ?7";
  return sql;
}

void bind_query(Statement& s, const SearchQuery& q, uint64_t before, const std::string& kind_end) {
  s.bind(1, static_cast<int64_t>(std::min<uint64_t>(before, INT64_MAX)));
  s.bind_text(2, q.kind).bind_text(3, kind_end).bind_text(4, q.actor).bind_text(5, q.object);
  s.bind(6, q.from.value_or(0)).bind(7, q.to.value_or(0));
}

std::string end_of_kind(const SearchQuery& q) { return q.kind + "\x7f"; }  // kinds are lower-case ASCII

}  // namespace

Result<uint64_t> SearchProjection::count(const SearchQuery& q) {
  std::lock_guard lock(mutex_);
  std::string kind_end = end_of_kind(q), sql = sql_of(q, "COUNT(*)");
  Statement s = TRY(db_->prepare(sql.c_str()));
  bind_query(s, q, INT64_MAX, kind_end);
  return TRY(s.step()) ? static_cast<uint64_t>(s.column_int(0)) : 0;
}

Result<SearchPage> SearchProjection::run(const SearchQuery& q) {
  std::string sql = sql_of(q, "h.seq, h.time, h.kind, h.actor"), kind_end = end_of_kind(q);
  sql += q.object.empty() ? " ORDER BY h.seq DESC LIMIT ?8" : " ORDER BY o.seq DESC LIMIT ?8";
  uint64_t limit = page_size(q);
  Statement s = TRY(db_->prepare(sql.c_str()));
  bind_query(s, q, q.before_seq.value_or(INT64_MAX), kind_end);
  s.bind(8, static_cast<int64_t>(limit + 1));
  Statement objects = TRY(db_->prepare("SELECT id FROM object WHERE seq = ?1 ORDER BY n"));
  std::vector<SearchHit> hits;
  while (TRY(s.step())) {
    SearchHit hit{static_cast<uint64_t>(s.column_int(0)), s.column_int(1), std::string(s.column_text(2)), std::string(s.column_text(3)), {}};
    objects.bind(1, s.column_int(0));
    while (TRY(objects.step())) hit.objects.emplace_back(objects.column_text(0));
    hits.push_back(std::move(hit));
  }
  return page_of(std::move(hits), limit);
}

}  // namespace sluice::adapter
