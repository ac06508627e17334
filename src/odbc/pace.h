// Keeps a reader to so many rows a second, by sleeping: the source's own work comes first.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

namespace sluice::odbc {

class Pace {
 public:
  // 0: no limit.
  explicit Pace(int64_t rows_per_second) : per_second_(rows_per_second), start_(std::chrono::steady_clock::now()) {}

  // Called for rows that were read; sleeps when they came faster than allowed. Not to be called by two threads.
  void take(int64_t rows) {
    if (per_second_ <= 0) return;
    taken_ += rows;
    auto due = start_ + std::chrono::microseconds(taken_ * 1'000'000 / per_second_);
    auto now = std::chrono::steady_clock::now();
    if (due > now + std::chrono::milliseconds(20)) std::this_thread::sleep_for(due - now);
  }

 private:
  int64_t per_second_;
  std::chrono::steady_clock::time_point start_;
  int64_t taken_ = 0;
};

}  // namespace sluice::odbc
