#include "node/storage_schedule.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "node/backup_space.h"
#include "node/inventory.h"
#include "node/place_versions.h"
#include "node/rehearse_restore.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr int kNice = 10, kIdleClass = 3, kClassShift = 13;
constexpr TimeMs kTiersEveryMs = 10 * kSecondMs;

// Of this thread alone: both calls know threads.
void run_at_low_priority() {
  auto self = static_cast<id_t>(::syscall(SYS_gettid));
  (void)::setpriority(PRIO_PROCESS, self, kNice);
  (void)::syscall(SYS_ioprio_set, 1, 0, kIdleClass << kClassShift);
}

}  // namespace

StorageSchedule::StorageSchedule(Node& node, StorageTools tools) : node_(node), tools_(std::move(tools)), thread_([this] { loop(); }) {}

StorageSchedule::~StorageSchedule() {
  stopping_ = true;
  {
    std::lock_guard lock(mutex_);
  }
  stop_.notify_all();
  thread_.join();
}

Status StorageSchedule::do_work(StorageWork work, const Principal& by) {
  auto stop = [this] { return stopping_.load(); };
  switch (work) {
    case StorageWork::backup: {
      BackupAsk ask = TRY(backup_by_policy(node_, tools_.ledger_snapshot));
      ask.stop = stop;
      TRY(backup_space(node_, by, ask, {}));
      return {};
    }
    case StorageWork::inventory: {
      int64_t rate = node_.space().read([](const State& s) { return s.storage.policy ? s.storage.policy->inventory_bytes_per_s : int64_t{0}; });
      TRY(take_inventory(node_, by, {rate, stop}));
      return {};
    }
    case StorageWork::rehearsal: TRY(rehearse_restore(node_, by, {{}, tools_.fresh_stores, stop})); return {};
    case StorageWork::tiers: TRY(place_versions(node_, by, stop)); return {};
  }
  return {};
}

void StorageSchedule::record(StorageWork work, const Principal& by, const Error& error) {
  auto before = node_.space().read([&](const State& s) -> std::optional<StorageFailure> {
    auto it = s.storage.failures.find(std::string(name_of(work)));
    return it == s.storage.failures.end() ? std::nullopt : std::optional(it->second);
  });
  bool again = before && before->reason == error.reason && node_.clock().now() - before->at_ms < kHourMs;
  log(LogLevel::warn, "storage.work_failed", {{"reason", std::string(error.reason)}, {"work", std::string(name_of(work))}});
  if (again && work == StorageWork::tiers) return;
  auto told = node_.space().execute(by, ReportStorageFailure{work, std::string(error.reason)});
  if (!told) log(LogLevel::warn, "storage.failure_not_recorded", {{"reason", std::string(told.error().reason)}});
}

void StorageSchedule::loop() {
  run_at_low_priority();
  TimeMs tiers_at = 0;
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_.load(); })) {
    lock.unlock();
    TimeMs now = node_.clock().now();
    for (StorageWork work : {StorageWork::tiers, StorageWork::backup, StorageWork::inventory, StorageWork::rehearsal}) {
      if (stopping_ || node_.space().read_only()) break;
      auto [due, person] = node_.space().read([&](const State& s) { return std::pair(storage_due(s, work), s.storage.adopted_by); });
      bool tiers_due = work == StorageWork::tiers && !person.empty() && now >= tiers_at;
      if (!tiers_due && (!due || now < *due)) continue;
      if (tiers_due) tiers_at = now + kTiersEveryMs;
      Principal by{.person = person, .system = true, .stepped_up = false};
      Status done = do_work(work, by);
      bool interrupted = !done && stopping_;
      if (!done && !interrupted && done.error().reason != "storage.busy") record(work, by, done.error());
    }
    lock.lock();
  }
}

}  // namespace sluice::node
