// Jobs: work that takes long, on a thread of its own, with progress that can be polled or streamed.
//
// A job belongs to the person who started it; nobody else finds it. At most kRunningMax run at once
// ("jobs.too_many", exhausted); the newest kKeptMax finished ones are kept, in memory only: what a job did is in the
// ledger. Progress lines are numbered from 1 for Last-Event-ID; the last kLinesMax are kept. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/random.h"
#include "codec/json.h"
#include "node/node.h"
#include "space/ids.h"

namespace sluice::api {

using JobWork = std::function<Result<Json>(const node::ProgressFn& progress)>;

class Job {
 public:
  const std::string id, kind;
  const space::PersonId owner;
  Job(std::string job_id, std::string job_kind, space::PersonId job_owner)
      : id(std::move(job_id)), kind(std::move(job_kind)), owner(std::move(job_owner)) {}

  void report(const Json& progress);
  void finish(Result<Json> outcome);

  // Asks for the end: the worker that the job waits for is killed, and the job ends with "jobs.cancelled". A job that waits for none ends as it would.
  void cancel() { cancelled_.store(true); }
  const std::atomic<bool>& cancelled() const { return cancelled_; }

  // Waits until it is done, or the time is over.
  bool wait(std::chrono::milliseconds at_most);
  std::optional<Result<Json>> outcome();
  Json last_progress();

  struct Line {
    uint64_t number;
    Json progress;
  };
  // Lines after `number`, and whether the job is done and all lines were taken.
  std::pair<std::vector<Line>, bool> lines_after(uint64_t number);

 private:
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Line> lines_;
  uint64_t next_ = 1;
  Json last_ = Json::object();
  std::optional<Result<Json>> outcome_;
};

class Jobs {
 public:
  explicit Jobs(RandomSource& random) : random_(random) {}
  // Waits for what runs.
  ~Jobs();

  Result<std::shared_ptr<Job>> start(std::string kind, const space::PersonId& owner, JobWork work);
  // "job.not_found" also for somebody else's.
  Result<std::shared_ptr<Job>> find(const std::string& id, const space::PersonId& owner);
  size_t running();

  static constexpr size_t kRunningMax = 8, kKeptMax = 200, kLinesMax = 1000;

 private:
  struct Entry {
    std::shared_ptr<Job> job;
    std::thread thread;
  };
  void sweep();

  RandomSource& random_;
  std::mutex mutex_;
  std::map<std::string, Entry> jobs_;
  std::deque<std::string> order_;
};

}  // namespace sluice::api
