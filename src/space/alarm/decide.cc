#include <algorithm>
#include <set>

#include "space/alarm/alarm.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr int64_t kAlarmSecondsMax = 366 * 86400, kAlarmCountMax = 1'000'000'000;
constexpr size_t kAlarmRetriesMax = 20, kAlarmAddressBytesMax = 254, kAlarmPathBytesMax = 512, kAlarmReasonBytesMax = 200, kChannelNameBytesMax = 40;

std::string alarm_key(std::string_view rule, std::string_view subject) { return std::string(rule) + ":" + std::string(subject); }

Status check_alarm_choice(const AlarmChoice& choice, std::set<std::string_view>& seen) {
  const rules::AlarmRule* rule = rules::AlarmPack::built_in().rule(choice.rule);
  if (!rule) return fail(Errc::not_found, "alarm.no_such_rule", choice.rule.substr(0, 40));
  if (!seen.insert(choice.rule).second) return fail(Errc::invalid, "alarm.bad_settings", choice.rule);
  bool fits = rule->counts() ? !choice.after_s : !choice.count && !choice.window_s;
  fits = fits && choice.count.value_or(1) >= 1 && choice.count.value_or(1) <= kAlarmCountMax && choice.window_s.value_or(1) >= 1 && choice.window_s.value_or(1) <= kAlarmSecondsMax &&
         choice.after_s.value_or(0) >= 0 && choice.after_s.value_or(0) <= kAlarmSecondsMax;
  if (!fits) return fail(Errc::invalid, "alarm.bad_settings", choice.rule);
  return {};
}

// An address as it may stand in a command line of SMTP: nothing that ends a line or an argument.
bool is_mail_address(std::string_view text) {
  size_t at = text.find('@');
  if (text.size() > kAlarmAddressBytesMax || at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.find('@', at + 1) != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"' && c != ',' && c != ';' && c != '\\'; });
}

bool is_channel_name(std::string_view text) {
  auto good = [](unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= kChannelNameBytesMax && std::all_of(text.begin(), text.end(), good);
}

Status check_channel(const AlarmChannel& c) {
  auto bad = [](std::string_view member) { return fail(Errc::invalid, "alarm.bad_channel", std::string(member)); };
  if (!is_channel_name(c.name)) return bad("name");
  auto host_char = [](unsigned char x) { return (x >= 'a' && x <= 'z') || (x >= '0' && x <= '9') || x == '.' || x == '-' || x == ':'; };
  if (c.host.empty() || c.host.size() > 253 || !std::all_of(c.host.begin(), c.host.end(), host_char)) return bad("host");
  if (c.port < 1 || c.port > 65535) return bad("port");
  bool smtp = c.channel_kind == AlarmChannelKind::smtp, webhook = c.channel_kind == AlarmChannelKind::webhook, syslog = c.channel_kind == AlarmChannelKind::syslog;
  if (smtp != !c.sender.empty() || (smtp && !is_mail_address(c.sender))) return bad("sender");
  if (smtp != !c.to.empty() || c.to.size() > kAlarmRecipientsMax || !std::all_of(c.to.begin(), c.to.end(), is_mail_address)) return bad("to");
  auto path_char = [](unsigned char x) { return x > ' ' && x < 0x7f && x != '#'; };
  if (webhook != !c.path.empty() || (webhook && (c.path.front() != '/' || c.path.size() > kAlarmPathBytesMax || !std::all_of(c.path.begin(), c.path.end(), path_char)))) return bad("path");
  if ((c.udp && !syslog) || (c.udp && c.security != AlarmSecurity::none)) return bad("udp");
  if (c.security == AlarmSecurity::starttls && !smtp) return bad("security");
  return {};
}

// Administrators of all; security officers, data managers and officers for personal information of what is about their own party.
Result<const Alarm*> alarm_for(const State& s, const Context& c, const AlarmId& id) {
  const Person* person = TRY(acting(s, c));
  auto it = s.alarms.all.find(id.str());
  bool administers = person->has(Duty::system_admin, c.now) || person->has(Duty::security_admin, c.now);
  bool sees = administers || sees_all(*person, c.now);
  bool office = person->has(Duty::security_officer, c.now) || person->has(Duty::data_manager, c.now) || person->has(Duty::pi_officer, c.now);
  bool own = it != s.alarms.all.end() && it->second.party == person->party && office;
  if (it == s.alarms.all.end() || !(sees || own)) return fail(Errc::not_found, "alarm.not_found");
  if (!administers && !own) return fail(Errc::forbidden, "duty.missing", "security_admin");
  return &it->second;
}

Result<const Alarm*> alarm_of_node(const State& s, const Context& c, const AlarmId& id) {
  TRY(from_node(c));
  auto it = s.alarms.all.find(id.str());
  if (it == s.alarms.all.end()) return fail(Errc::not_found, "alarm.not_found");
  return &it->second;
}

bool is_short(std::string_view text) { return text.size() <= kAlarmReasonBytesMax; }

}  // namespace

const AlarmDelivery* Alarm::delivery(std::string_view channel, AlarmStage stage) const {
  for (const AlarmDelivery& d : deliveries)
    if (d.channel == channel && d.stage == stage) return &d;
  return nullptr;
}

std::optional<rules::AlarmRule> alarm_rule(const State& s, std::string_view id) {
  const rules::AlarmRule* rule = rules::AlarmPack::built_in().rule(id);
  if (!rule || !s.alarms.settings.enabled) return std::nullopt;
  rules::AlarmRule out = *rule;
  for (const AlarmChoice& choice : s.alarms.settings.rules) {
    if (choice.rule != id) continue;
    if (choice.disabled) return std::nullopt;
    if (choice.count) out.count = choice.count;
    if (choice.window_s) out.window_s = choice.window_s;
    if (choice.after_s) out.after_s = choice.after_s;
  }
  return out;
}

const Alarm* latest_alarm(const State& s, std::string_view rule, std::string_view subject) {
  auto it = s.alarms.latest.find(alarm_key(rule, subject));
  return it == s.alarms.latest.end() ? nullptr : find(s.alarms.all, it->second);
}

PartyId party_of_subject(const State& s, std::string_view subject) {
  std::string id(subject);
  if (auto it = s.persons.find(id); it != s.persons.end()) return it->second.party;
  if (auto it = s.sources.find(id); it != s.sources.end()) return it->second.owner;
  if (auto it = s.datasets.find(id); it != s.datasets.end()) return it->second.owner;
  if (auto it = s.provisions.find(id); it != s.provisions.end()) return it->second.owner;
  if (auto it = s.traces.find(id); it != s.traces.end()) return party_of_subject(s, it->second.dataset.str());
  if (auto it = s.batches.find(id); it != s.batches.end()) {
    const Dataset* dataset = find(s.datasets, it->second.dataset);
    return dataset ? dataset->owner : PartyId{};
  }
  if (auto it = s.releases.find(id); it != s.releases.end()) {
    const Contract* contract = find(s.contracts, it->second.contract);
    return contract ? contract->terms.provider : PartyId{};
  }
  return {};
}

std::vector<AlarmDue> alarms_due(const State& s) {
  std::vector<AlarmDue> out;
  for (const auto& [id, alarm] : s.alarms.all)
    for (const auto& [name, channel] : s.alarms.channels) {
      if (alarm.severity < channel.channel.least) continue;
      if (channel.seq < alarm.seq && !alarm.delivery(name, AlarmStage::raised)) out.push_back({alarm.id, name, AlarmStage::raised});
      // That it is over is told to who was told that it began.
      if (alarm.cleared_seq > 0 && channel.seq < alarm.seq && !alarm.delivery(name, AlarmStage::cleared)) out.push_back({alarm.id, name, AlarmStage::cleared});
    }
  return out;
}

Result<Events> decide_on(const State& s, const Context& c, const SetAlarms& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  std::set<std::string_view> seen;
  for (const AlarmChoice& choice : cmd.settings.rules) TRY(check_alarm_choice(choice, seen));
  if (const auto& retry = cmd.settings.retry_s) {
    bool whole = !retry->empty() && retry->size() <= kAlarmRetriesMax && std::all_of(retry->begin(), retry->end(), [](int64_t t) { return t >= 1 && t <= 7 * 86400; });
    if (!whole) return fail(Errc::invalid, "alarm.bad_settings", "retry_s");
  }
  return Events{AlarmsSet{cmd.settings, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const SetAlarmChannel& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(stepped_up(c));
  TRY(check_channel(cmd.channel));
  if (!is_short(cmd.secret)) return fail(Errc::invalid, "alarm.bad_channel", "secret");
  if (!s.alarms.channels.contains(cmd.channel.name) && s.alarms.channels.size() >= kAlarmChannelsMax) return fail(Errc::exhausted, "alarm.too_many_channels");
  return Events{AlarmChannelSet{cmd.channel, cmd.secret}};
}

Result<Events> decide_on(const State& s, const Context& c, const RemoveAlarmChannel& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!s.alarms.channels.contains(cmd.name)) return fail(Errc::not_found, "alarm.no_such_channel");
  return Events{AlarmChannelRemoved{cmd.name, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportChannelTest& cmd) {
  TRY(from_node(c));
  if (!s.alarms.channels.contains(cmd.name)) return fail(Errc::not_found, "alarm.no_such_channel");
  if (!is_short(cmd.reason)) return fail(Errc::invalid, "alarm.bad_report");
  return Events{AlarmChannelTested{cmd.name, cmd.delivered, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const RaiseAlarm& cmd) {
  TRY(from_node(c));
  auto rule = alarm_rule(s, cmd.rule);
  if (!rule) return fail(Errc::conflict, "alarm.not_watched", cmd.rule.substr(0, 40));
  if (!is_short(cmd.reason) || !is_short(cmd.subject) || cmd.count < 1 || cmd.since_ms > c.now) return fail(Errc::invalid, "alarm.bad_report");
  if (const Alarm* before = latest_alarm(s, cmd.rule, cmd.subject)) {
    if (before->stands()) return fail(Errc::conflict, "alarm.stands_already");
    if (c.now < before->cleared_ms + kAlarmAgainMs && !rule->counts()) return fail(Errc::conflict, "alarm.just_cleared");
  }
  return Events{AlarmRaised{.alarm = AlarmId::make(c.random), .rule = cmd.rule, .subject = cmd.subject, .reason = cmd.reason, .party = party_of_subject(s, cmd.subject),
                            .severity = rule->severity, .count = cmd.count, .since_ms = cmd.since_ms}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportAlarmOver& cmd) {
  const Alarm* alarm = TRY(alarm_of_node(s, c, cmd.alarm));
  if (!alarm->stands()) return fail(Errc::conflict, "alarm.cleared_already");
  const rules::AlarmRule* rule = rules::AlarmPack::built_in().rule(alarm->rule);
  if (rule && rule->counts()) return fail(Errc::refused, "alarm.person_clears");
  return Events{AlarmCleared{cmd.alarm, {}}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportAlarmDelivery& cmd) {
  const Alarm* alarm = TRY(alarm_of_node(s, c, cmd.alarm));
  if (!s.alarms.channels.contains(cmd.channel)) return fail(Errc::not_found, "alarm.no_such_channel");
  if (alarm->delivery(cmd.channel, cmd.stage)) return fail(Errc::conflict, "alarm.reported_already");
  if (cmd.tries < 1 || !is_short(cmd.reason) || (cmd.stage == AlarmStage::cleared && alarm->stands())) return fail(Errc::invalid, "alarm.bad_report");
  if (cmd.delivered) return Events{AlarmDelivered{cmd.alarm, cmd.channel, cmd.stage, cmd.tries}};
  return Events{AlarmUndelivered{cmd.alarm, cmd.channel, cmd.stage, cmd.tries, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const AcknowledgeAlarm& cmd) {
  const Alarm* alarm = TRY(alarm_for(s, c, cmd.alarm));
  TRY(need_text("note", cmd.note, kTextBytesMax));
  if (alarm->acknowledged_ms > 0) return fail(Errc::conflict, "alarm.acknowledged_already");
  return Events{AlarmAcknowledged{cmd.alarm, cmd.note}};
}

// A state is not talked away: it is over when it is over. An alarm about somebody is not cleared by that person.
Result<Events> decide_on(const State& s, const Context& c, const ClearAlarm& cmd) {
  const Alarm* alarm = TRY(alarm_for(s, c, cmd.alarm));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!alarm->stands()) return fail(Errc::conflict, "alarm.cleared_already");
  const rules::AlarmRule* rule = rules::AlarmPack::built_in().rule(alarm->rule);
  if (rule && !rule->counts() && alarm_rule(s, alarm->rule)) return fail(Errc::refused, "alarm.state_clears");
  if (auto about = PersonId::parse(alarm->subject)) TRY(second_person(s, c, *about));
  return Events{AlarmCleared{cmd.alarm, cmd.reason}};
}

void fold(State& s, const AlarmsSet& e, const EventPlace& at) {
  if (e.settings.enabled && !s.alarms.settings.enabled) s.alarms.on_since_ms = at.time, s.alarms.on_since_seq = at.seq;
  s.alarms.settings = e.settings;
  s.alarms.set_by = at.actor;
  s.alarms.set_ms = at.time;
}
void fold(State& s, const AlarmChannelSet& e, const EventPlace& at) {
  auto before = s.alarms.channels.find(e.channel.name);
  // Changed, it still owes what it owed.
  uint64_t seq = before == s.alarms.channels.end() ? at.seq : before->second.seq;
  s.alarms.channels[e.channel.name] = SetChannel{.channel = e.channel, .secret = e.secret, .set_by = at.actor, .set_ms = at.time, .seq = seq, .tested = {}, .test_reason = {}, .tested_ms = 0};
}
void fold(State& s, const AlarmChannelRemoved& e, const EventPlace&) { s.alarms.channels.erase(e.name); }
void fold(State& s, const AlarmChannelTested& e, const EventPlace& at) {
  auto it = s.alarms.channels.find(e.name);
  if (it == s.alarms.channels.end()) return;
  it->second.tested = e.delivered;
  it->second.test_reason = e.reason;
  it->second.tested_ms = at.time;
}
void fold(State& s, const AlarmRaised& e, const EventPlace& at) {
  Alarm alarm;
  alarm.id = e.alarm;
  alarm.rule = e.rule;
  alarm.subject = e.subject;
  alarm.reason = e.reason;
  alarm.party = e.party;
  alarm.severity = e.severity;
  alarm.count = e.count;
  alarm.since_ms = e.since_ms;
  alarm.at_ms = at.time;
  alarm.seq = at.seq;
  s.alarms.all[e.alarm.str()] = std::move(alarm);
  s.alarms.latest[alarm_key(e.rule, e.subject)] = e.alarm;
}
void fold(State& s, const AlarmAcknowledged& e, const EventPlace& at) {
  Alarm& alarm = s.alarms.all[e.alarm.str()];
  alarm.note = e.note;
  alarm.acknowledged_by = at.actor;
  alarm.acknowledged_ms = at.time;
  if (alarm.stands()) alarm.status = AlarmStatus::acknowledged;
}
void fold(State& s, const AlarmCleared& e, const EventPlace& at) {
  Alarm& alarm = s.alarms.all[e.alarm.str()];
  alarm.status = AlarmStatus::cleared;
  alarm.cleared_reason = e.reason;
  if (!e.reason.empty()) alarm.cleared_by = at.actor;
  alarm.cleared_ms = at.time;
  alarm.cleared_seq = at.seq;
}
void fold(State& s, const AlarmDelivered& e, const EventPlace& at) {
  s.alarms.all[e.alarm.str()].deliveries.push_back({e.channel, e.stage, true, e.tries, {}, at.time});
}
void fold(State& s, const AlarmUndelivered& e, const EventPlace& at) {
  s.alarms.all[e.alarm.str()].deliveries.push_back({e.channel, e.stage, false, e.tries, e.reason, at.time});
}

}  // namespace sluice::space
