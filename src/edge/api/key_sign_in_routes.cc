// Sign-in by challenge with a person's own SM2 key (node/sign_in_key.h) or certificate (node/certificates.h), setting that key, registering
// certificates, and the second factor by certificate.
//
// Signing in this way opens a session as a password does; acts that want a second factor want it shown apart: a one-time code, or a
// challenge signed with a certificate. What a certificate opened or showed ends with it, on the next request.
#include "edge/api/challenges.h"
#include "edge/api/factor.h"
#include "node/certificates.h"
#include "node/sign_in_key.h"
#include "space/credential/use.h"

namespace sluice::api {

using namespace space;

namespace {

constexpr std::string_view kChallengeRoute = "/api/v1/session/key/sign-in";

struct ChallengeAsk {
  std::string account;
  static constexpr auto fields = field_list(field("account", &ChallengeAsk::account));
};
struct KeySignIn {
  std::string account, challenge;
  Bytes signature;
  static constexpr auto fields = field_list(field("account", &KeySignIn::account), field("challenge", &KeySignIn::challenge), field("signature", &KeySignIn::signature));
};
struct SetKey {
  Bytes public_key, proof;
  static constexpr auto fields = field_list(field("public_key", &SetKey::public_key), field("proof", &SetKey::proof));
};

Answer hand_out(Core& core, Challenges& challenges, const http::Request& request) {
  Json body = TRY(body_of(request));
  auto ask = TRY(decode<ChallengeAsk>(body));
  if (ask.account.empty() || ask.account.size() > 200) return fail(Errc::unauthenticated, "sign_in.failed");
  std::string challenge = challenges.issue(ask.account);
  return json_of(200, Json::object({{"challenge", challenge}, {"text", node::sign_in_text(core.node.ledger().origin(), ask.account, challenge)}}));
}

Answer sign_in_by_key(Core& core, Challenges& challenges, const http::Request& request) {
  Json body = TRY(body_of(request));
  auto given = TRY(decode<KeySignIn>(body));
  if (given.account.size() > 200 || given.challenge.size() > 200 || given.signature.size() > 200) return fail(Errc::unauthenticated, "sign_in.failed");
  std::string name = sign_in_name(given.account);
  TRY(core.throttle.allow(name, request.peer.address));
  bool fresh = challenges.take(given.challenge, given.account);
  std::string opened_by;
  auto person = fresh ? node::check_sign_in_key(core.node, given.account, given.challenge, given.signature)
                      : Result<PersonId>(fail(Errc::unauthenticated, "sign_in.failed"));
  if (fresh && !person) {
    auto by_certificate = node::check_certificate_sign_in(core.node, given.account, given.challenge, given.signature);
    if (by_certificate) {
      person = by_certificate->person;
      opened_by = "certificate:" + by_certificate->certificate.str();
    }
  }
  if (!person) {
    core.throttle.failed(name, request.peer.address);
    core.record_stranger(request, kChallengeRoute, person.error());
    return tl::unexpected(person.error());
  }
  core.throttle.succeeded(name, request.peer.address);
  if (Status may = core.may_act(*person); !may) {
    core.record_stranger(request, kChallengeRoute, may.error());
    return tl::unexpected(may.error());
  }
  auto opened = core.sessions.open(person->str(), opened_by);
  // Who it is and the CSRF token: GET /api/v1/session, with the cookie.
  http::Response response = json_of(200, Json::object({{"csrf", opened.session.csrf}, {"person", person->str()}}));
  response.headers.emplace("Set-Cookie", opened.set_cookie);
  return response;
}

struct StepUpBody {
  std::string challenge;
  Bytes signature;
  static constexpr auto fields = field_list(field("challenge", &StepUpBody::challenge), field("signature", &StepUpBody::signature));
};
struct CertificateBody {
  std::string certificate;  // PEM
  Bytes proof;
  static constexpr auto fields = field_list(field("certificate", &CertificateBody::certificate), field("proof", &CertificateBody::proof));
};
struct ListBody {
  std::string list;  // PEM, or base64 of DER
  static constexpr auto fields = field_list(field("list", &ListBody::list));
};
struct AuthorityBody {
  std::string certificate, reason;
  static constexpr auto fields = field_list(field("certificate", &AuthorityBody::certificate), field("reason", &AuthorityBody::reason));
};

// PEM as it is; anything else is base64 of DER.
Result<Bytes> pem_or_der(const std::string& text) {
  if (text.starts_with("-----BEGIN ")) return to_bytes(text);
  auto bytes = from_base64(text);
  if (!bytes) return fail(Errc::invalid, "certificate.malformed", "PEM");
  return bytes;
}

bool sees_certificates(const node::View& view) { return view.administers() || view.sees_all() || view.person.has(Duty::security_officer, view.now); }

Answer certificates_seen(Core& core, const Call& call) {
  Json all = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    Json items = Json::array(), authorities = Json::array();
    for (const auto& [id, certificate] : view.state.certificates) {
      bool own = certificate.person == view.person.id;
      if (!own && !(sees_certificates(view) && view.may_know(certificate.person.str()))) continue;
      Status counts = certificate_in_force(view.state, certificate, view.now);
      Json can = Json::array();
      if (view.may(RevokeCertificate{certificate.id, "plausible"})) can.push(Json("revoke"));
      items.push(view.shown(encode(certificate).set("in_force", counts.has_value()).set("why", counts ? std::string() : std::string(counts.error().reason)), std::move(can)));
    }
    for (const auto& [id, authority] : view.state.authorities) {
      Json can = Json::array();
      if (view.may(EndAuthority{authority.id, "plausible"})) can.push(Json("end"));
      if (view.person.has(Duty::security_admin, view.now) && !authority.ended) can.push(Json("revocations"));
      authorities.push(view.shown(encode(authority), std::move(can)));
    }
    return Json::object({{"authorities", std::move(authorities)}, {"items", std::move(items)}});
  }));
  if (Json* items = const_cast<Json*>(all.find("items")))
    for (Json& item : items->as_array())
      if (auto id = CertificateId::parse(item.get_string_or("id", "").value_or(""))) item.set("subject", node::certificate_subject(core.node, *id));
  return core.object(call, all);
}

Answer step_up_by_certificate(Core& core, Challenges& challenges, const Call& call) {
  auto session = TRY(session_of(call));
  auto given = TRY(command_of<StepUpBody>(call.request, {}, {"challenge", "signature"}));
  std::string certificate;
  TRY(throttled(core, call, "certificate", [&]() -> Status {
    if (!challenges.take(given.challenge, call.by.person.str())) return fail(Errc::forbidden, "certificate.none");
    certificate = TRY(node::check_certificate_step_up(core.node, call.by.person, given.challenge, given.signature)).str();
    return {};
  }));
  core.sessions.mark_step_up(session, "certificate:" + certificate);
  session.stepped_up_at = core.node.clock().now();
  return json_of(200, TRY(me(core, call.by.person, session)));
}

void add_certificate_routes(Core& core, const std::shared_ptr<Challenges>& challenges) {
  core.get("/api/v1/certificates", [&core](Call& call) { return certificates_seen(core, call); });
  core.post("/api/v1/certificates", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<CertificateBody>(call.request, {}, {"certificate", "proof"}));
    auto id = TRY(node::register_certificate(core.node, call.by, TRY(pem_or_der(ask.certificate)), ask.proof));
    return json_of(201, Json::object({{"id", id.str()}}));
  });
  core.post("/api/v1/certificates/{id}/revoke", [&core](Call& call) -> Answer {
    TRY(core.node.space().execute(call.by, TRY(command_of<RevokeCertificate>(call.request, {{"certificate", call.param("id")}}, {"reason"}))));
    return certificates_seen(core, call);
  });
  core.post("/api/v1/certificate-authorities", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<AuthorityBody>(call.request, {}, {"certificate", "reason"}));
    TRY(core.node.space().execute(call.by, AdoptAuthority{TRY(pem_or_der(ask.certificate)), ask.reason}));
    return certificates_seen(core, call);
  });
  core.post("/api/v1/certificate-authorities/{id}/end", [&core](Call& call) -> Answer {
    TRY(core.node.space().execute(call.by, TRY(command_of<EndAuthority>(call.request, {{"authority", call.param("id")}}, {"reason"}))));
    return certificates_seen(core, call);
  });
  core.post("/api/v1/certificate-authorities/{id}/revocations", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<ListBody>(call.request, {}, {"list"}));
    auto id = TRY(id_of<AuthorityId>(call.param("id"), "certificate.no_such_authority"));
    return json_of(200, encode(TRY(node::take_revocations(core.node, call.by, id, TRY(pem_or_der(ask.list))))));
  });
  core.post("/api/v1/session/certificate/challenge", [&core, challenges](Call& call) -> Answer {
    std::string challenge = challenges->issue(call.by.person.str());
    return json_of(200, Json::object({{"challenge", challenge}, {"text", node::step_up_text(core.node.ledger().origin(), call.by.person, challenge)}}));
  });
  core.post("/api/v1/session/certificate/step-up", [&core, challenges](Call& call) { return step_up_by_certificate(core, *challenges, call); });
}

}  // namespace

void add_key_sign_in_routes(Core& core) {
  auto challenges = std::make_shared<Challenges>(core.node.clock(), core.node.random());
  add_certificate_routes(core, challenges);
  core.open(http::Method::post, "/api/v1/session/key/challenge",
            [&core, challenges](const http::Request& request, const http::Params&) { return hand_out(core, *challenges, request); });
  core.open(http::Method::post, kChallengeRoute,
            [&core, challenges](const http::Request& request, const http::Params&) { return sign_in_by_key(core, *challenges, request); });
  core.get("/api/v1/session/key", [&core](Call& call) -> Answer {
    return json_of(200, Json::object({{"key_id", node::sign_in_key_id(core.node, call.by.person)}, {"person", call.by.person.str()}}));
  });
  core.post("/api/v1/session/key", [&core](Call& call) -> Answer {
    auto ask = TRY(command_of<SetKey>(call.request, {}, {"public_key", "proof"}));
    TRY(node::set_sign_in_key(core.node, call.by, ask.public_key, ask.proof));
    return json_of(200, Json::object({{"key_id", node::sign_in_key_id(core.node, call.by.person)}, {"person", call.by.person.str()}}));
  });
  core.remove("/api/v1/session/key", [&core](Call& call) -> Answer {
    TRY(node::remove_sign_in_key(core.node, call.by));
    http::Response response;
    response.status = 204;
    return response;
  });
}

}  // namespace sluice::api
