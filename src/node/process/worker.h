// Workers: processes that parse what comes from outside and run the engine, without network and with only the keys they
// were handed. A worker runs one job and ends; a new job is a new process.
//
// Wiring passes the table of jobs to run_worker. A job talks over `server` (requests in, {"progress": …} and
// {"result": …} out) and receives column keys over `keys`, whose other end only the key agent writes to. When a job
// returns, the host sends {"result": null} if the job sent none, or {"error": …}.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/custody.h"
#include "node/process/spawn.h"

namespace sluice::node {

struct WorkerContext {
  Channel& server;
  Channel& keys;
  std::vector<OwnedFd> fds;  // handed at the start, in order
  Json request;              // the first frame
  Bytes payload;             // its payload
};

struct WorkerJob {
  std::string_view name;
  Status (*run)(WorkerContext& context);
};

// Reports progress / the result of the running job.
Status send_progress(WorkerContext& context, const Json& progress);
Status send_result(WorkerContext& context, const Json& result, ByteView payload = {});
// Waits for the keys that the key agent sends. "worker.no_keys" when the other end closed without sending.
Result<ColumnKeys> receive_keys(WorkerContext& context, int timeout_ms = 30000);

// The whole life of a worker process: `arguments` are {"worker", JOB, number of folders}. Gives the exit code.
int run_worker(std::span<const std::string> arguments, std::span<const WorkerJob> jobs);

struct WorkerLimits {
  ProcessLimits process;
  int silence_ms = 600000;  // killed when it says nothing for so long
};

struct WorkerAnswer {
  Json result;
  Bytes payload;
  std::vector<OwnedFd> fds;
};

// The server's side.
class Worker {
 public:
  struct Start {
    std::string job;
    std::vector<OwnedFd> folders;  // what the sandbox leaves open below; first in WorkerContext::fds
    std::vector<OwnedFd> files;    // after them
    WorkerLimits limits{};
    std::string program = "/proc/self/exe";
  };
  // The process is up; the job waits for its request.
  static Result<Worker> start(Start start);

  // The end for the key agent to write keys to; once. Hand it over and forget it.
  OwnedFd take_key_end();

  // Sends the request, feeds progress, gives the result. The worker's own error is passed on; a worker that died, was
  // killed or fell silent gives "worker.killed" (unreachable), and is gone. Call once, or use send/receive instead.
  Result<WorkerAnswer> run(const Json& request, ByteView payload = {},
                           const std::function<void(const Json&)>& progress = {});

  // For jobs that stream: frames to and fro. Errors as for run.
  Status send(const Json& body, ByteView payload = {});
  Result<Frame> receive();

  void kill();
  pid_t pid() const { return child_.pid(); }

 private:
  Worker(Child child, OwnedFd key_end, WorkerLimits limits)
      : child_(std::move(child)), key_end_(std::move(key_end)), limits_(limits) {}
  Child child_;
  OwnedFd key_end_;
  WorkerLimits limits_;
};

}  // namespace sluice::node
