#include "node/oidc.h"

#include <algorithm>

#include "base/log.h"
#include "crypto/hash.h"
#include "node/work.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kProviderItem = "oidc_provider", kIdentityItem = "oidc_identity";
constexpr TimeMs kFlowMs = 10 * kMinuteMs, kMetadataMs = 10 * kMinuteMs, kKeysAgainMs = 10 * kSecondMs, kSilentMs = 5 * kSecondMs, kLeewayMs = kMinuteMs, kIssuedMsMax = 10 * kMinuteMs;
constexpr size_t kFlowsMax = 10'000, kSubjectBytesMax = 255, kMetadataBytesMax = 256u << 10, kUrlBytes = 2000;
constexpr std::chrono::seconds kTurn{3};
const std::vector<std::string> kAlgorithms{"RS256", "PS256", "ES256", "EdDSA"};

// One flow at a time changes an item: a link is not given to two people.
std::mutex& links_mutex() {
  static std::mutex mutex;
  return mutex;
}

// RFC 3986 unreserved characters stay.
std::string form_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += {'%', kDigits[c >> 4], kDigits[c & 15]};
    }
  }
  return out;
}

std::string form_of(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) out += (out.empty() ? "" : "&") + std::string(name) + "=" + form_encoded(value);
  return out;
}

bool is_web_url(std::string_view url) {
  if (url.size() > kUrlBytes || url.find_first_of(" \"<>\\\n\r\t#") != std::string_view::npos) return false;
  if (url.starts_with("https://")) return true;
  for (std::string_view here : {"http://127.0.0.1:", "http://[::1]:", "http://localhost:"})
    if (url.starts_with(here)) return true;
  return false;
}

tl::unexpected<Error> bad_token(const char* check) { return fail(Errc::refused, "oidc.bad_token", check); }

// What a provider may answer instead of a code (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6); other words are not repeated.
std::string known_word(const std::string& error) {
  for (std::string_view word : {"access_denied", "login_required", "consent_required", "interaction_required", "invalid_request", "invalid_scope",
                                "server_error", "temporarily_unavailable", "unauthorized_client", "unsupported_response_type"})
    if (error == word) return error;
  return {};
}

bool names_audience(const Json& claims, const std::string& client) {
  const Json* aud = claims.find("aud");
  if (!aud) return false;
  if (aud->is_string()) return aud->as_string() == client;
  if (!aud->is_array() || aud->as_array().empty()) return false;
  bool named = std::any_of(aud->as_array().begin(), aud->as_array().end(), [&](const Json& one) { return one.is_string() && one.as_string() == client; });
  bool alone = aud->as_array().size() == 1;
  return named && (alone || claims.get_string_or("azp", "").value_or("") == client);
}

Status check_claims(const Json& claims, const std::string& issuer, const std::string& client, TimeMs now) {
  if (claims.get_string_or("iss", "").value_or("") != issuer) return bad_token("iss");
  if (!names_audience(claims, client)) return bad_token("aud");
  auto azp = claims.get_string_or("azp", client);
  if (!azp || *azp != client) return bad_token("azp");
  auto expires = claims.get_int("exp"), issued = claims.get_int("iat"), from = claims.get_int_or("nbf", 0);
  constexpr int64_t seconds_max = int64_t{1} << 40;
  if (!expires || *expires < 0 || *expires > seconds_max || now >= *expires * kSecondMs + kLeewayMs) return bad_token("exp");
  if (!issued || *issued < 0 || *issued > seconds_max || *issued * kSecondMs > now + kLeewayMs || *issued * kSecondMs < now - kIssuedMsMax - kLeewayMs)
    return bad_token("iat");
  if (!from || *from > seconds_max || *from * kSecondMs > now + kLeewayMs) return bad_token("nbf");
  auto subject = claims.get_string_or("sub", "");
  if (!subject || subject->empty() || subject->size() > kSubjectBytesMax) return bad_token("sub");
  return {};
}

std::string digest_of_ca(const ProviderSecrets& secrets) { return hex(sm3(view(secrets.ca_pem))); }

Result<ProviderSecrets> secrets_of(Node& node, const std::string& provider) {
  auto item = node.registry().get(kProviderItem, provider);
  if (!item) return fail(Errc::not_found, "oidc.no_such_provider");
  return decode<ProviderSecrets>(TRY(parse_json(text(item->reveal("to ask the provider")))));
}

std::optional<SignInProvider> provider_set(Node& node, const std::string& name) {
  return node.space().read([&](const State& s) -> std::optional<SignInProvider> {
    auto known = s.sign_in_providers.find(name);
    return known == s.sign_in_providers.end() ? std::nullopt : std::optional(known->second);
  });
}

// Whether the provider of this name is still the one that was looked at when the link was asked for.
bool rests_on(const IdentityLink& link, const SignInProvider& provider, const ProviderSecrets& secrets) {
  return link.provider == provider.provider && link.issuer == provider.issuer && link.ca_sm3 == digest_of_ca(secrets);
}

// Of every account, or of every other than `except`: what is linked, and, where wanted, what is asked for.
std::vector<std::pair<PersonId, IdentityId>> identities(Node& node, const PersonId& except, bool asked_too) {
  return node.space().read([&](const State& s) {
    std::vector<std::pair<PersonId, IdentityId>> out;
    for (const auto& [id, person] : s.persons) {
      if (person.id == except) continue;
      if (person.identity) out.emplace_back(person.id, person.identity->id);
      if (asked_too && person.identity_asked && node.clock().now() < person.identity_asked->at_ms + kIdentityAskMs) out.emplace_back(person.id, person.identity_asked->id);
    }
    return out;
  });
}

Result<PersonId> person_behind(Node& node, const SignInProvider& provider, const ProviderSecrets& secrets, const std::string& subject) {
  for (const auto& [person, identity] : identities(node, {}, false)) {
    auto link = identity_item(node, identity);
    if (!link || !rests_on(*link, provider, secrets) || link->subject != subject) continue;
    bool may = node.space().read([&](const State& s) {
      const Person* p = find(s.persons, person);
      return p && active(s, *p, node.clock().now());
    });
    if (may) return person;
  }
  return fail(Errc::forbidden, "oidc.not_linked");
}

void forget_identity(Node& node, const std::optional<Identity>& identity) {
  if (identity) (void)node.registry().erase(kIdentityItem, identity->id.str());
}

std::optional<Person> account_of(Node& node, const PersonId& person) {
  return node.space().read([&](const State& s) -> std::optional<Person> {
    const Person* p = find(s.persons, person);
    return p ? std::optional(*p) : std::nullopt;
  });
}

}  // namespace

Status set_provider(Node& node, const Principal& by, const SetSignInProvider& command, const ProviderSecrets& secrets) {
  if (!is_web_url(secrets.redirect_uri) || !secrets.redirect_uri.ends_with(kOidcCallbackPath) || secrets.redirect_uri.find('?') != std::string::npos)
    return fail(Errc::invalid, "oidc.bad_redirect");
  if (secrets.client_secret.size() > 1000 || secrets.ca_pem.size() > (64u << 10)) return fail(Errc::invalid, "form.text_too_long", "client_secret or ca_pem");
  TRY(node.space().execute(by, command));
  return node.registry().put(kProviderItem, command.provider, SecretBytes(to_bytes(canonical(encode(secrets)))));
}

Status remove_provider(Node& node, const Principal& by, const RemoveSignInProvider& command) {
  TRY(node.space().execute(by, command));
  Status gone = node.registry().erase(kProviderItem, command.provider);
  return !gone && gone.error().code != Errc::not_found ? gone : Status{};
}

Result<IdentityLink> identity_item(Node& node, const IdentityId& identity) {
  auto item = node.registry().get(kIdentityItem, identity.str());
  if (!item) return fail(Errc::not_found, "oidc.not_linked");
  return decode<IdentityLink>(TRY(parse_json(text(item->reveal("an account's identity elsewhere")))));
}

Result<IdentityLink> link_of(Node& node, const PersonId& person) {
  auto account = account_of(node, person);
  if (!account || !account->identity) return fail(Errc::not_found, "oidc.not_linked");
  return identity_item(node, account->identity->id);
}

Status is_linked(Node& node, const PersonId& person, const std::string& provider) {
  auto link = TRY(link_of(node, person));
  auto set = provider_set(node, provider);
  auto secrets = secrets_of(node, provider);
  return set && secrets && rests_on(link, *set, *secrets) ? Status{} : fail(Errc::forbidden, "oidc.not_linked");
}

Status ask_identity(Node& node, const Principal& by, const PersonId& person, const std::string& provider, const std::string& subject) {
  std::lock_guard lock(links_mutex());
  if (subject.empty() || subject.size() > kSubjectBytesMax || !is_utf8(subject)) return fail(Errc::invalid, "oidc.bad_subject");
  AskIdentity ask{IdentityId::make(node.random()), person, provider};
  // May the administrator at all? Asked first, so that nobody learns from an answer who is linked.
  TRY(would_take(node, by, ask));
  auto set = provider_set(node, provider);
  if (!set) return fail(Errc::not_found, "oidc.no_such_provider");
  IdentityLink link{provider, set->issuer, subject, digest_of_ca(TRY(secrets_of(node, provider)))};
  for (const auto& [other, identity] : identities(node, person, true)) {
    auto known = identity_item(node, identity);
    if (known && known->issuer == link.issuer && known->subject == subject) return fail(Errc::conflict, "oidc.linked_to_another");
  }
  auto before = account_of(node, person);
  TRY(node.registry().put(kIdentityItem, ask.identity.str(), SecretBytes(to_bytes(canonical(encode(link))))));
  auto asked = node.space().execute(by, ask);
  if (!asked) {
    (void)node.registry().erase(kIdentityItem, ask.identity.str());
    return tl::unexpected(asked.error());
  }
  if (before) forget_identity(node, before->identity_asked);
  return {};
}

Status decide_identity(Node& node, const Principal& by, const DecideIdentity& command) {
  std::lock_guard lock(links_mutex());
  auto before = account_of(node, command.person);
  bool asked = before && before->identity_asked && before->identity_asked->id == command.identity;
  if (asked && command.approve) {
    auto link = identity_item(node, command.identity);
    auto set = provider_set(node, before->identity_asked->provider);
    auto secrets = secrets_of(node, before->identity_asked->provider);
    if (!link || !set || !secrets || !rests_on(*link, *set, *secrets)) return fail(Errc::conflict, "oidc.link_outdated");
  }
  TRY(node.space().execute(by, command));
  if (before) forget_identity(node, command.approve ? before->identity : before->identity_asked);
  return {};
}

Status unlink_identity(Node& node, const Principal& by, const PersonId& person) {
  std::lock_guard lock(links_mutex());
  auto before = account_of(node, person);
  TRY(node.space().execute(by, NoteCredentialChange{person, "oidc"}));
  if (!before || (!before->identity && !before->identity_asked)) return fail(Errc::not_found, "oidc.not_linked");
  forget_identity(node, before->identity);
  forget_identity(node, before->identity_asked);
  return {};
}

Result<OidcSignIn::Provider> OidcSignIn::provider(const std::string& name) {
  auto set = provider_set(node_, name);
  if (!set) return fail(Errc::not_found, "oidc.no_such_provider");
  return Provider{*set, TRY(secrets_of(node_, name))};
}

Result<std::unique_lock<std::timed_mutex>> OidcSignIn::my_turn() {
  std::unique_lock lock(asking_, kTurn);
  if (!lock) return fail(Errc::unreachable, "oidc.unreachable", "busy");
  return lock;
}

Result<Json> OidcSignIn::fetch_json(const Provider& provider, const std::string& url) {
  auto answer = fetch_(WebAsk{.url = url, .form = {}, .basic_auth = {}, .ca_pem = provider.secrets.ca_pem});
  if (!answer) return fail(Errc::unreachable, "oidc.unreachable", std::string(answer.error().reason));
  auto json = answer->status == 200 ? parse_json(answer->body, kMetadataBytesMax) : Result<Json>(fail(Errc::refused, ""));
  if (!json || !json->is_object()) return fail(Errc::refused, "oidc.bad_metadata");
  return json;
}

Status OidcSignIn::read_keys(const Provider& provider, Metadata& metadata) {
  metadata.keys_read_ms = node_.clock().now();
  Json json = TRY(fetch_json(provider, metadata.keys_url));
  auto keys = WebKeys::read(canonical(json));
  if (!keys) return fail(Errc::refused, "oidc.bad_metadata", "jwks_uri");
  metadata.keys = std::move(*keys);
  return {};
}

// Under asking_.
Result<std::shared_ptr<OidcSignIn::Metadata>> OidcSignIn::metadata(const Provider& provider) {
  TimeMs now = node_.clock().now();
  auto& known = known_[provider.set.provider];
  if (known && known->issuer == provider.set.issuer && now < known->read_ms + kMetadataMs) return known;
  TimeMs& silent_until = silent_until_[provider.set.provider];
  if (now < silent_until) return fail(Errc::unreachable, "oidc.unreachable", "a moment ago");
  std::string base = provider.set.issuer;
  if (base.ends_with('/')) base.pop_back();
  auto said = fetch_json(provider, base + "/.well-known/openid-configuration");
  // The clock now: the question may have taken its whole time.
  if (!said && said.error().code == Errc::unreachable) silent_until = node_.clock().now() + kSilentMs;
  Json json = TRY(std::move(said));
  auto fresh = std::make_shared<Metadata>();
  auto word = [&](std::string_view name) { return json.get_string_or(name, "").value_or(""); };
  fresh->issuer = word("issuer");
  fresh->authorization = word("authorization_endpoint");
  fresh->token = word("token_endpoint");
  fresh->keys_url = word("jwks_uri");
  fresh->names_issuer = json.get_bool_or("authorization_response_iss_parameter_supported", false).value_or(false);
  fresh->read_ms = now;
  if (fresh->issuer != provider.set.issuer) return fail(Errc::refused, "oidc.bad_metadata", "issuer");
  for (const std::string* url : {&fresh->authorization, &fresh->token, &fresh->keys_url})
    if (!is_web_url(*url)) return fail(Errc::refused, "oidc.bad_metadata", "endpoint");
  TRY(read_keys(provider, *fresh));
  known = fresh;
  return known;
}

Result<OidcSignIn::Begun> OidcSignIn::begin(const std::string& name) {
  Provider from = TRY(provider(name));
  std::string authorization;
  {
    auto turn = TRY(my_turn());
    authorization = TRY(metadata(from))->authorization;
  }
  auto fresh = [&] { return base64url(random_bytes(node_.random(), 32)); };
  std::string state = fresh(), binding = fresh();
  Flow flow{name, fresh(), fresh(), sm3(view(binding)), node_.clock().now() + kFlowMs};
  std::string form = form_of({{"client_id", from.set.client_id}, {"code_challenge", base64url(sha256(view(flow.verifier)))}, {"code_challenge_method", "S256"},
                              {"nonce", flow.nonce}, {"redirect_uri", from.secrets.redirect_uri}, {"response_type", "code"}, {"scope", "openid"}, {"state", state}});
  std::lock_guard lock(mutex_);
  TimeMs now = node_.clock().now();
  std::erase_if(flows_, [&](const auto& item) { return now >= item.second.expires_ms; });
  if (flows_.size() >= kFlowsMax) return fail(Errc::exhausted, "oidc.too_many");
  flows_[state] = std::move(flow);
  return Begun{authorization + (authorization.find('?') == std::string::npos ? "?" : "&") + form, binding};
}

Result<OidcSignIn::Flow> OidcSignIn::take_flow(const Returned& returned, std::string_view binding) {
  std::lock_guard lock(mutex_);
  auto found = flows_.find(returned.state);
  if (found == flows_.end()) return fail(Errc::refused, "oidc.bad_state");
  // Another browser may not use it up.
  if (!equal_const_time(sm3(view(binding)), found->second.binding)) return fail(Errc::refused, "oidc.bad_state");
  Flow flow = std::move(found->second);
  flows_.erase(found);
  if (node_.clock().now() >= flow.expires_ms) return fail(Errc::refused, "oidc.bad_state");
  return flow;
}

Result<std::string> OidcSignIn::redeem(const Provider& from, const Metadata& at, const Flow& flow, const std::string& code) {
  WebAsk ask{.url = at.token, .form = {}, .basic_auth = {}, .ca_pem = from.secrets.ca_pem};
  ask.form = form_of({{"client_id", from.set.client_id}, {"code", code}, {"code_verifier", flow.verifier}, {"grant_type", "authorization_code"},
                      {"redirect_uri", from.secrets.redirect_uri}});
  if (!from.secrets.client_secret.empty()) ask.basic_auth = form_encoded(from.set.client_id) + ":" + form_encoded(from.secrets.client_secret);
  auto answer = fetch_(ask);
  if (!answer) return fail(Errc::unreachable, "oidc.unreachable", std::string(answer.error().reason));
  auto json = answer->status == 200 ? parse_json(answer->body, kMetadataBytesMax) : Result<Json>(fail(Errc::refused, ""));
  auto token = json ? json->get_string("id_token") : Result<std::string>(fail(Errc::refused, ""));
  if (!token) return fail(Errc::refused, "oidc.bad_answer");
  return token;
}

// Under asking_. A key that is not known may be new: the set is read again, once in a while.
Result<Json> OidcSignIn::checked_claims(const Provider& from, Metadata& at, const std::string& token) {
  auto claims = at.keys.claims_of(token, kAlgorithms);
  if (!claims && claims.error().reason == "token.unknown_key" && node_.clock().now() >= at.keys_read_ms + kKeysAgainMs) {
    TRY(read_keys(from, at));
    claims = at.keys.claims_of(token, kAlgorithms);
  }
  if (claims) return claims;
  std::string_view reason = claims.error().reason;
  if (reason == "token.algorithm") return bad_token("alg");
  if (reason == "token.unknown_key") return bad_token("kid");
  return bad_token(reason == "token.bad_signature" ? "signature" : "form");
}

Result<OidcSignIn::Known> OidcSignIn::finish(const Returned& returned, std::string_view binding) {
  Flow flow = TRY(take_flow(returned, binding));
  if (!returned.error.empty()) return fail(Errc::forbidden, "oidc.denied", known_word(returned.error));
  if (returned.code.empty() || returned.code.size() > 4096) return fail(Errc::refused, "oidc.bad_state");
  Provider from = TRY(provider(flow.provider));
  std::shared_ptr<Metadata> at;
  {
    auto turn = TRY(my_turn());
    at = TRY(metadata(from));
  }
  // A code of one provider handed in under the name of another (RFC 9207).
  if (returned.iss.empty() ? at->names_issuer : returned.iss != at->issuer) return fail(Errc::refused, "oidc.bad_state");
  std::string token = TRY(redeem(from, *at, flow, returned.code));
  auto turn = TRY(my_turn());
  Json claims = TRY(checked_claims(from, *at, token));
  turn.unlock();
  TRY(check_claims(claims, at->issuer, from.set.client_id, node_.clock().now()));
  if (!equal_const_time(view(claims.get_string_or("nonce", "").value_or("")), view(flow.nonce))) return bad_token("nonce");
  PersonId person = TRY(person_behind(node_, from.set, from.secrets, TRY(claims.get_string("sub"))));
  return Known{person, flow.provider};
}

}  // namespace sluice::node
