// Full verification of 1 M entries against the SM3 rate of one core over the same number of bytes; time to open, memory.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "adapter/sqlite/ledger_store.h"
#include "crypto/hash.h"
#include "ledger/ledger.h"
#include "ledger/verifier.h"

using namespace sluice;
using namespace sluice::ledger;

namespace {

double since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double resident_mb() {
  std::ifstream in("/proc/self/statm");
  long pages = 0, resident = 0;
  in >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

void print_measure(const char* name, double ours, double peer, const char* unit, double goal, double floor_, const char* note) {
  std::printf("{\"judge\":\"ours\",\"name\":\"%s\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"%s\",\"ratio\":%.3f,\"goal\":%.3f,\"floor\":%.3f,\"note\":\"%s\"}\n", name, ours,
              peer, unit, peer > 0 ? ours / peer : 0, goal, floor_, note);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::string path = std::filesystem::temp_directory_path().string() + "/sluice_verify_bench_" + std::to_string(getpid()) + ".sqlite";
  uint64_t total = argc > 1 ? std::stoull(argv[1]) : 1000000;
  auto signer = LocalLogSigner::generate();
  SystemRandom random;
  double hashed_bytes = 0;
  {
    auto store = *adapter::SqliteLedgerStore::open(path, adapter::OpenMode::create);
    auto ledger = *Ledger::create(*store, {"bench.example", "bench", "u"}, signer, 1, random);
    std::vector<NewEntry> batch;
    for (uint64_t i = 0; i < 5000; i++)
      batch.push_back({"release.recorded", 1, "u_4k2m0q8v1c7n3x9b", {"ds_4k2m0q8v1c7n3x9b", "ct_0123456789abcdef"},
                       Json::object({{"bytes", i * 37}, {"contract", "ct_0123456789abcdef"}, {"form", "file"}, {"purpose", "claims audit"}, {"rows", i}})});
    while (ledger->size() < total)
      if (!ledger->append(batch, 5)) return 1;
    if (!ledger->sign_now(signer)) return 1;
    // What a verifier has to hash with SM3: commitments, leaf, node.
    Bytes entry = *ledger->entry_bytes(2);
    hashed_bytes = static_cast<double>(entry.size() + 1 + 65 + 5 * 39) + static_cast<double>(canonical(ledger->entry(2)->body).size());
  }
  auto store = *adapter::SqliteLedgerStore::open(path, adapter::OpenMode::read_only);
  {
    auto start = std::chrono::steady_clock::now();
    auto ledger = Ledger::open(*store, random);
    if (!ledger) return 1;
    print_measure("ledger open with 1 M entries", since(start), 0, "s", 0.5, 2, "roots recomputed from tiles and compared");
    print_measure("ledger memory with 1 M entries", resident_mb(), 0, "MB", 300, 600, "resident, this process");
  }
  Bytes block(1 << 20, 7);
  auto start = std::chrono::steady_clock::now();
  int rounds = 0;
  while (since(start) < 1) {
    block[0] = static_cast<uint8_t>(sm3(block)[0]);
    rounds++;
  }
  double sm3_rate = rounds * static_cast<double>(block.size()) / since(start);
  start = std::chrono::steady_clock::now();
  auto report = verify_store(*store);
  double seconds = since(start);
  if (!report || !report->ok()) return 1;
  double rate = static_cast<double>(report->entries) / seconds;
  print_measure("ledger full verification", rate * hashed_bytes / 1e6, sm3_rate / 1e6, "MB/s", 0.7 * sm3_rate / 1e6, 0, "SM3 bytes of commitments, leaves, nodes; SHA-256 comes on top; peer: SM3 of one core, 1 MiB blocks");
  print_measure("ledger full verification, entries", rate, 0, "entries/s", 0, 100000, "5 fields each, all threads");
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}
