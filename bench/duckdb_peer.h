// DuckDB as the peer of a benchmark: one statement in a database of its own, in memory.
#pragma once

#include <duckdb.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace sluice::bench {

// Seconds that the statement alone takes on so many threads; a statement that fails ends the benchmark.
inline double duckdb_seconds(const std::string& sql, unsigned threads = 2) {
  duckdb_database db;
  duckdb_connection connection;
  duckdb_result result;
  auto must = [](bool done, const char* why) {
    if (done) return;
    std::fprintf(stderr, "DuckDB: %s\n", why);
    std::exit(1);
  };
  must(duckdb_open(nullptr, &db) == DuckDBSuccess && duckdb_connect(db, &connection) == DuckDBSuccess, "does not open");
  must(duckdb_query(connection, ("SET threads=" + std::to_string(threads)).c_str(), nullptr) == DuckDBSuccess, "threads");
  auto start = std::chrono::steady_clock::now();
  if (duckdb_query(connection, sql.c_str(), &result) != DuckDBSuccess) must(false, duckdb_result_error(&result));
  double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&db);
  return took;
}

}  // namespace sluice::bench
