// Channels by which alarms leave (space/alarm/alarm.h): their secrets, and the port to the network.
//
// A channel's secret (user and password of a mail server, the key of a webhook's HMAC, who may vouch for the server besides the machine's list) lies in the registry under
// a name that its entry names: kept before the entry, those that no entry names are forgotten at the next opening and when one is replaced. Thread-safe.
#pragma once

#include <functional>

#include "node/node.h"

namespace sluice::node {

struct ChannelSecret {
  std::string user, password, key, ca_pem;
  static constexpr auto fields = field_list(field("user", &ChannelSecret::user), field("password", &ChannelSecret::password), field("key", &ChannelSecret::key), field("ca_pem", &ChannelSecret::ca_pem));
};

// "alarm.bad_channel" also for a secret that does not fit (a webhook without a key, a password that would go over the network in the clear).
Status set_alarm_channel(Node& node, const space::Principal& by, const space::AlarmChannel& channel, const ChannelSecret& secret);
Status remove_alarm_channel(Node& node, const space::Principal& by, const space::RemoveAlarmChannel& command);
Result<ChannelSecret> secret_of_channel(Node& node, const space::SetChannel& channel);
// At the opening of a space: what no channel names is forgotten.
Status settle_channel_secrets(Node& node);

// What is said of an alarm, to people and programs alike (docs/formats/alarm.md): ids, a rule, counts and times; never a value, a name of a person or an address.
struct AlarmMessage {
  std::string space, origin;  // the operator's name and the ledger's
  std::string alarm, rule, zh, en, next_zh, next_en, severity, subject, reason, stage;  // stage: raised, cleared, test
  int64_t count = 0, seq = 0;
  TimeMs since_ms = 0, at_ms = 0;
  static constexpr auto fields = field_list(
      field("space", &AlarmMessage::space), field("origin", &AlarmMessage::origin), field("alarm", &AlarmMessage::alarm), field("rule", &AlarmMessage::rule), field("zh", &AlarmMessage::zh),
      field("en", &AlarmMessage::en), field("next_zh", &AlarmMessage::next_zh), field("next_en", &AlarmMessage::next_en), field("severity", &AlarmMessage::severity),
      field("subject", &AlarmMessage::subject), field("reason", &AlarmMessage::reason), field("stage", &AlarmMessage::stage), field("count", &AlarmMessage::count), field("seq", &AlarmMessage::seq),
      field("since_ms", &AlarmMessage::since_ms), field("at_ms", &AlarmMessage::at_ms));
};
AlarmMessage message_of(Node& node, const space::Alarm& alarm, space::AlarmStage stage);
AlarmMessage test_message(Node& node);
// In two languages, lines ended by \n.
std::string message_text(const AlarmMessage& message);
std::string message_title(const AlarmMessage& message);

// The port: one message over one channel, told once it was taken. Bounded in time.
struct AlarmParcel {
  const space::AlarmChannel& channel;
  const ChannelSecret& secret;
  const AlarmMessage& message;
  TimeMs now = 0;
};
using SendAlarm = std::function<Status(const AlarmParcel&)>;

// Sends now: the host is looked up in the list of allowed hosts first (source_host.h).
Status send_over(Node& node, const SendAlarm& send, const space::SetChannel& channel, const AlarmMessage& message);
// A test message, on record with its outcome; the error is why it did not arrive. "alarm.no_such_channel".
Status test_channel(Node& node, const space::Principal& by, const SendAlarm& send, const std::string& name);

}  // namespace sluice::node
