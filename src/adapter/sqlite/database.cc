#include "adapter/sqlite/database.h"

#include <sqlite3.h>
#include <unistd.h>

namespace sluice::adapter {

namespace {

tl::unexpected<Error> sqlite_error(sqlite3* db, int rc) {
  std::string what = sqlite3_errstr(db ? sqlite3_extended_errcode(db) : rc);
  switch (rc & 0xff) {
    case SQLITE_FULL: return fail(Errc::exhausted, "store.disk_full", what);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fail(Errc::corrupt, "store.corrupt", what);
    case SQLITE_CANTOPEN: return fail(Errc::not_found, "store.missing", what);
    default: return fail(Errc::io, "store.io", what);
  }
}

// Room for a large log before pages are copied back: fewer, larger transfers.
constexpr char kWriterSettings[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=8000;"
    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF";
constexpr char kReaderSettings[] = "PRAGMA query_only=ON; PRAGMA cache_size=-8000; PRAGMA trusted_schema=OFF";

}  // namespace

Statement::~Statement() { sqlite3_finalize(stmt_); }

Statement& Statement::bind(int at, int64_t v) {
  sqlite3_bind_int64(stmt_, at, v);
  return *this;
}
Statement& Statement::bind_blob(int at, ByteView v) {
  if (v.empty()) {
    sqlite3_bind_zeroblob(stmt_, at, 0);
  } else {
    sqlite3_bind_blob64(stmt_, at, v.data(), v.size(), SQLITE_STATIC);
  }
  return *this;
}
Statement& Statement::bind_text(int at, std::string_view v) {
  sqlite3_bind_text64(stmt_, at, v.empty() ? "" : v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind_null(int at) {
  sqlite3_bind_null(stmt_, at);
  return *this;
}

Result<bool> Statement::step() {
  int rc = sqlite3_step(stmt_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) {
    sqlite3_reset(stmt_);
    return false;
  }
  auto error = sqlite_error(db_, rc);
  sqlite3_reset(stmt_);
  return error;
}

Status Statement::run() {
  TRY(step());
  sqlite3_reset(stmt_);
  return {};
}

void Statement::reset() { sqlite3_reset(stmt_); }
int64_t Statement::column_int(int at) const { return sqlite3_column_int64(stmt_, at); }
ByteView Statement::column_blob(int at) const {
  auto data = static_cast<const uint8_t*>(sqlite3_column_blob(stmt_, at));
  return {data, static_cast<size_t>(sqlite3_column_bytes(stmt_, at))};
}
std::string_view Statement::column_text(int at) const { return text(column_blob(at)); }
bool Statement::column_null(int at) const { return sqlite3_column_type(stmt_, at) == SQLITE_NULL; }

Result<Database> Database::open(const std::string& path, OpenMode mode) {
  sqlite3* db = nullptr;
  int flags = SQLITE_OPEN_NOMUTEX | (mode == OpenMode::create      ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                     : mode == OpenMode::read_write ? SQLITE_OPEN_READWRITE
                                                                    : SQLITE_OPEN_READONLY);
  int rc = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  Database out(db);
  if (rc != SQLITE_OK) return sqlite_error(db, rc);
  sqlite3_busy_timeout(db, 10000);
  TRY(out.exec(mode == OpenMode::read_only ? kReaderSettings : kWriterSettings));
  auto readable = out.exec("SELECT count(*) FROM sqlite_master");
  if (readable || mode != OpenMode::read_only || ::access((path + "-wal").c_str(), F_OK) == 0) {
    TRY(std::move(readable));
    return out;
  }
  std::string uri = "file:";
  for (char c : path) uri += c == '?' || c == '#' || c == '%' ? "%" + hex(view(std::string_view(&c, 1))) : std::string(1, c);
  sqlite3* fixed = nullptr;
  rc = sqlite3_open_v2((uri + "?immutable=1").c_str(), &fixed, flags | SQLITE_OPEN_URI, nullptr);
  Database immutable(fixed);
  if (rc != SQLITE_OK) return sqlite_error(fixed, rc);
  TRY(immutable.exec("SELECT count(*) FROM sqlite_master"));
  return immutable;
}

Database::~Database() { sqlite3_close_v2(db_); }

Status Database::exec(const char* sql) {
  int rc = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return sqlite_error(db_, rc);
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* stmt = nullptr;
  int rc = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, nullptr);
  if (rc != SQLITE_OK) return sqlite_error(db_, rc);
  return Statement(stmt, db_);
}

void Database::watch_log() {
  log_pages_ = std::make_unique<uint64_t>(0);
  auto note = [](void* pages, sqlite3*, const char*, int n) {
    *static_cast<uint64_t*>(pages) = static_cast<uint64_t>(n);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(db_, note, log_pages_.get());  // takes the place of automatic folding
}

int64_t Database::changes() const { return sqlite3_changes64(db_); }

}  // namespace sluice::adapter
