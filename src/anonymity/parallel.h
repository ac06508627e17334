// Work split over threads. Internal to anonymity/.
#pragma once

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace sluice::anonymity {

// 0 asks for as many threads as the machine has.
inline unsigned threads_of(unsigned asked) { return asked ? asked : std::max(1u, std::thread::hardware_concurrency()); }

// Calls work(0) … work(parts − 1), each once, on up to `threads` threads; returns when all are done. `work` does not throw.
template <class Work>
void for_each_part(unsigned threads, size_t parts, const Work& work) {
  std::atomic<size_t> next{0};
  auto run = [&] {
    for (size_t i = next++; i < parts; i = next++) work(i);
  };
  std::vector<std::thread> pool;
  for (size_t t = 1; t < std::min<size_t>(threads, parts); t++) pool.emplace_back(run);
  run();
  for (auto& t : pool) t.join();
}

}  // namespace sluice::anonymity
