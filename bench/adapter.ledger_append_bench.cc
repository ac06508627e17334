// Durable appending: batches of 1,000 against SQLite inserting the same bytes, and 64 clients with one command each,
// grouped, against the fdatasync rate of the same disk. The disk is shared with the rest of the machine: read the ratios.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "adapter/sqlite/ledger_store.h"
#include "ledger/ledger.h"

using namespace sluice;
using namespace sluice::ledger;
using Clock_ = std::chrono::steady_clock;

namespace {

double seconds_since(Clock_::time_point start) { return std::chrono::duration<double>(Clock_::now() - start).count(); }

void print_line(const char* name, double ours, double peer, const char* unit, double goal, double floor_, const char* note) {
  std::printf("{\"judge\":\"ours\",\"name\":\"%s\",\"ours\":%.0f,\"peer\":%.0f,\"unit\":\"%s\",\"ratio\":%.3f,\"goal\":%.0f,\"floor\":%.0f,\"note\":\"%s\"}\n", name, ours,
              peer, unit, ours / peer, goal, floor_, note);
  std::fflush(stdout);
}

NewEntry bench_entry(uint64_t i) {
  return {"release.recorded", 1, "u_4k2m0q8v1c7n3x9b", {"ds_4k2m0q8v1c7n3x9b", "ct_0123456789abcdef"},
          Json::object({{"bytes", i * 37}, {"contract", "ct_0123456789abcdef"}, {"form", "file"}, {"purpose", "claims audit"}, {"rows", i}})};
}

void remove_bench(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

struct OpenLedger {
  std::unique_ptr<adapter::SqliteLedgerStore> store;
  SystemRandom random;
  LocalLogSigner signer = LocalLogSigner::generate();
  std::unique_ptr<Ledger> ledger;
  explicit OpenLedger(const std::string& path) {
    remove_bench(path);
    store = *adapter::SqliteLedgerStore::open(path, adapter::OpenMode::create);
    ledger = *Ledger::create(*store, {"bench.example", "bench", "u"}, signer, 1, random);
  }
};

double bench_batches(const std::string& path, uint64_t total) {
  OpenLedger open(path);
  std::vector<NewEntry> batch;
  for (uint64_t i = 0; i < 1000; i++) batch.push_back(bench_entry(i));
  auto start = Clock_::now();
  for (uint64_t done = 0; done < total; done += batch.size())
    if (!open.ledger->append(batch, static_cast<TimeMs>(done))) std::abort();
  return static_cast<double>(total) / seconds_since(start);
}

// The peer: SQLite alone, same settings, same bytes an entry, no hashing.
double raw_inserts(const std::string& path, uint64_t total) {
  OpenLedger sample(path);
  if (!sample.ledger->append(bench_entry(7), 2)) std::abort();
  Bytes entry, salts;
  std::string body;
  (void)sample.store->entries(1, 1, [&](const EntryRow& row) -> Status {
    entry.assign(row.entry.begin(), row.entry.end());
    salts.assign(row.salts.begin(), row.salts.end());
    body = row.body;
    return {};
  }).has_value();
  uint64_t seq = sample.ledger->size();
  sample.ledger.reset();
  auto start = Clock_::now();
  for (uint64_t done = 0; done < total; done += 1000) {
    std::vector<EntryRow> rows;
    for (uint64_t i = 0; i < 1000; i++) rows.push_back({seq++, entry, body, salts});
    if (!sample.store->commit({.entries = rows})) std::abort();
  }
  return static_cast<double>(total) / seconds_since(start);
}

// 64 clients hand one command each to the writer, which takes whatever is waiting as one batch.
class GroupCommit {
 public:
  explicit GroupCommit(Ledger& ledger) : ledger_(ledger), writer_([this] { write(); }) {}
  ~GroupCommit() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    arrived_.notify_one();
    writer_.join();
  }
  void submit(NewEntry entry) {
    std::unique_lock lock(mutex_);
    waiting_.push_back(std::move(entry));
    uint64_t mine = ++submitted_;
    if (waiting_.size() == 1) arrived_.notify_one();
    done_.wait(lock, [&] { return durable_ >= mine; });
  }

 private:
  void write() {
    std::unique_lock lock(mutex_);
    while (true) {
      arrived_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::vector<NewEntry> batch = std::move(waiting_);
      waiting_.clear();
      lock.unlock();
      if (!ledger_.append(batch, 5)) std::abort();
      lock.lock();
      durable_ += batch.size();
      done_.notify_all();
    }
  }
  Ledger& ledger_;
  std::mutex mutex_;
  std::condition_variable arrived_, done_;
  std::vector<NewEntry> waiting_;
  uint64_t submitted_ = 0, durable_ = 0;
  bool stop_ = false;
  std::thread writer_;
};

double bench_clients(const std::string& path, double for_seconds) {
  OpenLedger open(path);
  std::atomic<uint64_t> count = 0;
  std::atomic<bool> stop = false;
  auto start = Clock_::now();
  {
    GroupCommit group(*open.ledger);
    std::vector<std::thread> clients;
    for (int c = 0; c < 64; c++)
      clients.emplace_back([&] {
        while (!stop) group.submit(bench_entry(count++));
      });
    std::this_thread::sleep_for(std::chrono::duration<double>(for_seconds));
    stop = true;
    for (auto& client : clients) client.join();
  }
  return static_cast<double>(count) / seconds_since(start);
}

double fdatasync_rate(const std::string& path, double for_seconds) {
  int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  std::vector<char> page(4096, 'x');
  uint64_t n = 0;
  auto start = Clock_::now();
  while (seconds_since(start) < for_seconds) {
    if (::write(fd, page.data(), page.size()) < 0 || ::fdatasync(fd) != 0) std::abort();
    n++;
  }
  ::close(fd);
  std::filesystem::remove(path);
  return static_cast<double>(n) / seconds_since(start);
}

}  // namespace

int main(int argc, char** argv) {
  std::string dir = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  std::string path = dir + "/sluice_ledger_bench_" + std::to_string(getpid()) + ".sqlite";
  constexpr uint64_t kEntries = 200000;
  double raw = raw_inserts(path, kEntries);
  double ours = bench_batches(path, kEntries);
  print_line("ledger append, durable batches of 1,000", ours, raw, "entries/s", 150000, 50000, "peer: SQLite raw inserts of the same bytes");
  double syncs = fdatasync_rate(path + ".sync", 2);
  double clients = bench_clients(path, 3);
  print_line("ledger append, 64 clients, one command each", clients, syncs, "entries/s", 20000, 5000, "peer: fdatasync of 4 KiB appends per second");
  remove_bench(path);
}
