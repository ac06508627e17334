#include "node/alarm_channel.h"

#include <mutex>
#include <set>

#include "base/log.h"
#include "node/source_host.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kChannelSecretItem = "alarm_channel";
constexpr size_t kSecretBytesMax = 1024, kCaBytesMax = 256u << 10;

Status check_channel_secret(const AlarmChannel& channel, const ChannelSecret& secret) {
  auto bad = [](std::string_view member) { return fail(Errc::invalid, "alarm.bad_channel", std::string(member)); };
  for (const std::string* text : {&secret.user, &secret.password, &secret.key})
    if (text->size() > kSecretBytesMax || text->find('\0') != std::string::npos) return bad("secret");
  if (secret.ca_pem.size() > kCaBytesMax) return bad("ca_pem");
  if ((channel.channel_kind == AlarmChannelKind::webhook) == secret.key.empty()) return bad("key");
  bool named = !secret.user.empty() || !secret.password.empty();
  if (named && (channel.channel_kind != AlarmChannelKind::smtp || channel.security == AlarmSecurity::none || secret.user.empty() || secret.password.empty())) return bad("password");
  return {};
}

std::string moment_in_china(TimeMs ms) { return rfc3339(ms + 8 * kHourMs).substr(0, 19) + "+08:00"; }

std::mutex& channels_mutex() {
  static std::mutex one_at_a_time;
  return one_at_a_time;
}

AlarmMessage message_of_here(Node& node) {
  AlarmMessage out;
  out.origin = node.ledger().origin();
  auto genesis = node.ledger().entry(0);
  if (genesis) out.space = genesis->body.get_string_or("name", "").value_or("");
  return out;
}

}  // namespace

Status settle_channel_secrets(Node& node) {
  auto named = node.space().read([](const State& s) {
    std::set<std::string> out;
    for (const auto& [name, channel] : s.alarms.channels) out.insert(channel.secret);
    return out;
  });
  for (const std::string& mark : TRY(node.registry().ids(kChannelSecretItem)))
    if (!named.contains(mark)) TRY(node.registry().erase(kChannelSecretItem, mark));
  return {};
}

Status set_alarm_channel(Node& node, const Principal& by, const AlarmChannel& channel, const ChannelSecret& secret) {
  TRY(check_channel_secret(channel, secret));
  std::lock_guard lock(channels_mutex());
  std::string mark = random_name(node.random(), "ac");
  TRY(node.registry().put(kChannelSecretItem, mark, SecretBytes(to_bytes(canonical(encode(secret))))));
  auto done = node.space().execute(by, SetAlarmChannel{channel, mark});
  Status settled = settle_channel_secrets(node);
  if (!settled) log(LogLevel::warn, "alarm.secret_not_settled", {{"reason", std::string(settled.error().reason)}});
  if (!done) return tl::unexpected(done.error());
  return {};
}

Status remove_alarm_channel(Node& node, const Principal& by, const RemoveAlarmChannel& command) {
  std::lock_guard lock(channels_mutex());
  TRY(node.space().execute(by, command));
  return settle_channel_secrets(node);
}

Result<ChannelSecret> secret_of_channel(Node& node, const SetChannel& channel) {
  auto kept = TRY(node.registry().get(kChannelSecretItem, channel.secret));
  return decode<ChannelSecret>(TRY(parse_json(text(kept.reveal("sign in to the channel's server, or sign what it gets")))));
}

AlarmMessage message_of(Node& node, const Alarm& alarm, AlarmStage stage) {
  AlarmMessage out = message_of_here(node);
  out.alarm = alarm.id.str();
  out.rule = alarm.rule;
  if (const rules::AlarmRule* rule = rules::AlarmPack::built_in().rule(alarm.rule)) out.zh = rule->zh, out.en = rule->en, out.next_zh = rule->next_zh, out.next_en = rule->next_en;
  out.severity = name_of(alarm.severity);
  out.subject = alarm.subject;
  out.reason = alarm.reason;
  out.stage = name_of(stage);
  out.count = alarm.count;
  out.seq = static_cast<int64_t>(stage == AlarmStage::raised ? alarm.seq : alarm.cleared_seq);
  out.since_ms = alarm.since_ms;
  out.at_ms = stage == AlarmStage::raised ? alarm.at_ms : alarm.cleared_ms;
  return out;
}

AlarmMessage test_message(Node& node) {
  AlarmMessage out = message_of_here(node);
  out.zh = "测试消息：此渠道可用", out.en = "a test: this channel works";
  out.next_zh = "无需处理", out.next_en = "nothing is to be done";
  out.rule = out.stage = "test", out.severity = "low";
  out.at_ms = out.since_ms = node.clock().now();
  return out;
}

std::string message_title(const AlarmMessage& m) {
  std::string word = m.stage == "cleared" ? "【解除】" : m.stage == "test" ? "【测试】" : m.severity == "high" ? "【告警·高】" : m.severity == "medium" ? "【告警·中】" : "【告警·低】";
  return word + m.zh + " / " + m.en;
}

std::string message_text(const AlarmMessage& m) {
  std::string out = message_title(m) + "\n\n";
  auto line = [&](std::string_view zh, std::string_view en, const std::string& value) {
    if (!value.empty()) out += std::string(zh) + " " + std::string(en) + ": " + value + "\n";
  };
  line("可信数据空间", "space", m.space + " (" + m.origin + ")");
  line("告警", "alarm", m.alarm);
  line("规则", "rule", m.rule);
  line("对象", "about", m.subject);
  line("原因", "reason", m.reason);
  if (m.count > 0) line("次数", "count", std::to_string(m.count));
  line("起始", "since", moment_in_china(m.since_ms));
  line("时间", "at", moment_in_china(m.at_ms));
  if (m.seq > 0) line("存证条目", "entry", std::to_string(m.seq));
  if (m.stage == "raised") line("处置", "next", m.next_zh + " / " + m.next_en);
  return out;
}

Status send_over(Node& node, const SendAlarm& send, const SetChannel& channel, const AlarmMessage& message) {
  TRY(check_host_from_afar(node, {channel.channel.host, channel.channel.port}));
  ChannelSecret secret = TRY(secret_of_channel(node, channel));
  return send({channel.channel, secret, message, node.clock().now()});
}

Status test_channel(Node& node, const Principal& by, const SendAlarm& send, const std::string& name) {
  auto channel = node.space().read([&](const State& s) -> std::optional<SetChannel> {
    auto it = s.alarms.channels.find(name);
    return it == s.alarms.channels.end() ? std::nullopt : std::optional(it->second);
  });
  if (!channel) return fail(Errc::not_found, "alarm.no_such_channel");
  Status sent = send_over(node, send, *channel, test_message(node));
  Principal as{.person = by.person, .system = true, .stepped_up = false};
  TRY(node.space().execute(as, ReportChannelTest{name, sent.has_value(), sent ? std::string() : std::string(sent.error().reason)}));
  return sent;
}

}  // namespace sluice::node
