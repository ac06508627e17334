// Starts a process of our own: this executable again, with a hidden verb as its first argument.
//
// The child has stdin and stdout on /dev/null, the caller's stderr, a channel on descriptor 3, the handed descriptors
// from 4 on, and nothing else; an environment of three fixed variables; no core dumps; and it dies when this process dies
// (the fork is made by a thread that lives as long as the process, since the kernel ties the signal to the thread).
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

#include "node/process/channel.h"

namespace sluice::node {

struct ProcessLimits {
  uint64_t memory_bytes = 0;  // address space; 0 = none
  uint64_t cpu_seconds = 0;   // 0 = none
};

struct SpawnRequest {
  std::vector<std::string> arguments;  // hidden verb and its words; never a secret
  std::vector<OwnedFd> fds;            // become 4, 5, …
  ProcessLimits limits;
  std::string program = "/proc/self/exe";
};

// A running child. Going out of scope kills and reaps it.
class Child {
 public:
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  Channel& channel() { return channel_; }
  pid_t pid() const { return pid_; }
  bool running();
  // Waits for the end; true when it came within the time.
  bool wait(int timeout_ms);
  void kill();

 private:
  friend Result<Child> spawn(SpawnRequest request);
  Child(pid_t pid, Channel channel) : pid_(pid), channel_(std::move(channel)) {}
  pid_t pid_;
  Channel channel_;
};

// "process.spawn_failed".
Result<Child> spawn(SpawnRequest request);

constexpr int kChannelFd = 3;
constexpr int kFirstHandedFd = 4;

}  // namespace sluice::node
