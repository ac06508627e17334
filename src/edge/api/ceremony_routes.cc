// The root key among officers, each at a desk of their own (node/root_ceremony.h), and who keeps it.
#include <algorithm>

#include "edge/api/core.h"
#include "edge/api/factor.h"

namespace sluice::api {

using namespace space;

namespace {

struct PassphraseBody {
  std::string passphrase;
  static constexpr auto fields = field_list(field("passphrase", &PassphraseBody::passphrase));
};
struct ShareBody {
  Json share;
  std::string passphrase;
  static constexpr auto fields = field_list(field("share", &ShareBody::share), field("passphrase", &ShareBody::passphrase));
};
struct AbandonBody {
  std::string reason;
  static constexpr auto fields = field_list(field("reason", &AbandonBody::reason));
};

bool sees_root(const node::View& view) {
  for (Duty duty : {Duty::system_admin, Duty::security_admin, Duty::audit_admin, Duty::security_officer, Duty::pi_officer, Duty::data_manager,
                    Duty::committee_member, Duty::supervisor})
    if (view.person.has(duty, view.now)) return true;
  return false;
}

Json open_to(const node::CeremonySeen& seen, const PersonId& who) {
  Json can = Json::array();
  bool open = seen.state == node::CeremonyState::joining || seen.state == node::CeremonyState::dealt;
  auto seat = std::find_if(seen.officers.begin(), seen.officers.end(), [&](const auto& s) { return s.person == who; });
  if (!open) return can;
  if (seat != seen.officers.end()) {
    if (!seat->joined) can.push(Json("join"));
    if (seen.state == node::CeremonyState::dealt && !seat->taken) can.push(Json("share"));
    if (seat->taken && !seat->confirmed) can.push(Json("confirm"));
  }
  if (seat != seen.officers.end() || seen.begun_by == who) can.push(Json("abandon"));
  return can;
}

Answer show_ceremony(Core& core, const Call& call) {
  node::CeremonySeen seen = core.ceremony.seen();
  return core.show(call, [&](const node::View& view) -> Result<Json> {
    bool officer = std::any_of(seen.officers.begin(), seen.officers.end(), [&](const auto& s) { return s.person == view.person.id; });
    if (!officer && !sees_root(view)) return fail(Errc::forbidden, "duty.missing", "security_admin");
    return view.shown(encode(seen), open_to(seen, view.person.id));
  });
}

Answer after(Core& core, const Call& call, Status done) {
  TRY(std::move(done));
  return show_ceremony(core, call);
}

Answer show_root(Core& core, const Call& call) {
  Json root = TRY(node::root_keeper(core.node));
  return core.show(call, [&](const node::View& view) -> Result<Json> {
    if (!sees_root(view)) return fail(Errc::forbidden, "duty.missing", "security_admin");
    return root;
  });
}

}  // namespace

void add_ceremony_routes(Core& core) {
  core.get("/api/v1/root-key", [&core](Call& call) { return show_root(core, call); });
  core.post("/api/v1/root-key/shares/check", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<ShareBody>(call.request, {}, {"share", "passphrase"}));
    TRY(throttled(core, call, "share", [&] { return core.ceremony.check_share(call.by, ask.share, SecretText(ask.passphrase)); }));
    return json_of(200, Json::object({{"opens", true}, {"name", ask.share.get_string_or("name", "").value_or("")}}));
  });
  core.get("/api/v1/root-key/ceremony", [&core](Call& call) { return show_ceremony(core, call); });
  core.post("/api/v1/root-key/ceremony", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<node::CeremonyAsk>(call.request, {}, {"key_work", "needed", "officers"}));
    return after(core, call, core.ceremony.begin(call.by, ask));
  });
  core.post("/api/v1/root-key/ceremony/join", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<PassphraseBody>(call.request, {}, {"passphrase"}));
    return after(core, call, core.ceremony.join(call.by, SecretText(ask.passphrase)));
  });
  core.post("/api/v1/root-key/ceremony/share", [&core](Call& call) -> Answer {
    Json share = TRY(core.ceremony.take_share(call.by));
    return json_of(200, Json::object({{"share", std::move(share)}}));
  });
  core.post("/api/v1/root-key/ceremony/confirm", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<ShareBody>(call.request, {}, {"share", "passphrase"}));
    return after(core, call, throttled(core, call, "share", [&] { return core.ceremony.confirm(call.by, ask.share, SecretText(ask.passphrase)); }));
  });
  core.post("/api/v1/root-key/ceremony/abandon", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<AbandonBody>(call.request, {}, {"reason"}));
    return after(core, call, core.ceremony.abandon(call.by, ask.reason));
  });
}

}  // namespace sluice::api
