// Work split over threads. Internal to table/.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace sluice::table {

// As many threads as asked for (0: as the machine has), but one for few rows.
inline unsigned threads_for_rows(unsigned asked, uint64_t rows) {
  return rows < 50'000 ? 1 : asked ? asked : std::max(1u, std::thread::hardware_concurrency());
}

// Calls work(0) … work(parts − 1), each once, on up to `threads` threads; returns when all are done. `work` does not throw.
template <class Work>
void in_parallel(unsigned threads, size_t parts, const Work& work) {
  std::atomic<size_t> next{0};
  auto run = [&] {
    for (size_t i = next++; i < parts; i = next++) work(i);
  };
  std::vector<std::thread> pool;
  for (size_t t = 1; t < std::min<size_t>(threads, parts); t++) pool.emplace_back(run);
  run();
  for (auto& t : pool) t.join();
}

}  // namespace sluice::table
