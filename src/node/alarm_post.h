// Carries alarms to their channels: each until it was taken, or until the last try. What is owed stands in the ledger (space/alarm/alarm.h: alarms_due); tries are
// in memory, so after a restart they begin anew. One channel that does not answer holds up no other: each has a turn of its own, at most one at a time.
#pragma once

#include "node/alarm_channel.h"

namespace sluice::node {

struct AlarmTry {
  int64_t tries = 0;
  std::string reason;   // why the last one failed
  TimeMs next_ms = 0;
};

// What is under way, for the page: shared between the post and the API. Thread-safe.
class AlarmTries {
 public:
  AlarmTry of(const std::string& key) const;
  void set(const std::string& key, AlarmTry now);
  void forget(const std::string& key);
  static std::string key(const space::AlarmDue& due);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, AlarmTry> tries_;
};

class AlarmPost {
 public:
  AlarmPost(Node& node, SendAlarm send, AlarmTries& tries);
  ~AlarmPost();

 private:
  void loop();
  void carry(const space::AlarmDue& due);
  void report(const space::AlarmDue& due, bool delivered, const AlarmTry& done);

  Node& node_;
  SendAlarm send_;
  AlarmTries& tries_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::map<std::string, std::future<void>> busy_;  // by channel
  std::thread thread_;
};

}  // namespace sluice::node
