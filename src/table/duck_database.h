// A locked-down DuckDB database and its connections. Internal to table/: only duck_*.cc, engine.cc and parquet.cc.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "table/engine.h"

struct _duckdb_database;
struct _duckdb_connection;
struct _duckdb_data_chunk;
struct _duckdb_function_info;

namespace sluice::table {

// Errors of mounted sources on their way through the engine, which only carries text: the text is a ticket.
class ErrorTickets {
 public:
  std::string deposit(Error error);
  // The error whose ticket the text holds.
  std::optional<Error> collect(std::string_view engine_text);

 private:
  std::mutex mutex_;
  std::vector<Error> errors_;
};

struct DuckOptions {
  EngineLimits limits;
  std::vector<std::string> files{};  // the only ones that may be opened
};

class DuckDatabase {
 public:
  static Result<std::unique_ptr<DuckDatabase>> open(const DuckOptions& options);
  ~DuckDatabase();

  // Runs a statement of our own (never text of a user); the result is dropped.
  Status run(const std::string& sql);
  // The same; gives the number of rows that it wrote.
  Result<uint64_t> run_counting(const std::string& sql);
  void interrupt();
  ErrorTickets& tickets() { return tickets_; }
  _duckdb_connection* own_connection() { return own_; }

  // A connection for one query. `end` closes it.
  Result<_duckdb_connection*> begin();
  void end(_duckdb_connection* connection);

  // The stable reason for an error text of the engine; the text goes no further.
  Error reason_of(std::string_view engine_text);

 private:
  DuckDatabase() = default;
  Status configure(const DuckOptions& options);
  _duckdb_database* database_ = nullptr;
  _duckdb_connection* own_ = nullptr;
  std::mutex mutex_;
  std::set<_duckdb_connection*> running_;
  ErrorTickets tickets_;
};

// One SELECT on a connection of its own, rows as they are made. `database` outlives the stream.
Result<std::unique_ptr<RowStream>> stream_select(DuckDatabase& database, const std::string& sql);

}  // namespace sluice::table
