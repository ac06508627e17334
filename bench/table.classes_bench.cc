// Exact class counting, 1 M rows × 5 columns, from a table in memory, against DuckDB's GROUP BY over the same table.
#include <chrono>
#include <cstdio>

#include "table/classes.h"
#include "table/engine.h"

namespace {

using namespace sluice;
using namespace sluice::table;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main() {
  constexpr size_t rows = 1'000'000;
  MemoryTable table({{"sex", Type::text}, {"birth", Type::date}, {"region", Type::text}, {"insurance", Type::int64}, {"disease", Type::text}});
  uint64_t x = 42;
  auto next = [&](uint64_t below) {
    x = x * 6364136223846793005 + 1442695040888963407;
    return (x >> 33) % below;
  };
  for (size_t done = 0; done < rows; done += 50'000) {
    std::vector<ColumnBuilder> b;
    for (const auto& spec : table.specs()) b.emplace_back(spec);
    for (size_t i = 0; i < 50'000; i++) {
      b[0].append_text(next(2) ? "M" : "F");
      b[1].append_int(static_cast<int64_t>(next(25'000)));
      b[2].append_text(std::to_string(410000 + next(200)));
      b[3].append_int(static_cast<int64_t>(310 + next(3) * 30));
      b[4].append_text("D" + std::to_string(next(80)));
    }
    Batch batch;
    batch.rows = 50'000;
    for (auto& one : b) batch.columns.push_back(one.finish());
    if (!table.append(batch)) return 1;
  }
  auto engine = Engine::create({.memory_bytes = uint64_t{2} << 30, .threads = 2});
  if (!engine || !(*engine)->mount("t", table)) return 1;
  double best_peer = 1e9, best_ours = 1e9;
  uint64_t peer_classes = 0, our_classes = 0;
  for (int round = 0; round < 3; round++) {
    auto start = std::chrono::steady_clock::now();
    auto result = (*engine)->query_all("SELECT count(*), min(n) FROM (SELECT count(*) AS n FROM t GROUP BY sex, birth, region, insurance, disease)");
    if (!result) return 1;
    peer_classes = static_cast<uint64_t>(result->columns[0].int_at(0));
    best_peer = std::min(best_peer, seconds_since(start));
    start = std::chrono::steady_clock::now();
    std::vector<const KeyColumn*> pointers;
    auto keys = key_columns(table, std::vector<size_t>{0, 1, 2, 3, 4});
    if (!keys) return 1;
    for (auto& k : *keys) pointers.push_back(&k);
    auto count = count_classes(pointers, {.threads = 2});
    if (!count) return 1;
    our_classes = count->classes;
    best_ours = std::min(best_ours, seconds_since(start));
  }
  if (our_classes != peer_classes) return 1;
  std::printf("{\"name\":\"class count 1M x 5\",\"ours\":%.3f,\"peer\":%.3f,\"unit\":\"s\",\"ratio\":%.3f,\"goal\":0.3,\"floor\":0.8,\"note\":\"%llu classes, encoding included, 2 threads\"}\n",
              best_ours, best_peer, best_ours / best_peer, static_cast<unsigned long long>(our_classes));
  return 0;
}
