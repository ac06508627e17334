// Sign-in, second factor, password: everything about the person who is asking.
#include "crypto/totp.h"
#include "edge/api/factor.h"
#include "node/people.h"
#include "space/access/question.h"

namespace sluice::api {

using namespace space;

Result<Json> me(Core& core, const PersonId& person, const std::optional<http::Session>& session) {
  node::Node& node = core.node;
  auto item = TRY(node::person_item(node, person));
  auto genesis = TRY(node.ledger().entry(0));
  Json out = TRY(core.look(Principal{.person = person}, [&](const node::View& view) -> Result<Json> {
    const Party* party = find(view.state.parties, view.person.party);
    Json duties = Json::array();
    for (Duty duty : duties_now(view.state, view.person, view.now)) duties.push(Json(name_of(duty)));
    return Json::object({{"person", person.str()},
                         {"duties", std::move(duties)},
                         {"party", Json::object({{"id", party->id.str()}, {"name", party->name}, {"role", name_of(party->role)}})}});
  }));
  TimeMs now = node.clock().now(), until = 0;
  if (session && core.sessions.demand_step_up(*session)) {
    http::SessionLimits limits;
    until = session->stepped_up_at == 0 ? now + limits.step_up_ms : session->stepped_up_at + limits.step_up_ms;
  }
  out.set("account", item.account).set("display_name", item.display_name).set("csrf", session ? session->csrf : "");
  out.set("totp", item.totp_confirmed ? "enrolled" : "none").set("stepped_up_until_ms", until).set("cn_now_ms", now);
  out.set("must_change_password", item.must_change_password && session.has_value());
  out.set("space", Json::object({{"name", genesis.body.get_string_or("name", "").value_or("")},
                                 {"uscc", genesis.body.get_string_or("uscc", "").value_or("")},
                                 {"origin", node.ledger().origin()}}));
  return out;
}

namespace {

constexpr std::string_view kSession = "/api/v1/session";

struct SignIn {
  std::string account, password;
  static constexpr auto fields = field_list(field("account", &SignIn::account), field("password", &SignIn::password));
};
struct Code {
  std::string code;
  static constexpr auto fields = field_list(field("code", &Code::code));
};
struct PasswordChange {
  std::string old_password, fresh;
  static constexpr auto fields = field_list(field("old", &PasswordChange::old_password), field("new", &PasswordChange::fresh));
};

Answer sign_in(Core& core, const http::Request& request) {
  Json body = TRY(body_of(request));
  auto given = TRY(decode<SignIn>(body));
  if (given.account.size() > 200 || given.password.size() > 1000) return fail(Errc::unauthenticated, "sign_in.failed");
  std::string name = sign_in_name(given.account);
  TRY(core.throttle.allow(name, request.peer.address));
  auto person = node::check_password(core.node, given.account, SecretText(given.password));
  if (!person) {
    if (person.error().code == Errc::unauthenticated) {
      core.throttle.failed(name, request.peer.address);
      core.record_stranger(request, kSession, person.error());
    }
    return tl::unexpected(person.error());
  }
  core.throttle.succeeded(name, request.peer.address);
  // Who may do nothing is told so, and why, instead of a session that ends with its first request. Only whoever has the password learns it.
  if (Status may = core.may_act(*person); !may) {
    core.record_stranger(request, kSession, may.error());
    return tl::unexpected(may.error());
  }
  auto opened = core.sessions.open(person->str());
  http::Response response = json_of(200, TRY(me(core, *person, opened.session)));
  response.headers.emplace("Set-Cookie", opened.set_cookie);
  return response;
}

Answer change_password(Core& core, Call& call) {
  auto session = TRY(session_of(call));
  Json body = TRY(body_of(call.request));
  auto change = TRY(decode<PasswordChange>(body));
  Status changed = throttled(core, call, "password", [&] {
    return node::change_password(core.node, call.by.person, SecretText(change.old_password), SecretText(change.fresh));
  });
  // A wrong old password is not a reason to sign the person out.
  if (!changed && changed.error().reason == "sign_in.failed") return fail(Errc::forbidden, "sign_in.failed");
  TRY(changed);
  core.sessions.close_others(session);
  http::Response response;
  response.status = 204;
  return response;
}

enum class CodeUse { confirm, step_up };

Answer show_code(Core& core, Call& call, CodeUse use) {
  auto session = TRY(session_of(call));
  Json body = TRY(body_of(call.request));
  auto given = TRY(decode<Code>(body));
  TRY(throttled(core, call, "totp", [&] {
    return use == CodeUse::confirm ? node::confirm_totp(core.node, call.by.person, given.code) : node::check_totp(core.node, call.by.person, given.code);
  }));
  core.sessions.mark_step_up(session);
  session.stepped_up_at = core.node.clock().now();
  return json_of(200, TRY(me(core, call.by.person, session)));
}

}  // namespace

void add_session_routes(Core& core) {
  core.open(http::Method::post, kSession, [&core](const http::Request& request, const http::Params&) { return sign_in(core, request); });
  core.get(kSession, [&core](Call& call) -> Answer { return json_of(200, TRY(me(core, call.by.person, call.session))); }, PasswordState::may_be_initial);
  core.remove(kSession, [&core](Call& call) -> Answer {
    if (call.session) core.sessions.close(*call.session);
    http::Response response;
    response.status = 204;
    response.headers.emplace("Set-Cookie", http::Sessions::clearing_cookie());
    return response;
  }, PasswordState::may_be_initial);
  core.post("/api/v1/session/password", [&core](Call& call) { return change_password(core, call); }, PasswordState::may_be_initial);
  core.post("/api/v1/session/totp/enrol", [&core](Call& call) -> Answer {
    TRY(session_of(call));
    auto offer = TRY(node::offer_totp(core.node, call.by.person));
    return json_of(200, Json::object({{"secret", offer.secret_base32}, {"otpauth_url", offer.uri}}));
  });
  core.post("/api/v1/session/totp/confirm", [&core](Call& call) { return show_code(core, call, CodeUse::confirm); });
  core.post("/api/v1/session/step-up", [&core](Call& call) { return show_code(core, call, CodeUse::step_up); });
}

}  // namespace sluice::api
