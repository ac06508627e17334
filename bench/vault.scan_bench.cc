// Sealing and scanning against DuckDB with Parquet, same data, same threads, same run.
//   vault.seal        memory → sealed version          | DuckDB: memory (same mounted columns) → Parquet(zstd)
//   vault.aggregate   group by two columns, three sums over the sealed version through the engine | the same over Parquet
// Rows: first argument, 2,000,000 without. Best of several rounds each, rounds alternate.
#include <duckdb.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "bench/fee_table.h"
#include "crypto/hash.h"
#include "table/engine.h"
#include "table/parquet.h"
#include "vault/sealed_reader.h"
#include "vault/sealed_writer.h"

using namespace sluice;

namespace {

constexpr unsigned kThreads = 2;
constexpr size_t kGroupRows = 65536;

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s %s\n", std::string(result.error().reason).c_str(), result.error().detail.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double seconds(const auto& work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Of the whole process: steadier than wall time on a busy machine.
double cpu_seconds() {
  timespec t;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::vector<SecretBytes> bench_keys() {
  std::vector<SecretBytes> keys;
  for (size_t i = 0; i < bench::fee_specs().size(); i++)
    keys.emplace_back(hkdf_sm3(view("bench"), {}, std::to_string(i), 16));
  return keys;
}

uint64_t folder_bytes(const std::filesystem::path& dir) {
  uint64_t total = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) total += entry.file_size();
  return total;
}

void seal(table::MemoryTable& table, const std::string& dir) {
  vault::SealRequest request{.dataset = "ds_bench", .version = "ver_bench", .specs = bench::fee_specs(),
                             .keys = bench_keys()};
  request.row_group_rows = kGroupRows;
  request.threads = kThreads;
  auto writer = must(vault::SealedWriter::create(dir, std::move(request)));
  for (size_t g = 0; g < table.row_groups(); g++) {
    table::Batch batch;
    batch.rows = table.rows_of(g);
    for (size_t c = 0; c < bench::fee_specs().size(); c++) batch.columns.push_back(*must(table.read(g, c)));
    must(writer->append(batch));
  }
  must(writer->finish());
}

// A DuckDB of its own, not locked down: the peer.
class Peer {
 public:
  Peer() {
    duckdb_open(nullptr, &database_);
    duckdb_connect(database_, &connection_);
    run("SET threads = " + std::to_string(kThreads));
  }
  ~Peer() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  uint64_t run(const std::string& sql) {
    duckdb_result result;
    if (duckdb_query(connection_, sql.c_str(), &result) == DuckDBError) {
      std::fprintf(stderr, "peer: %s\n", duckdb_result_error(&result));
      std::exit(1);
    }
    uint64_t rows = duckdb_row_count(&result);
    duckdb_destroy_result(&result);
    return rows;
  }

 private:
  duckdb_database database_;
  duckdb_connection connection_;
};

void report(const char* name, double ours, double peer, double goal, double floor, const std::string& note) {
  std::printf("{\"name\":\"%s\",\"ours\":%.4f,\"peer\":%.4f,\"unit\":\"s\",\"ratio\":%.3f,\"goal\":%.1f,\"floor\":%.1f,"
              "\"note\":\"%s\"}\n", name, ours, peer, ours / peer, goal, floor, note.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  int64_t rows = argc > 1 ? std::atoll(argv[1]) : 2000000;
  std::filesystem::path dir = std::filesystem::temp_directory_path() / ("sluice_scan_bench_" + std::to_string(::getpid()));
  std::filesystem::create_directories(dir);
  table::MemoryTable table(bench::fee_specs());
  SeededRandom random(1);
  for (int64_t at = 0; at < rows; at += static_cast<int64_t>(kGroupRows))
    must(table.append(bench::fee_batch(random, at, static_cast<size_t>(std::min<int64_t>(kGroupRows, rows - at)))));

  std::string sealed = dir / "sealed", parquet = dir / "fee.parquet";
  double seal_s = 1e9, copy_s = 1e9;
  Peer peer;
  // The peer writes from its own table in memory.
  must(table::create_parquet(dir / "first.parquet", bench::fee_specs())
           .and_then([&](std::unique_ptr<table::BatchSink> sink) -> Status {
             for (size_t g = 0; g < table.row_groups(); g++) {
               table::Batch batch;
               batch.rows = table.rows_of(g);
               for (size_t c = 0; c < bench::fee_specs().size(); c++) batch.columns.push_back(*TRY(table.read(g, c)));
               TRY(sink->append(batch));
             }
             return sink->finish();
           }));
  peer.run("CREATE TABLE fee AS FROM read_parquet('" + (dir / "first.parquet").string() + "')");
  std::filesystem::remove(dir / "first.parquet");
  for (int round = 0; round < 3; round++) {
    std::filesystem::remove_all(sealed);
    seal_s = std::min(seal_s, seconds([&] { seal(table, sealed); }));
    copy_s = std::min(copy_s, seconds([&] {
      peer.run("COPY fee TO '" + parquet + "' (FORMAT parquet, COMPRESSION zstd)");
    }));
  }
  peer.run("DROP TABLE fee");
  std::string note = std::to_string(rows) + " rows x 30, " + std::to_string(folder_bytes(sealed) >> 20) + " MiB sealed, " +
                     std::to_string(std::filesystem::file_size(parquet) >> 20) + " MiB parquet, 2 threads";
  report("vault.seal", seal_s, copy_s, 1.0, 2.5, note);

  std::vector<vault::ColumnKey> keys;
  auto all = bench_keys();
  for (size_t i = 0; i < all.size(); i++) keys.push_back({bench::fee_specs()[i].name, all[i]});
  auto reader = must(vault::SealedReader::open(sealed, must(vault::load_manifest(sealed)), keys));
  auto engine = must(table::Engine::create({.memory_bytes = 1u << 30, .threads = kThreads}));
  must(engine->mount("fee", *reader));
  auto aggregate = [](const std::string& from) {
    return "SELECT fixmedins_code, med_chrgitm_type, count(*), sum(det_item_fee_sumamt), sum(inscp_amt), max(fee_date) FROM " +
           from + " GROUP BY fixmedins_code, med_chrgitm_type";
  };
  auto compare = [&](const char* name, const auto& query, const std::string& what) {
    double ours = 1e9, theirs = 1e9, our_cpu = 1e9, their_cpu = 1e9;
    for (int round = 0; round < 15; round++) {
      double cpu = cpu_seconds();
      ours = std::min(ours, seconds([&] { must(engine->query_all(query("fee"))); }));
      our_cpu = std::min(our_cpu, cpu_seconds() - cpu);
      cpu = cpu_seconds();
      theirs = std::min(theirs, seconds([&] { peer.run(query("read_parquet('" + parquet + "')")); }));
      their_cpu = std::min(their_cpu, cpu_seconds() - cpu);
    }
    char cpu_note[80];
    std::snprintf(cpu_note, sizeof cpu_note, "; processor time %.3f s against %.3f s", our_cpu, their_cpu);
    report(name, ours, theirs, 1.0, 2.0, what + cpu_note);
  };
  compare("vault.aggregate", aggregate, "group by two of 30 columns, two sums, one maximum");
  compare("vault.aggregate_text", [](const std::string& from) {
    return "SELECT count(DISTINCT psn_no), count(DISTINCT bkkp_sn), min(hilist_name) FROM " + from;
  }, "distinct counts of long texts");
  std::filesystem::remove_all(dir);
}
