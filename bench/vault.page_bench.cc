// Pages of an API over a sealed version: 100 rows x 10 columns at random offsets.
//   vault.page_cached     offsets within what the cache holds            (peer: one copy of the same page out of memory)
//   vault.page_uncached   offsets anywhere, cache too small for anything (peer: DuckDB over Parquet, LIMIT/OFFSET)
// Latencies in milliseconds, "ours" is the 99th percentile.
#include <duckdb.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "bench/fee_table.h"
#include "crypto/hash.h"
#include "table/parquet.h"
#include "vault/sealed_reader.h"
#include "vault/sealed_writer.h"

using namespace sluice;

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s %s\n", std::string(result.error().reason).c_str(), result.error().detail.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Latency {
  double p50, p99;
};

Latency measure(int rounds, const auto& work) {
  std::vector<double> ms;
  for (int i = 0; i < rounds; i++) {
    auto start = std::chrono::steady_clock::now();
    work();
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(ms.begin(), ms.end());
  return {ms[ms.size() / 2], ms[ms.size() * 99 / 100]};
}

void report(const char* name, Latency ours, Latency peer, const char* note) {
  std::printf("{\"name\":\"%s\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"ms p99\",\"ratio\":%.3f,\"goal\":1.0,\"floor\":5.0,"
              "\"note\":\"%s; p50 ours %.3f, peer %.3f\"}\n", name, ours.p99, peer.p99, ours.p99 / peer.p99, note, ours.p50,
              peer.p50);
}

}  // namespace

int main(int argc, char** argv) {
  size_t rows = argc > 1 ? static_cast<size_t>(std::atoll(argv[1])) : 1000000;
  std::filesystem::path dir = std::filesystem::temp_directory_path() / ("sluice_page_bench_" + std::to_string(::getpid()));
  std::filesystem::create_directories(dir);
  std::vector<SecretBytes> secrets;
  std::vector<vault::ColumnKey> keys;
  for (const auto& spec : bench::fee_specs()) {
    secrets.emplace_back(hkdf_sm3(view("bench"), {}, spec.name, 16));
    keys.push_back({spec.name, secrets.back()});
  }
  std::string sealed = dir / "sealed", parquet = dir / "fee.parquet";
  {
    vault::SealRequest request{.dataset = "ds_bench", .version = "ver_bench", .specs = bench::fee_specs(), .keys = secrets};
    auto writer = must(vault::SealedWriter::create(sealed, std::move(request)));
    auto sink = must(table::create_parquet(parquet, bench::fee_specs()));
    SeededRandom random(1);
    for (size_t at = 0; at < rows; at += 65536) {
      table::Batch batch = bench::fee_batch(random, static_cast<int64_t>(at), std::min<size_t>(65536, rows - at));
      must(writer->append(batch));
      must(sink->append(batch));
    }
    must(writer->finish());
    must(sink->finish());
  }
  const std::vector<size_t> columns = {0, 3, 4, 5, 8, 9, 15, 17, 18, 28};
  SeededRandom random(2);
  auto manifest = must(vault::load_manifest(sealed));
  auto large = must(vault::SealedReader::open(sealed, manifest, keys, 1u << 30));
  auto small = must(vault::SealedReader::open(sealed, manifest, keys, 0));
  auto page_of = [&](vault::SealedReader& reader) { return [&] { must(reader.read_rows(columns, random.below(rows - 100), 100)); }; };
  measure(2000, page_of(*large));  // fills the cache
  Latency cached = measure(20000, page_of(*large));

  table::MemoryTable memory(bench::fee_specs());
  must(memory.append(bench::fee_batch(random, 0, 65536)));
  Latency copied = measure(20000, [&] {
    size_t at = random.below(65000);
    for (size_t c : columns) {
      table::ColumnBuilder builder(bench::fee_specs()[c]);
      builder.append_rows(**memory.read(0, c), at, 100);
      builder.finish();
    }
  });
  report("vault.page_cached", cached, copied, "100 rows x 10 columns");

  duckdb_database database;
  duckdb_connection connection;
  duckdb_open(nullptr, &database);
  duckdb_connect(database, &connection);
  std::string select = "SELECT ";
  for (size_t c : columns) select += bench::fee_specs()[c].name + (c == columns.back() ? "" : ", ");
  Latency peer = measure(100, [&] {
    std::string sql = select + " FROM read_parquet('" + parquet + "') LIMIT 100 OFFSET " + std::to_string(random.below(rows - 100));
    duckdb_result result;
    if (duckdb_query(connection, sql.c_str(), &result) == DuckDBError) std::exit(1);
    duckdb_destroy_result(&result);
  });
  report("vault.page_uncached", measure(1000, page_of(*small)), peer, "100 rows x 10 columns, nothing cached");
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  std::filesystem::remove_all(dir);
}
