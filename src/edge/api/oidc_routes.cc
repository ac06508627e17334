// Sign-in through an outside provider (node/oidc.h): its button, the way there and back, and what administrators set.
//
// The callback answers a browser with a page of our own that goes on to the console: a redirect from another site would not bring the
// session's cookie, which is SameSite=Strict.
#include "edge/api/factor.h"
#include "edge/http/target.h"

namespace sluice::api {

using namespace space;

namespace {

constexpr std::string_view kStartRoute = "/api/v1/session/oidc/{provider}/start";
constexpr std::string_view kBindingCookie = "__Host-sluice-oidc", kBindingFlags = "; Path=/; Secure; HttpOnly; SameSite=Lax";

struct ProviderBody {
  std::string provider, title, issuer, client_id, client_secret, ca_pem, redirect_uri;
  static constexpr auto fields = field_list(field("provider", &ProviderBody::provider), field("title", &ProviderBody::title), field("issuer", &ProviderBody::issuer),
                                            field("client_id", &ProviderBody::client_id), field("client_secret", &ProviderBody::client_secret),
                                            field("ca_pem", &ProviderBody::ca_pem), field("redirect_uri", &ProviderBody::redirect_uri));
};
struct LinkBody {
  std::string provider, subject;
  static constexpr auto fields = field_list(field("provider", &LinkBody::provider), field("subject", &LinkBody::subject));
};

// For everyone: what a sign-in page may offer.
Answer offered(Core& core) {
  Json items = core.node.space().read([](const State& s) {
    Json out = Json::array();
    for (const auto& [name, provider] : s.sign_in_providers)
      out.push(Json::object({{"provider", name}, {"start", "/api/v1/session/oidc/" + name + "/start"}, {"title", provider.title}}));
    return out;
  });
  return json_of(200, Json::object({{"items", std::move(items)}}));
}

Answer start(Core& core, const http::Request& request, const http::Params& params) {
  TRY(core.throttle.allow_address(request.peer.address));
  auto begun = TRY(core.oidc.begin(params.find("provider")->second));
  http::Response response;
  response.status = 303;
  response.headers.emplace("Location", begun.url);
  response.headers.emplace("Cache-Control", "no-store");
  response.headers.emplace("Set-Cookie", std::string(kBindingCookie) + "=" + begun.binding + "; Max-Age=600" + std::string(kBindingFlags));
  return response;
}

bool is_browser(const http::Request& request) {
  const std::string* accept = request.header("accept");
  return accept && accept->find("text/html") != std::string::npos;
}

// A page without script that goes on at once; the words are ours alone.
http::Response go_on(const std::string& where) {
  std::string page = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=" + where +
                     "\"><title>Sluice 数闸</title><p><a href=\"" + where + "\">继续 Continue</a></p></html>\n";
  http::Response response = http::text_response(200, "text/html; charset=utf-8", page);
  response.headers.emplace("Cache-Control", "no-store");
  response.headers.emplace("Referrer-Policy", "no-referrer");
  return response;
}

Answer come_back(Core& core, const http::Request& request) {
  auto word = [&](std::string_view name) {
    const std::string* given = request.parameter(name);
    return given ? *given : std::string();
  };
  const std::string* cookies = request.header("cookie");
  std::string binding = cookies ? http::cookie(*cookies, kBindingCookie) : std::string();
  TRY(core.throttle.allow_address(request.peer.address));
  auto known = core.oidc.finish({word("state"), word("code"), word("iss"), word("error")}, binding);
  if (known)
    if (Status may = core.may_act(known->person); !may) known = tl::unexpected(may.error());
  std::string forget = std::string(kBindingCookie) + "=; Max-Age=0" + std::string(kBindingFlags);
  if (!known) {
    Error error = core.refuse_stranger(request, node::kOidcCallbackPath, known.error());
    if (!is_browser(request)) return tl::unexpected(std::move(error));
    http::Response page = go_on("/?sign_in_error=" + http::percent_encoded(error.reason));
    page.headers.emplace("Set-Cookie", forget);
    return page;
  }
  auto opened = core.sessions.open(known->person.str(), "oidc:" + known->provider);
  http::Response page = is_browser(request) ? go_on("/") : json_of(200, TRY(me(core, known->person, opened.session)));
  page.headers.emplace("Set-Cookie", opened.set_cookie);
  page.headers.emplace("Set-Cookie", forget);
  return page;
}

// Without its secret.
Answer providers_set(Core& core, const Call& call) {
  return core.show(call, [](const node::View& view) -> Result<Json> {
    if (!view.administers() && !view.sees_all()) return fail(Errc::forbidden, "duty.missing", "system_admin");
    Json items = Json::array();
    for (const auto& [name, provider] : view.state.sign_in_providers) {
      Json can = Json::array();
      if (view.person.has(Duty::system_admin, view.now)) can.push(Json("remove"));
      items.push(view.shown(encode(provider), std::move(can)));
    }
    return Json::object({{"items", std::move(items)}});
  });
}

Answer set_provider(Core& core, const Call& call) {
  auto ask = TRY(command_of<ProviderBody>(call.request, {}, {"provider", "title", "issuer", "client_id", "redirect_uri"}));
  TRY(node::set_provider(core.node, call.by, SetSignInProvider{ask.provider, ask.title, ask.issuer, ask.client_id},
                         {ask.client_secret, ask.ca_pem, ask.redirect_uri}));
  return providers_set(core, call);
}

struct DecideBody {
  IdentityId identity;
  bool approve = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("identity", &DecideBody::identity), field("approve", &DecideBody::approve), field("reason", &DecideBody::reason));
};

// What is linked and what is asked for, with what the registry keeps of each: for the owner and for the two administrators whom a link concerns.
Answer link_seen(Core& core, const Call& call, bool after_decision = false) {
  auto id = TRY(id_of<PersonId>(call.param("id"), "person.not_found"));
  Json out = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    if (id != call.by.person && !view.administers()) return fail(Errc::forbidden, "duty.missing", "system_admin or security_admin");
    const Person* person = find(view.state.persons, id);
    if (!person) return fail(Errc::not_found, "person.not_found");
    return view.identity_of(*person);
  }));
  const Json* names = out.find("names");
  Json shown = Json::object({{"asked", Json()}, {"can", *out.find("can")}, {"linked", Json()}, {"names", names ? *names : Json::object()}, {"person", id.str()}});
  bool any = false;
  for (const char* which : {"asked", "linked"}) {
    const Json* known = out.find(which);
    if (!known || !known->is_object()) continue;
    auto item = node::identity_item(core.node, TRY(IdentityId::parse(TRY(known->get_string("id")))));
    if (!item) continue;
    Json one = *known;
    one.set("issuer", item->issuer).set("provider", item->provider).set("subject", item->subject);
    shown.set(which, std::move(one));
    any = true;
  }
  if (!any && !after_decision) return fail(Errc::not_found, "oidc.not_linked");
  return core.object(call, shown);
}

}  // namespace

void add_oidc_routes(Core& core) {
  core.open(http::Method::get, "/api/v1/session/providers", [&core](const http::Request&, const http::Params&) { return offered(core); });
  core.open(http::Method::get, kStartRoute, [&core](const http::Request& request, const http::Params& params) { return start(core, request, params); });
  core.open(http::Method::get, node::kOidcCallbackPath, [&core](const http::Request& request, const http::Params&) { return come_back(core, request); });
  core.get("/api/v1/oidc/providers", [&core](Call& call) { return providers_set(core, call); });
  core.post("/api/v1/oidc/providers", [&core](Call& call) { return set_provider(core, call); });
  core.post("/api/v1/oidc/providers/{id}/remove", [&core](Call& call) -> Answer {
    TRY(node::remove_provider(core.node, call.by, TRY(command_of<RemoveSignInProvider>(call.request, {{"provider", call.param("id")}}, {"reason"}))));
    return providers_set(core, call);
  });
  core.get("/api/v1/people/{id}/oidc-link", [&core](Call& call) { return link_seen(core, call); });
  core.post("/api/v1/people/{id}/oidc-link", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<LinkBody>(call.request, {}, {"provider", "subject"}));
    auto person = TRY(id_of<PersonId>(call.param("id"), "person.not_found"));
    TRY(node::ask_identity(core.node, call.by, person, ask.provider, ask.subject));
    return link_seen(core, call);
  });
  core.post("/api/v1/people/{id}/oidc-link/decide", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<DecideBody>(call.request, {}, {"identity", "approve"}));
    auto person = TRY(id_of<PersonId>(call.param("id"), "person.not_found"));
    TRY(node::decide_identity(core.node, call.by, {person, ask.identity, ask.approve, ask.reason}));
    return link_seen(core, call, true);
  });
  core.post("/api/v1/people/{id}/oidc-link/remove", [&core](Call& call) -> Answer {
    auto person = TRY(id_of<PersonId>(call.param("id"), "person.not_found"));
    TRY(node::unlink_identity(core.node, call.by, person));
    http::Response response;
    response.status = 204;
    return response;
  });
}

}  // namespace sluice::api
