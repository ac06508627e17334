// Masking three of 14 columns, 1 M rows, Parquet → Parquet, against DuckDB's regexp_replace over the same file with two threads.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/duckdb_peer.h"
#include "deident/apply.h"

namespace {

using namespace sluice;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main() {
  const char* tmp = std::getenv("TMPDIR");
  std::string dir = tmp ? tmp : "/tmp";
  std::string in = dir + "/sluice_mask_in.parquet", out = dir + "/sluice_mask_out.parquet", peer_out = dir + "/sluice_mask_peer.parquet";
  bench::duckdb_seconds("COPY (SELECT printf('4100000000%010d', i) psn_no, '张三某某' || (i % 1000) psn_name, printf('419999%04d%02d%02d%03dX', 1940 + i % 70, 1 + i % 12, 1 + i % 28, i % 1000) "
          "certno, CAST(1 + i % 2 AS VARCHAR) gend, DATE '1940-01-01' + CAST(i % 25000 AS INTEGER) brdy, printf('138%08d', i) tel, printf('H41999900%03d', i % 1000) fixmedins_code, "
          "'某某市人民医院第' || (i % 40) || '分院' fixmedins_name, 'I10.x00' diag_code, '高血压病' diag_name, CAST(i % 5000 AS DECIMAL(16,2)) medfee_sumamt, CAST(i % 3000 AS "
          "DECIMAL(16,2)) fund_pay, TIMESTAMP '2026-01-01 10:20:30' + INTERVAL (i % 300) DAY setl_time, '门诊随访用药调整与复查记录' || (i % 7) memo FROM range(1000000) t(i)) TO '" +
          in + "' (FORMAT parquet, COMPRESSION zstd)");
  auto strategy = deident::read_strategy(
      "format: sluice-strategy/1\nid: bench\nversion: \"1\"\nunlisted: keep\nfields:\n  - {column: psn_name, technique: mask, first: 1, last: 0}\n"
      "  - {column: certno, technique: mask, first: 6, last: 2}\n  - {column: tel, technique: mask, first: 3, last: 4}\n");
  double ours = 1e9, peer = 1e9;
  for (int round = 0; round < 3; round++) {
    peer = std::min(peer, bench::duckdb_seconds("COPY (SELECT * REPLACE (regexp_replace(psn_name, '^(.).*$', '\\1**') AS psn_name, regexp_replace(certno, '^(.{6}).*(.{2})$', "
                                  "'\\1**********\\2') AS certno, regexp_replace(tel, '^(.{3}).*(.{4})$', '\\1****\\2') AS tel) FROM read_parquet('" +
                                  in + "')) TO '" + peer_out + "' (FORMAT parquet, COMPRESSION zstd)"));
    auto start = std::chrono::steady_clock::now();
    auto receipt = deident::apply_parquet(*strategy, std::nullopt, in, out, {.threads = 2, .checks = {.digests = false, .scan = false, .risk = false}});
    if (!receipt || receipt->rows_out != 1'000'000) std::exit(1);
    ours = std::min(ours, seconds_since(start));
  }
  std::printf("{\"name\":\"mask 3 of 14 columns, 1M rows, parquet to parquet\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.3f,\"goal\":0.5,\"floor\":0.9,\"note\":\"masking only, fsync "
              "included, 2 threads, zstd\"}\n",
              ours, peer, ours / peer);
  for (const auto& path : {in, out, peer_out}) std::remove(path.c_str());
  return 0;
}
