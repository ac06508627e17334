// Collect + validate + seal one million fee rows, against DuckDB's CSV → Parquet(zstd) of the same file and threads.
//
// Ours does more (plan, codes, cross rules, digest of the file, encryption); the goal is the same time all the same.
// The fee rows come from `sluice synth` (SLUICE, path of the executable) or from SLUICE_FEES, a folder it wrote earlier:
// collect does not depend on synth.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/random.h"
#include "bench/duckdb_peer.h"
#include "collect/pipeline.h"
#include "vault/sealed_writer.h"

namespace {

using namespace sluice;

constexpr unsigned kThreads = 2;
constexpr int kRounds = 3;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "collect.pipeline_bench: %s\n", why.c_str());
  std::exit(1);
}

template <class Work>
double seconds_of(Work work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void collect_only(const collect::Plan& plan, const std::string& csv) {
  class Nowhere final : public table::BatchSink {
   public:
    Status append(const table::Batch&) override { return {}; }
    Status finish() override { return {}; }
  } nowhere;
  collect::HeldRows held;
  collect::Progress progress;
  auto outcome = collect::collect_file(plan, csv, {.threads = kThreads}, nowhere, held, progress);
  if (!outcome) give_up(std::string(outcome.error().reason) + " " + outcome.error().detail);
}

void collect_and_seal(const collect::Plan& plan, const std::string& csv, const std::string& dir) {
  vault::SealRequest request{.dataset = "ds_bench", .version = "dv_bench", .specs = collect::specs_of(plan), .keys = {}, .threads = kThreads};
  SystemRandom random;
  for (size_t c = 0; c < request.specs.size(); c++) request.keys.emplace_back(random_bytes(random, 16));
  auto writer = vault::SealedWriter::create(dir, std::move(request));
  if (!writer) give_up(std::string(writer.error().reason) + " " + writer.error().detail);
  collect::HeldRows held;
  collect::Progress progress;
  auto outcome = collect::collect_file(plan, csv, {.threads = kThreads}, **writer, held, progress);
  if (!outcome) give_up(std::string(outcome.error().reason) + " " + outcome.error().detail);
  if (auto done = (*writer)->finish(); !done) give_up(std::string(done.error().reason));
}

}  // namespace

int main() {
  std::string dir = (std::filesystem::temp_directory_path() / ("collect_bench_" + std::to_string(getpid()))).string();
  std::filesystem::create_directories(dir);
  std::string data = dir;
  if (const char* given = std::getenv("SLUICE_FEES")) {
    data = given;
  } else {
    const char* sluice = std::getenv("SLUICE");
    if (!sluice) give_up("set SLUICE (the executable) or SLUICE_FEES (a folder that sluice synth wrote)");
    std::string command = std::string("'") + sluice + "' synth --rows 1000000 --seed 1 --out '" + dir + "' >/dev/null";
    if (std::system(command.c_str()) != 0) give_up("sluice synth failed");
  }
  std::string csv = data + "/fee_list_d.csv";
  auto plan = collect::load_plan(data + "/plans/fee_list_d.yaml");
  if (!plan) give_up(std::string(plan.error().reason) + " " + plan.error().detail);
  double ours = 1e9, peer = 1e9, parse = 1e9;
  for (int round = 0; round < kRounds; round++) {
    std::string sealed = dir + "/sealed" + std::to_string(round), parquet = dir + "/out.parquet";
    parse = std::min(parse, seconds_of([&] { collect_only(*plan, csv); }));
    ours = std::min(ours, seconds_of([&] { collect_and_seal(*plan, csv, sealed); }));
    peer = std::min(peer, bench::duckdb_seconds("COPY (SELECT * FROM read_csv('" + csv + "', header=true)) TO '" + parquet + "' (FORMAT parquet, COMPRESSION zstd)", kThreads));
    std::filesystem::remove_all(sealed);
    std::filesystem::remove(parquet);
  }
  auto megabytes = static_cast<double>(std::filesystem::file_size(csv)) / 1e6;
  std::printf("{\"name\":\"collect.validate_seal\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.2f,\"goal\":1.0,\"floor\":2.5,"
              "\"note\":\"%.0f MB CSV, %u threads, best of %d; peer: DuckDB CSV to Parquet(zstd)\"}\n",
              ours, peer, ours / peer, megabytes, kThreads, kRounds);
  std::printf("{\"name\":\"collect.validate\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.2f,\"goal\":1.0,\"floor\":2.5,"
              "\"note\":\"without sealing\"}\n",
              parse, peer, parse / peer);
  std::filesystem::remove_all(dir);
}
