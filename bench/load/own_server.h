// Servers that a benchmark starts for itself: each a process of its own on a free loopback port.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::bench {

uint16_t free_port();
// The program under test: what $SLUICE says, or the one beside the benchmark.
std::string sluice_program();

// A child process. Asked to stop, and waited for, at the end of the scope.
class OwnServer {
 public:
  OwnServer(std::vector<std::string> arguments, uint16_t port);
  // `sluice serve` on a space.
  static OwnServer serving(const std::string& space);
  OwnServer(const OwnServer&) = delete;
  ~OwnServer();

  uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  // Seconds from now until /healthz answers over TLS; below 0 when it did not within a minute.
  double until_healthy() const;

 private:
  pid_t pid_ = -1;
  uint16_t port_ = 0;
};

}  // namespace sluice::bench
