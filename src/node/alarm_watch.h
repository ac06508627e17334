// Watches the ledger, the access segments and the state by the rules of the alarms, once they are on, and raises and clears what they say (space/alarm/alarm.h).
//
// What is counted over a window is in memory; at the start the entries and the last two segments are read again as far as the longest window reaches, so that a restart
// loses no count that still matters. Nothing is written but alarms that are raised or over: an idle node writes nothing. A ledger that is read-only can
// take no alarm: that it is, /healthz says.
#pragma once

#include <deque>

#include "ledger/store.h"
#include "node/node.h"

namespace sluice::node {

// A condition of a state rule that holds.
struct AlarmFinding {
  std::string subject, reason;
  TimeMs since_ms = 0;
  int64_t count = 1;
};
std::vector<AlarmFinding> alarm_findings(Node& node, const space::State& state, const rules::AlarmRule& rule, TimeMs now);

// Counts what the rules watch; whoever feeds it does so in order. Not thread-safe.
class AlarmCounts {
 public:
  struct Hit {
    std::string subject, reason;
    TimeMs at_ms = 0;
    int64_t weight = 1;
  };
  // What an entry or a record is to a rule; absent: nothing.
  static std::optional<Hit> hit_of_entry(const rules::AlarmRule& rule, const ledger::LedgerEntry& entry);
  static std::optional<Hit> hit_of_record(const rules::AlarmRule& rule, const Json& record);
  // Counts a hit; a command when there were enough of them within the rule's window. Earlier hits are then forgotten.
  std::optional<space::RaiseAlarm> count(const rules::AlarmRule& rule, const Hit& hit);
  void forget() { windows_.clear(); }

 private:
  std::map<std::string, std::deque<Hit>> windows_;  // by rule ‖ ":" ‖ subject
};

class AlarmWatch {
 public:
  using Reader = std::function<Result<std::unique_ptr<ledger::Store>>()>;
  AlarmWatch(Node& node, Reader reader);
  ~AlarmWatch();

 private:
  void loop();
  void begin(ledger::Store& store, const std::vector<rules::AlarmRule>& rules);
  void look_at_entries(const std::vector<rules::AlarmRule>& rules);
  void look_at_records(ledger::Store& store, const std::vector<rules::AlarmRule>& rules);
  void look_at_state(const std::vector<rules::AlarmRule>& rules);
  void take(const rules::AlarmRule& rule, const AlarmCounts::Hit& hit);
  void raise(const space::RaiseAlarm& alarm);

  Node& node_;
  Reader reader_;
  AlarmCounts counts_;
  TimeMs counted_from_ms_ = 0;     // alarms were switched on then: what is being counted began no earlier; 0: off
  uint64_t next_entry_ = 0, segment_ = 0, next_record_ = 0;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::node
