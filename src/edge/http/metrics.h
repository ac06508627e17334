// /metrics in Prometheus' text format: requests by route, method and status class, and how long they took.
// Labels are patterns of routes, never paths: no id, person or record can appear. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/server.h"

namespace sluice::http {

class Metrics {
 public:
  // An empty pattern is counted as "unmatched".
  void observe(std::string_view pattern, Method method, int status, int64_t took_us);
  // A number read at each scrape: name "sluice_ledger_entries", a help line, its source (must be thread-safe).
  void gauge(std::string_view name, std::string_view help, std::function<int64_t()> read);
  std::string text();

  static constexpr std::array<int64_t, 11> kBucketsUs = {500,     1'000,   2'500,   5'000,     10'000,   25'000,
                                                         50'000, 100'000, 250'000, 1'000'000, 5'000'000};

 private:
  struct Latency {
    std::array<uint64_t, kBucketsUs.size() + 1> counts{};
    uint64_t sum_us = 0;
  };
  struct Gauge {
    std::string name, help;
    std::function<int64_t()> read;
  };
  std::mutex mutex_;
  std::map<std::string, uint64_t> requests_;   // by rendered labels
  std::map<std::string, Latency> latencies_;   // by route
  std::vector<Gauge> gauges_;
};

}  // namespace sluice::http
