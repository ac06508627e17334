// Workers: processes that parse what comes from outside and run the engine, without network and with only the keys they
// were handed. A worker runs one job and ends; a new job is a new process.
//
// Wiring passes the table of jobs to run_worker. A job talks over `server` (requests in, {"progress": …} and
// {"result": …} out) and receives column keys over `keys`, whose other end only the key agent writes to. When a job
// returns, the host sends {"done": true} or {"error": …}.
#pragma once

#include <deque>
#include <atomic>
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
  std::deque<Frame> handed{};  // keys that came before the request
};

// A `source` speaks to one database over the network: it gets no folder and no key (sandbox.h).
enum class Reach { nothing, source };

struct WorkerJob {
  std::string_view name;
  Status (*run)(WorkerContext& context);
  Reach reach = Reach::nothing;
};

// Reports progress / the result of the running job.
Status send_progress(WorkerContext& context, const Json& progress);
Status send_result(WorkerContext& context, const Json& result, ByteView payload = {});

// Keys as the key agent hands them over, one hand-over a call of the agent, in the order of the calls.
struct HandedKeys {
  std::string purpose;           // "new_dataset", "columns", "pseudonyms"
  std::string dataset, version;  // empty for pseudonyms
  ColumnKeys keys;               // by column, or by pseudonym name
};
// Waits for the next hand-over. "worker.no_keys" when none came within the time.
Result<HandedKeys> receive_keys(WorkerContext& context, int timeout_ms = 30000);
// The agent's side of it.
Status hand_keys(Channel& key_end, const HandedKeys& keys, int timeout_ms);

// The whole life of a worker process: `arguments` are {JOB, number of folders, number of files, port}. Gives the exit code.
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
// While it lives, work that this thread waits for can be given up from elsewhere: when the flag becomes true, the worker that the thread
// waits for is killed and the wait gives "jobs.cancelled" (conflict). One at a time on a thread.
class CancelScope {
 public:
  explicit CancelScope(const std::atomic<bool>& cancelled);
  ~CancelScope();
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;
};

class Worker {
 public:
  struct Start {
    std::string job;
    std::vector<OwnedFd> folders;  // what the sandbox leaves open below; first in WorkerContext::fds
    std::vector<OwnedFd> files;    // after them
    uint16_t port = 0;             // of the database, for a job that reaches one
    WorkerLimits limits{};
    std::string program = "/proc/self/exe";
  };
  // The process is up; the job waits for its request.
  static Result<Worker> start(Start start);

  // A descriptor for the key agent to write keys to; one for each call of the agent.
  Result<OwnedFd> key_end() const;

  // Sends the request, feeds progress, gives the result. The worker's own error is passed on; a worker that died, was
  // killed or fell silent gives "worker.killed" (unreachable), and is gone. The result is null when the job sent none.
  // Call once, or use send/receive instead.
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
