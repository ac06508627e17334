// Alarms as a person sees them: what stands, who took it up, which channel was told, what is still owed and why.
#include <algorithm>

#include "node/alarm_post.h"
#include "node/views/listed.h"
#include "node/views/view.h"

namespace sluice::node {

using namespace space;

bool View::sees_alarm(const Alarm& a) const {
  bool office = holds(Duty::security_officer) || holds(Duty::data_manager) || holds(Duty::pi_officer);
  return sees_all() || administers() || (!a.party.empty() && owns(a.party) && office);
}

Json View::show(const Alarm& a, const AlarmTries* tries) const {
  Json out = encode(a);
  if (const rules::AlarmRule* rule = rules::AlarmPack::built_in().rule(a.rule))
    out.set("zh", rule->zh).set("en", rule->en).set("next_zh", rule->next_zh).set("next_en", rule->next_en).set("clears_itself", !rule->counts());
  Json owed = Json::array();
  for (const auto& [name, channel] : state.alarms.channels)
    for (AlarmStage stage : {AlarmStage::raised, AlarmStage::cleared}) {
      bool wanted = a.severity >= channel.channel.least && channel.seq < a.seq && (stage == AlarmStage::raised || a.cleared_seq > 0);
      if (!wanted || a.delivery(name, stage)) continue;
      AlarmTry now_at = tries ? tries->of(AlarmTries::key({a.id, name, stage})) : AlarmTry{};
      owed.push(Json::object({{"channel", name}, {"next_ms", now_at.next_ms > 0 ? Json(now_at.next_ms) : Json()}, {"reason", now_at.reason}, {"stage", name_of(stage)}, {"tries", now_at.tries}}));
    }
  out.set("owed", std::move(owed));
  Json can = Json::array();
  if (may(AcknowledgeAlarm{a.id, "plausible"})) can.push("acknowledge");
  if (may(ClearAlarm{a.id, "plausible"})) can.push("clear");
  return shown(std::move(out), std::move(can));
}

// What stands first, the gravest first; then the newest.
Json View::alarms(const ListAsk& ask, const AlarmTries* tries) const {
  std::vector<Listed> all;
  for (const auto& [id, a] : state.alarms.all) {
    if (!sees_alarm(a) || (!ask.status.empty() && name_of(a.status) != ask.status)) continue;
    std::string rank = !a.stands() ? "9" : std::to_string(2 - static_cast<int>(a.severity));
    all.push_back({rank + newest_first(a.seq, id), [this, &a, tries] { return show(a, tries); }});
  }
  return page_of_list(std::move(all), ask);
}

Result<Json> View::alarm(const std::string& id, const AlarmTries* tries) const {
  auto it = state.alarms.all.find(id);
  if (it == state.alarms.all.end() || !sees_alarm(it->second)) return fail(Errc::not_found, "alarm.not_found");
  return show(it->second, tries);
}

Result<Json> View::alarm_settings() const {
  if (!sees_all() && !administers() && !access_office() && !holds(Duty::data_manager) && !holds(Duty::pi_officer)) return fail(Errc::forbidden, "duty.missing", "security_admin");
  const rules::AlarmPack& pack = rules::AlarmPack::built_in();
  Json rules = Json::array(), channels = Json::array();
  for (const rules::AlarmRule& rule : pack.rules) {
    Json one = encode(rule);
    auto choice = std::find_if(state.alarms.settings.rules.begin(), state.alarms.settings.rules.end(), [&](const AlarmChoice& c) { return c.rule == rule.id; });
    one.set("chosen", choice == state.alarms.settings.rules.end() ? Json() : encode(*choice));
    auto standing = std::count_if(state.alarms.all.begin(), state.alarms.all.end(), [&](const auto& a) { return a.second.rule == rule.id && a.second.stands() && sees_alarm(a.second); });
    rules.push(one.set("standing", static_cast<int64_t>(standing)));
  }
  bool may_set_channels = administers() || sees_all();
  for (const auto& [name, channel] : state.alarms.channels) {
    if (!may_set_channels) continue;
    Json one = encode(channel);
    one.erase("secret");
    channels.push(std::move(one));
  }
  Json can = Json::array();
  if (may(SetAlarms{{}, "plausible"})) can.push("set");
  if (may(SetAlarmChannel{AlarmChannel{.name = "plausible", .channel_kind = AlarmChannelKind::syslog, .host = "localhost", .port = 514, .security = AlarmSecurity::none}, {}})) can.push("channels");
  Json out = Json::object({{"channels", std::move(channels)}, {"enabled", state.alarms.settings.enabled}, {"pack", pack.version}, {"rules", std::move(rules)}, {"set_by", state.alarms.set_by.str()},
                           {"set_ms", state.alarms.set_ms > 0 ? Json(state.alarms.set_ms) : Json()}, {"settings", encode(state.alarms.settings)}});
  out.set("retry_s", encode(state.alarms.settings.retry_s.value_or(pack.retry_s)));
  return shown(std::move(out), std::move(can));
}

void View::tasks_of_alarms(Json& items) const {
  for (const auto& [id, a] : state.alarms.all) {
    if (!a.stands() || a.acknowledged_ms > 0 || !sees_alarm(a) || !may(AcknowledgeAlarm{a.id, "plausible"})) continue;
    const rules::AlarmRule* rule = rules::AlarmPack::built_in().rule(a.rule);
    items.push(Json::object({{"due_ms", Json()}, {"kind", "alarm"}, {"object", id}, {"since_ms", a.at_ms}, {"title", rule ? rule->zh : a.rule}}));
  }
}

}  // namespace sluice::node
