#include "node/alarm_post.h"

#include <algorithm>

#include "base/log.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr auto kPostEvery = std::chrono::milliseconds(500);

// Of both a copy: the state is not held while something is on its way.
struct Owed {
  Alarm alarm;
  SetChannel channel;
  std::vector<int64_t> retry_s;
};
std::optional<Owed> owed(Node& node, const AlarmDue& due) {
  return node.space().read([&](const State& s) -> std::optional<Owed> {
    const Alarm* alarm = find(s.alarms.all, due.alarm);
    auto channel = s.alarms.channels.find(due.channel);
    if (!alarm || channel == s.alarms.channels.end()) return std::nullopt;
    return Owed{*alarm, channel->second, s.alarms.settings.retry_s.value_or(rules::AlarmPack::built_in().retry_s)};
  });
}

}  // namespace

AlarmTry AlarmTries::of(const std::string& key) const {
  std::lock_guard lock(mutex_);
  auto it = tries_.find(key);
  return it == tries_.end() ? AlarmTry{} : it->second;
}
void AlarmTries::set(const std::string& key, AlarmTry now) {
  std::lock_guard lock(mutex_);
  tries_[key] = std::move(now);
}
void AlarmTries::forget(const std::string& key) {
  std::lock_guard lock(mutex_);
  tries_.erase(key);
}
std::string AlarmTries::key(const AlarmDue& due) { return due.alarm.str() + ":" + std::string(name_of(due.stage)) + ":" + due.channel; }

AlarmPost::AlarmPost(Node& node, SendAlarm send, AlarmTries& tries) : node_(node), send_(std::move(send)), tries_(tries), thread_([this] { loop(); }) {}

AlarmPost::~AlarmPost() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void AlarmPost::report(const AlarmDue& due, bool delivered, const AlarmTry& done) {
  ReportAlarmDelivery report{.alarm = due.alarm, .channel = due.channel, .stage = due.stage, .delivered = delivered, .tries = done.tries, .reason = delivered ? std::string() : done.reason};
  auto told = node_.space().execute(Principal{.person = {}, .system = true, .stepped_up = false}, report);
  if (told || told.error().reason.starts_with("alarm.")) {
    tries_.forget(AlarmTries::key(due));
  } else {
    log(LogLevel::error, "alarm.delivery_not_recorded", {{"reason", std::string(told.error().reason)}});
  }
}

void AlarmPost::carry(const AlarmDue& due) {
  auto work = owed(node_, due);
  if (!work) return;
  AlarmTry now = tries_.of(AlarmTries::key(due));
  Status sent = send_over(node_, send_, work->channel, message_of(node_, work->alarm, due.stage));
  now.tries++;
  if (sent) return report(due, true, now);
  now.reason = std::string(sent.error().reason);
  log(LogLevel::warn, "alarm.not_delivered", {{"channel", due.channel}, {"reason", now.reason}});
  if (static_cast<size_t>(now.tries) > work->retry_s.size()) return report(due, false, now);
  now.next_ms = node_.clock().now() + work->retry_s[static_cast<size_t>(now.tries) - 1] * kSecondMs;
  tries_.set(AlarmTries::key(due), now);
}

void AlarmPost::loop() {
  std::vector<AlarmDue> due;
  uint64_t seen = ~uint64_t{0};
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, kPostEvery, [this] { return stopping_; })) {
    lock.unlock();
    std::erase_if(busy_, [](auto& one) { return one.second.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    if (!node_.space().read_only()) {
      if (uint64_t now = node_.space().published(); now != seen) {
        seen = now;
        due = node_.space().read([](const State& s) { return s.alarms.settings.enabled ? alarms_due(s) : std::vector<AlarmDue>(); });
      }
      TimeMs now = node_.clock().now();
      for (const AlarmDue& one : due) {
        if (busy_.contains(one.channel) || now < tries_.of(AlarmTries::key(one)).next_ms) continue;
        busy_.emplace(one.channel, std::async(std::launch::async, [this, one] { carry(one); }));
      }
    }
    lock.lock();
  }
  lock.unlock();
  busy_.clear();  // waits for what is on its way; each try is bounded in time
}

}  // namespace sluice::node
