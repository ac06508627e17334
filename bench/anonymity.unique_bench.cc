// All minimal unique combinations of 8 columns up to size 4, 1 M rows, against the naive way in DuckDB: one GROUP BY for each of
// the 162 sets over the same table in memory, with the same two threads. The unique rows of every set must agree.
#include <duckdb.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>
#include <string>
#include <vector>

#include "anonymity/unique_sets.h"

namespace {

using namespace sluice;

constexpr size_t kRows = 1'000'000;
constexpr size_t kColumns = 8;
constexpr size_t kSizeMax = 4;
constexpr uint32_t kCardinality[kColumns] = {2, 90, 56, 340, 12, 6, 700, 31};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<table::KeyColumn> make_columns() {
  std::vector<table::KeyColumn> columns(kColumns);
  uint64_t x = 7;
  for (size_t c = 0; c < kColumns; c++) {
    columns[c].cardinality = kCardinality[c];
    columns[c].codes.resize(kRows);
    for (auto& code : columns[c].codes) {
      x = x * 6364136223846793005 + 1442695040888963407;
      uint64_t a = (x >> 33) % kCardinality[c];
      x = x * 6364136223846793005 + 1442695040888963407;
      code = static_cast<uint32_t>(std::min<uint64_t>(a, (x >> 33) % kCardinality[c]));  // skewed, as such data are
    }
  }
  return columns;
}

class Naive {
 public:
  explicit Naive(const std::vector<table::KeyColumn>& columns) {
    if (duckdb_open(nullptr, &db_) != DuckDBSuccess || duckdb_connect(db_, &connection_) != DuckDBSuccess) std::exit(1);
    run("SET threads=2");
    std::string create = "CREATE TABLE t (";
    for (size_t c = 0; c < columns.size(); c++) create += (c ? ",c" : "c") + std::to_string(c) + " UINTEGER";
    run(create + ")");
    duckdb_appender appender;
    if (duckdb_appender_create(connection_, nullptr, "t", &appender) != DuckDBSuccess) std::exit(1);
    for (size_t r = 0; r < kRows; r++) {
      for (const auto& c : columns) duckdb_append_uint32(appender, c.codes[r]);
      duckdb_appender_end_row(appender);
    }
    duckdb_appender_destroy(&appender);
  }
  ~Naive() {
    duckdb_disconnect(&connection_);
    duckdb_close(&db_);
  }
  uint64_t unique_rows(const std::vector<size_t>& set) {
    std::string names;
    for (size_t c : set) names += (names.empty() ? "c" : ",c") + std::to_string(c);
    duckdb_result result;
    std::string sql = "SELECT count(*) FROM (SELECT 1 FROM t GROUP BY " + names + " HAVING count(*) = 1)";
    if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess) std::exit(1);
    auto n = static_cast<uint64_t>(duckdb_value_int64(&result, 0, 0));
    duckdb_destroy_result(&result);
    return n;
  }

 private:
  void run(const std::string& sql) {
    if (duckdb_query(connection_, sql.c_str(), nullptr) != DuckDBSuccess) std::exit(1);
  }
  duckdb_database db_;
  duckdb_connection connection_;
};

}  // namespace

int main() {
  auto columns = make_columns();
  std::vector<uint32_t> weights(kRows, 1);
  // The engine works on distinct tuples; collapsing rows to them is part of the measured time.
  auto start = std::chrono::steady_clock::now();
  auto classes = table::row_classes([&] {
    std::vector<const table::KeyColumn*> pointers;
    for (const auto& c : columns) pointers.push_back(&c);
    return pointers;
  }(), {.threads = 2});
  if (!classes) return 1;
  std::vector<table::KeyColumn> tuples(kColumns);
  std::vector<char> seen(classes->size_of_class.size());
  for (size_t c = 0; c < kColumns; c++) tuples[c].cardinality = columns[c].cardinality;
  for (size_t r = 0; r < kRows; r++) {
    uint32_t k = classes->class_of_row[r];
    if (std::exchange(seen[k], 1)) continue;
    for (size_t c = 0; c < kColumns; c++) tuples[c].codes.push_back(columns[c].codes[r]);
  }
  auto found = anonymity::find_unique_sets(tuples, classes->size_of_class, kSizeMax, 2);
  if (!found) return 1;
  double ours = seconds_since(start);
  Naive naive(columns);
  std::map<std::vector<size_t>, uint64_t> unique;
  start = std::chrono::steady_clock::now();
  for (uint32_t mask = 1; mask < (1u << kColumns); mask++) {
    if (static_cast<size_t>(__builtin_popcount(mask)) > kSizeMax) continue;
    std::vector<size_t> set;
    for (size_t c = 0; c < kColumns; c++)
      if (mask >> c & 1) set.push_back(c);
    unique[set] = naive.unique_rows(set);
  }
  double peer = seconds_since(start);
  for (const auto& set : found->sets)
    if (unique.at(set.columns) != set.rows) return 1;
  std::printf("{\"name\":\"minimal unique combinations, 8 columns up to 4, 1M rows\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.3f,\"goal\":0.1,\"floor\":0.3,"
              "\"note\":\"%zu sets with minimal unique rows; peer: one GROUP BY a set in DuckDB, same two threads\"}\n",
              ours, peer, ours / peer, found->sets.size());
  return 0;
}
