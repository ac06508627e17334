// An open-loop client: requests leave on a fixed schedule over kept TLS connections, whatever the server does, and a latency is
// counted from the moment a request was due. A server that stalls is therefore charged for every request that it kept
// waiting (no coordinated omission). One thread; loopback only; certificates, made a moment ago, are not checked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sluice::bench {

struct LoadPlan {
  uint16_t port = 0;
  double per_second = 0, seconds = 0;
  int connections = 64;
  std::function<std::string(uint64_t)> request;  // the bytes of request n
};

struct LoadResult {
  std::vector<double> latency_ms;  // sorted
  uint64_t failed = 0;             // answers other than 200, and requests without an answer
  double answered_per_second = 0;
  double at(double share) const;   // the latency that this share of the requests stayed within
};

LoadResult run_open_loop(const LoadPlan& plan);

// One request on a connection of its own; the answer as it came, empty when there was none.
std::string ask_once(uint16_t port, const std::string& request);

}  // namespace sluice::bench
