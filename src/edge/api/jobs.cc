#include "edge/api/jobs.h"

#include "node/process/worker.h"

namespace sluice::api {

void Job::report(const Json& progress) {
  std::lock_guard lock(mutex_);
  last_ = progress;
  lines_.push_back({next_++, progress});
  if (lines_.size() > Jobs::kLinesMax) lines_.pop_front();
  changed_.notify_all();
}

void Job::finish(Result<Json> outcome) {
  std::lock_guard lock(mutex_);
  outcome_.emplace(std::move(outcome));
  changed_.notify_all();
}

bool Job::wait(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, at_most, [&] { return outcome_.has_value(); });
}

std::optional<Result<Json>> Job::outcome() {
  std::lock_guard lock(mutex_);
  return outcome_;
}

Json Job::last_progress() {
  std::lock_guard lock(mutex_);
  return last_;
}

std::pair<std::vector<Job::Line>, bool> Job::lines_after(uint64_t number) {
  std::lock_guard lock(mutex_);
  std::vector<Line> out;
  for (const Line& line : lines_)
    if (line.number > number) out.push_back(line);
  return {std::move(out), outcome_.has_value()};
}

Jobs::~Jobs() {
  std::map<std::string, Entry> all;
  {
    std::lock_guard lock(mutex_);
    all.swap(jobs_);
  }
  for (auto& [id, entry] : all)
    if (entry.thread.joinable()) entry.thread.join();
}

// Joins what is done and forgets the oldest of it; the caller holds the mutex.
void Jobs::sweep() {
  for (auto& [id, entry] : jobs_)
    if (entry.thread.joinable() && entry.job->outcome()) entry.thread.join();
  for (size_t i = 0; order_.size() > kKeptMax && i < order_.size();) {
    auto it = jobs_.find(order_[i]);
    if (it != jobs_.end() && it->second.thread.joinable()) {
      i++;
      continue;
    }
    if (it != jobs_.end()) jobs_.erase(it);
    order_.erase(order_.begin() + static_cast<ptrdiff_t>(i));
  }
}

size_t Jobs::running() {
  std::lock_guard lock(mutex_);
  size_t n = 0;
  for (auto& [id, entry] : jobs_) n += entry.job->outcome() ? 0 : 1;
  return n;
}

Result<std::shared_ptr<Job>> Jobs::start(std::string kind, const space::PersonId& owner, JobWork work) {
  std::lock_guard lock(mutex_);
  sweep();
  size_t active = 0;
  for (auto& [id, entry] : jobs_) active += entry.job->outcome() ? 0 : 1;
  if (active >= kRunningMax) return fail(Errc::exhausted, "jobs.too_many");
  auto job = std::make_shared<Job>(random_name(random_, "job"), std::move(kind), owner);
  std::thread thread([job, work = std::move(work)] {
    node::CancelScope cancellable(job->cancelled());
    // What a library throws ends the job, not the server.
    try {
      job->finish(work([&](const Json& progress) { job->report(progress); }));
    } catch (const std::exception&) {
      job->finish(fail(Errc::internal, "http.handler_failed"));
    }
  });
  order_.push_back(job->id);
  jobs_.emplace(job->id, Entry{job, std::move(thread)});
  return job;
}

Result<std::shared_ptr<Job>> Jobs::find(const std::string& id, const space::PersonId& owner) {
  std::lock_guard lock(mutex_);
  auto it = jobs_.find(id);
  if (it == jobs_.end() || it->second.job->owner != owner) return fail(Errc::not_found, "job.not_found");
  return it->second.job;
}

}  // namespace sluice::api
