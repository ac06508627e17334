// Work split over threads that live as long as the call. Thread rule: the calls may run in several threads at once.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace sluice {

// 0 asks for as many threads as the machine has.
inline unsigned threads_of(unsigned asked) { return asked ? asked : std::max(1u, std::thread::hardware_concurrency()); }

// The same, but one for so few rows that starting threads would take longer than the work.
inline unsigned threads_for_rows(unsigned asked, uint64_t rows) { return rows < 50'000 ? 1 : threads_of(asked); }

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

}  // namespace sluice
