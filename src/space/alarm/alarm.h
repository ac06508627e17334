// Alarms (C7.2.5d): what was noticed by itself, who took it up, when it was over, and whether word of it reached anybody.
//
//   off ──SetAlarms (security administrator)──▶ on: nothing is watched and nothing written before; rules may be set otherwise or switched off
//   raised ──AcknowledgeAlarm (a person)──▶ acknowledged ──▶ cleared        raised ──▶ cleared
//     of what somebody did: by a person, with a reason (ClearAlarm); of a state: by the node when it holds no more (ReportAlarmOver)
//   For one rule and one subject one alarm stands at a time, and a state that comes and goes is raised again ten minutes after it was over at the earliest: a flood
//   gives one entry, an idle node none.
//   Each alarm goes to the channels that were set before it and ask for its severity, when it is raised and when it is cleared: AlarmDelivered, or
//   AlarmUndelivered after the last try. Tries in between are in memory alone.
// An alarm names ids, a rule and counts, never a value, a name of a person or an address. Secrets of channels lie in the registry (node/alarm_channel.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "rules/alarm_pack.h"
#include "space/ids.h"

namespace sluice::space {

constexpr TimeMs kAlarmAgainMs = 10 * kMinuteMs;
constexpr size_t kAlarmChannelsMax = 20, kAlarmRecipientsMax = 20;

// A rule as this space wants it; absent members are the pack's.
struct AlarmChoice {
  std::string rule;
  bool disabled = false;
  std::optional<int64_t> count{}, window_s{}, after_s{};
  static constexpr auto fields = field_list(field("rule", &AlarmChoice::rule), field("disabled", &AlarmChoice::disabled), field("count", &AlarmChoice::count),
                                            field("window_s", &AlarmChoice::window_s), field("after_s", &AlarmChoice::after_s));
};
// As a whole: what is not chosen is the pack's.
struct AlarmSettings {
  bool enabled = false;
  std::vector<AlarmChoice> rules{};
  std::optional<std::vector<int64_t>> retry_s{};
  static constexpr auto fields = field_list(field("enabled", &AlarmSettings::enabled), field("rules", &AlarmSettings::rules), field("retry_s", &AlarmSettings::retry_s));
};

enum class AlarmChannelKind { smtp, syslog, webhook };
constexpr std::array<std::string_view, 3> enum_names(AlarmChannelKind) { return {"smtp", "syslog", "webhook"}; }
// none: of syslog over UDP or TCP, and of servers on this machine.
enum class AlarmSecurity { none, starttls, tls };
constexpr std::array<std::string_view, 3> enum_names(AlarmSecurity) { return {"none", "starttls", "tls"}; }

struct AlarmChannel {
  std::string name;  // its id: a-z, 0-9, '-'
  AlarmChannelKind channel_kind = AlarmChannelKind::smtp;
  std::string host{};
  int64_t port = 0;
  AlarmSecurity security = AlarmSecurity::tls;
  rules::AlarmSeverity least = rules::AlarmSeverity::low;
  std::string sender{};             // smtp
  std::vector<std::string> to{};      // smtp
  std::string path{};               // webhook
  bool udp = false;                 // syslog
  static constexpr auto fields = field_list(
      field("name", &AlarmChannel::name), field("channel_kind", &AlarmChannel::channel_kind), field("host", &AlarmChannel::host), field("port", &AlarmChannel::port),
      field("security", &AlarmChannel::security), field("least", &AlarmChannel::least), field("sender", &AlarmChannel::sender), field("to", &AlarmChannel::to),
      field("path", &AlarmChannel::path), field("udp", &AlarmChannel::udp));
};

// Security administrator, second factor.
struct SetAlarms {
  static constexpr std::string_view kind = "alarm.set";
  AlarmSettings settings;
  std::string reason;
  static constexpr auto fields = field_list(field("settings", &SetAlarms::settings), field("reason", &SetAlarms::reason));
};
// System administrator, second factor; replaces the one of that name. `secret` names what lies in the registry.
struct SetAlarmChannel {
  static constexpr std::string_view kind = "alarm.set_channel";
  AlarmChannel channel;
  std::string secret;
  static constexpr auto fields = field_list(field("channel", &SetAlarmChannel::channel), field("secret", &SetAlarmChannel::secret));
};
struct RemoveAlarmChannel {
  static constexpr std::string_view kind = "alarm.remove_channel";
  std::string name, reason;
  static constexpr auto fields = field_list(field("name", &RemoveAlarmChannel::name), field("reason", &RemoveAlarmChannel::reason));
};
// The node, for the person who asked for the test.
struct ReportChannelTest {
  static constexpr std::string_view kind = "alarm.report_test";
  std::string name;
  bool delivered = false;
  std::string reason;
  static constexpr auto fields = field_list(field("name", &ReportChannelTest::name), field("delivered", &ReportChannelTest::delivered), field("reason", &ReportChannelTest::reason));
};
// The node's. `subject` is an id or empty; `reason` a stable reason id.
struct RaiseAlarm {
  static constexpr std::string_view kind = "alarm.raise";
  std::string rule, subject, reason;
  int64_t count = 0;
  TimeMs since_ms = 0;
  static constexpr auto fields = field_list(field("rule", &RaiseAlarm::rule), field("subject", &RaiseAlarm::subject), field("reason", &RaiseAlarm::reason),
                                            field("count", &RaiseAlarm::count), field("since_ms", &RaiseAlarm::since_ms));
};
struct ReportAlarmOver {
  static constexpr std::string_view kind = "alarm.report_over";
  AlarmId alarm;
  static constexpr auto fields = field_list(field("alarm", &ReportAlarmOver::alarm));
};
enum class AlarmStage { raised, cleared };
constexpr std::array<std::string_view, 2> enum_names(AlarmStage) { return {"raised", "cleared"}; }
struct ReportAlarmDelivery {
  static constexpr std::string_view kind = "alarm.report_delivery";
  AlarmId alarm;
  std::string channel;
  AlarmStage stage = AlarmStage::raised;
  bool delivered = false;
  int64_t tries = 0;
  std::string reason;
  static constexpr auto fields = field_list(field("alarm", &ReportAlarmDelivery::alarm), field("channel", &ReportAlarmDelivery::channel), field("stage", &ReportAlarmDelivery::stage),
                                            field("delivered", &ReportAlarmDelivery::delivered), field("tries", &ReportAlarmDelivery::tries), field("reason", &ReportAlarmDelivery::reason));
};
// Administrators; security officers and data managers, of what is about their own party.
struct AcknowledgeAlarm {
  static constexpr std::string_view kind = "alarm.acknowledge";
  AlarmId alarm;
  std::string note;
  static constexpr auto fields = field_list(field("alarm", &AcknowledgeAlarm::alarm), field("note", &AcknowledgeAlarm::note));
};
struct ClearAlarm {
  static constexpr std::string_view kind = "alarm.clear";
  AlarmId alarm;
  std::string reason;
  static constexpr auto fields = field_list(field("alarm", &ClearAlarm::alarm), field("reason", &ClearAlarm::reason));
};

struct AlarmsSet {
  static constexpr std::string_view kind = "alarm.settings_changed";
  AlarmSettings settings;
  std::string reason;
  static constexpr auto fields = field_list(field("settings", &AlarmsSet::settings), field("reason", &AlarmsSet::reason));
};
struct AlarmChannelSet {
  static constexpr std::string_view kind = "alarm.channel_set";
  AlarmChannel channel;
  std::string secret;
  static constexpr auto fields = field_list(field("channel", &AlarmChannelSet::channel), field("secret", &AlarmChannelSet::secret));
};
struct AlarmChannelRemoved {
  static constexpr std::string_view kind = "alarm.channel_removed";
  std::string name, reason;
  static constexpr auto fields = field_list(field("name", &AlarmChannelRemoved::name), field("reason", &AlarmChannelRemoved::reason));
};
struct AlarmChannelTested {
  static constexpr std::string_view kind = "alarm.channel_tested";
  std::string name;
  bool delivered = false;
  std::string reason;
  static constexpr auto fields = field_list(field("name", &AlarmChannelTested::name), field("delivered", &AlarmChannelTested::delivered), field("reason", &AlarmChannelTested::reason));
};
struct AlarmRaised {
  static constexpr std::string_view kind = "alarm.raised";
  AlarmId alarm;
  std::string rule, subject, reason;
  PartyId party;  // whom it concerns; empty: the node
  rules::AlarmSeverity severity = rules::AlarmSeverity::medium;
  int64_t count = 0;
  TimeMs since_ms = 0;
  static constexpr auto fields = field_list(field("alarm", &AlarmRaised::alarm), field("rule", &AlarmRaised::rule), field("subject", &AlarmRaised::subject), field("reason", &AlarmRaised::reason),
                                            field("party", &AlarmRaised::party), field("severity", &AlarmRaised::severity), field("count", &AlarmRaised::count), field("since_ms", &AlarmRaised::since_ms));
};
struct AlarmAcknowledged {
  static constexpr std::string_view kind = "alarm.acknowledged";
  AlarmId alarm;
  std::string note;
  static constexpr auto fields = field_list(field("alarm", &AlarmAcknowledged::alarm), field("note", &AlarmAcknowledged::note));
};
struct AlarmCleared {
  static constexpr std::string_view kind = "alarm.cleared";
  AlarmId alarm;
  std::string reason;  // empty: the state is over
  static constexpr auto fields = field_list(field("alarm", &AlarmCleared::alarm), field("reason", &AlarmCleared::reason));
};
struct AlarmDelivered {
  static constexpr std::string_view kind = "alarm.delivered";
  AlarmId alarm;
  std::string channel;
  AlarmStage stage = AlarmStage::raised;
  int64_t tries = 0;
  static constexpr auto fields = field_list(field("alarm", &AlarmDelivered::alarm), field("channel", &AlarmDelivered::channel), field("stage", &AlarmDelivered::stage), field("tries", &AlarmDelivered::tries));
};
struct AlarmUndelivered {
  static constexpr std::string_view kind = "alarm.undelivered";
  AlarmId alarm;
  std::string channel;
  AlarmStage stage = AlarmStage::raised;
  int64_t tries = 0;
  std::string reason;
  static constexpr auto fields = field_list(field("alarm", &AlarmUndelivered::alarm), field("channel", &AlarmUndelivered::channel), field("stage", &AlarmUndelivered::stage),
                                            field("tries", &AlarmUndelivered::tries), field("reason", &AlarmUndelivered::reason));
};

struct AlarmDelivery {
  std::string channel;
  AlarmStage stage = AlarmStage::raised;
  bool delivered = false;
  int64_t tries = 0;
  std::string reason;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(field("channel", &AlarmDelivery::channel), field("stage", &AlarmDelivery::stage), field("delivered", &AlarmDelivery::delivered),
                                            field("tries", &AlarmDelivery::tries), field("reason", &AlarmDelivery::reason), field("at_ms", &AlarmDelivery::at_ms));
};
enum class AlarmStatus { raised, acknowledged, cleared };
constexpr std::array<std::string_view, 3> enum_names(AlarmStatus) { return {"raised", "acknowledged", "cleared"}; }
struct Alarm {
  AlarmId id;
  std::string rule, subject, reason, note, cleared_reason;
  PartyId party;
  rules::AlarmSeverity severity = rules::AlarmSeverity::medium;
  AlarmStatus status = AlarmStatus::raised;
  int64_t count = 0;
  TimeMs since_ms = 0, at_ms = 0, acknowledged_ms = 0, cleared_ms = 0;
  PersonId acknowledged_by, cleared_by;
  uint64_t seq = 0, cleared_seq = 0;
  std::vector<AlarmDelivery> deliveries;
  bool stands() const { return status != AlarmStatus::cleared; }
  const AlarmDelivery* delivery(std::string_view channel, AlarmStage stage) const;
  static constexpr auto fields = field_list(
      field("id", &Alarm::id), field("rule", &Alarm::rule), field("subject", &Alarm::subject), field("reason", &Alarm::reason), field("note", &Alarm::note),
      field("cleared_reason", &Alarm::cleared_reason), field("party", &Alarm::party), field("severity", &Alarm::severity), field("status", &Alarm::status), field("count", &Alarm::count),
      field("since_ms", &Alarm::since_ms), field("at_ms", &Alarm::at_ms), field("acknowledged_ms", &Alarm::acknowledged_ms), field("cleared_ms", &Alarm::cleared_ms),
      field("acknowledged_by", &Alarm::acknowledged_by), field("cleared_by", &Alarm::cleared_by), field("seq", &Alarm::seq), field("cleared_seq", &Alarm::cleared_seq),
      field("deliveries", &Alarm::deliveries));
};
struct SetChannel {
  AlarmChannel channel;
  std::string secret;
  PersonId set_by;
  TimeMs set_ms = 0;
  uint64_t seq = 0;
  std::optional<bool> tested{};  // whether its last test arrived
  std::string test_reason;
  TimeMs tested_ms = 0;
  static constexpr auto fields = field_list(field("channel", &SetChannel::channel), field("secret", &SetChannel::secret), field("set_by", &SetChannel::set_by), field("set_ms", &SetChannel::set_ms),
                                            field("seq", &SetChannel::seq), field("tested", &SetChannel::tested), field("test_reason", &SetChannel::test_reason), field("tested_ms", &SetChannel::tested_ms));
};
struct Alarms {
  AlarmSettings settings;
  PersonId set_by;
  TimeMs set_ms = 0, on_since_ms = 0;
  uint64_t on_since_seq = 0;
  std::map<std::string, SetChannel> channels;   // by name
  std::map<std::string, Alarm> all;             // cleared ones too
  std::map<std::string, AlarmId> latest;        // by rule ‖ ":" ‖ subject
  static constexpr auto fields = field_list(field("settings", &Alarms::settings), field("set_by", &Alarms::set_by), field("set_ms", &Alarms::set_ms), field("on_since_ms", &Alarms::on_since_ms),
                                            field("on_since_seq", &Alarms::on_since_seq), field("channels", &Alarms::channels), field("all", &Alarms::all), field("latest", &Alarms::latest));
};

struct State;
// The rule as this space wants it; absent: switched off, unknown, or alarms are off.
std::optional<rules::AlarmRule> alarm_rule(const State& state, std::string_view id);
const Alarm* latest_alarm(const State& state, std::string_view rule, std::string_view subject);
// Whom an alarm about this subject concerns; empty: the node.
PartyId party_of_subject(const State& state, std::string_view subject);

// What must still be said to whom: channels set before the alarm, or before it was cleared, that ask for its severity.
struct AlarmDue {
  AlarmId alarm;
  std::string channel;
  AlarmStage stage = AlarmStage::raised;
};
std::vector<AlarmDue> alarms_due(const State& state);

}  // namespace sluice::space
