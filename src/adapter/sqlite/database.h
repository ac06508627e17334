// A thin, checked face of SQLite: one connection, its prepared statements, errors as values.
//
// Errors: "store.disk_full" (exhausted), "store.corrupt" (corrupt), "store.missing" (not_found), "store.io" (the rest).
// The detail is SQLite's text for the code; it never quotes data. Thread rule: one connection, one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::adapter {

// A prepared statement. Bound bytes must outlive the next reset.
class Statement {
 public:
  Statement(Statement&& other) noexcept : stmt_(other.stmt_), db_(other.db_) { other.stmt_ = nullptr; }
  ~Statement();

  Statement& bind(int at, int64_t v);
  Statement& bind_blob(int at, ByteView v);
  Statement& bind_text(int at, std::string_view v);
  Statement& bind_null(int at);
  // True: a row is there. False: done, and the statement is reset.
  Result<bool> step();
  // Runs a statement that gives no rows.
  Status run();
  void reset();

  // Valid until the next step or reset.
  int64_t column_int(int at) const;
  ByteView column_blob(int at) const;
  std::string_view column_text(int at) const;
  bool column_null(int at) const;

 private:
  friend class Database;
  Statement(sqlite3_stmt* stmt, sqlite3* db) : stmt_(stmt), db_(db) {}
  sqlite3_stmt* stmt_;
  sqlite3* db_;
};

enum class OpenMode { create, read_write, read_only };

class Database {
 public:
  // WAL, synchronous=FULL, secure_delete=ON. read_only works beside a writer, and on a read-only medium when no
  // write-ahead log is left over.
  static Result<Database> open(const std::string& path, OpenMode mode);
  Database(Database&& other) noexcept : db_(other.db_), log_pages_(std::move(other.log_pages_)) { other.db_ = nullptr; }
  ~Database();

  Status exec(const char* sql);
  Result<Statement> prepare(const char* sql);
  int64_t changes() const;
  // Turns automatic folding of the write-ahead log off; from then on its length after the last commit is known.
  void watch_log();
  uint64_t log_pages() const { return log_pages_ ? *log_pages_ : 0; }

 private:
  explicit Database(sqlite3* db) : db_(db) {}
  sqlite3* db_;
  std::unique_ptr<uint64_t> log_pages_;  // where SQLite reports it: stays put when the Database is moved
};

// Resets a statement at the end of a scope, however it is left.
class ResetGuard {
 public:
  explicit ResetGuard(Statement& s) : s_(s) {}
  ~ResetGuard() { s_.reset(); }
  ResetGuard(const ResetGuard&) = delete;

 private:
  Statement& s_;
};

}  // namespace sluice::adapter
