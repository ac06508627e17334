// Alarms: what stands, who takes it up, the rules as this space wants them, and the channels.
#include "edge/api/core.h"
#include "edge/notify/send.h"
#include "node/source_host.h"

namespace sluice::api {

using namespace space;

namespace {

Look alarm_look(Core& core, std::string id) {
  return [&core, id = std::move(id)](const node::View& view) { return view.alarm(id, &core.alarm_tries); };
}

Answer show_alarm_settings(Core& core, Call& call) {
  return core.show(call, [](const node::View& view) { return view.alarm_settings(); });
}

struct ChannelBody {
  AlarmChannel channel;
  std::string user, password, key, ca_pem;
  static constexpr auto fields = field_list(field("channel", &ChannelBody::channel), field("user", &ChannelBody::user), field("password", &ChannelBody::password), field("key", &ChannelBody::key),
                                            field("ca_pem", &ChannelBody::ca_pem));
};

// The host must be allowed before anything is kept, and is asked about again before every message.
Answer set_channel(Core& core, Call& call) {
  auto body = TRY(command_of<ChannelBody>(call.request, {}, {"channel"}));
  for (char& c : body.channel.host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    if (!view.may(SetAlarmChannel{body.channel, {}})) return fail(Errc::forbidden, "duty.missing", "system_admin");
    return Json::object();
  }));
  TRY(node::check_host_from_afar(core.node, {body.channel.host, body.channel.port}));
  TRY(node::set_alarm_channel(core.node, call.by, body.channel, {body.user, body.password, body.key, body.ca_pem}));
  return show_alarm_settings(core, call);
}

// One message now: what the server said is the answer.
Answer test_channel(Core& core, Call& call) {
  std::string name = call.param("id");
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    auto it = view.state.alarms.channels.find(name);
    if (it == view.state.alarms.channels.end()) return fail(Errc::not_found, "alarm.no_such_channel");
    if (!view.may(RemoveAlarmChannel{name, "plausible"})) return fail(Errc::forbidden, "duty.missing", "system_admin");
    return Json::object();
  }));
  TRY(node::test_channel(core.node, call.by, notify::send_alarm, name));
  return show_alarm_settings(core, call);
}

}  // namespace

void add_alarm_routes(Core& core) {
  core.get("/api/v1/alarms", [&core](Call& call) {
    return core.list(call, [&core](const node::View& view, const node::ListAsk& ask) { return view.alarms(ask, &core.alarm_tries); });
  });
  core.get("/api/v1/alarms/{id}", [&core](Call& call) { return core.show(call, alarm_look(core, call.param("id"))); });
  core.post("/api/v1/alarms/{id}/acknowledge", [&core](Call& call) -> Answer {
    auto id = TRY(id_of<AlarmId>(call.param("id"), "alarm.not_found"));
    auto command = TRY(command_of<AcknowledgeAlarm>(call.request, {{"alarm", id.str()}}, {"note"}));
    return core.act(call, command, alarm_look(core, id.str()));
  });
  core.post("/api/v1/alarms/{id}/clear", [&core](Call& call) -> Answer {
    auto id = TRY(id_of<AlarmId>(call.param("id"), "alarm.not_found"));
    auto command = TRY(command_of<ClearAlarm>(call.request, {{"alarm", id.str()}}, {"reason"}));
    return core.act(call, command, alarm_look(core, id.str()));
  });
  core.get("/api/v1/alarm-settings", [&core](Call& call) { return show_alarm_settings(core, call); });
  core.post("/api/v1/alarm-settings", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<SetAlarms>(call.request, {}, {"settings", "reason"}));
    return core.act(call, command, [](const node::View& view) { return view.alarm_settings(); });
  });
  core.post("/api/v1/alarm-channels", [&core](Call& call) { return set_channel(core, call); });
  core.post("/api/v1/alarm-channels/{id}/remove", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<RemoveAlarmChannel>(call.request, {{"name", call.param("id")}}, {"reason"}));
    TRY(node::remove_alarm_channel(core.node, call.by, command));
    return show_alarm_settings(core, call);
  });
  core.post("/api/v1/alarm-channels/{id}/test", [&core](Call& call) { return test_channel(core, call); });
}

}  // namespace sluice::api
