// Sign-in by challenge with a person's own SM2 key (node/sign_in_key.h), and setting that key.
//
// A challenge is for one account, lives two minutes and counts once; it is handed out for accounts that do not exist as well.
// Signing in this way opens a session as a password does; acts that want a second factor still want the one-time code.
#include <map>
#include <mutex>

#include "edge/api/core.h"
#include "node/sign_in_key.h"

namespace sluice::api {

using namespace space;

namespace {

constexpr TimeMs kChallengeMs = 2 * kMinuteMs;
constexpr size_t kChallengesMax = 10'000;
constexpr std::string_view kChallengeRoute = "/api/v1/session/key/sign-in";

class Challenges {
 public:
  Challenges(Clock& clock, RandomSource& random) : clock_(clock), random_(random) {}

  std::string issue(const std::string& account) {
    std::lock_guard lock(mutex_);
    TimeMs now = clock_.now();
    std::erase_if(open_, [&](const auto& item) { return now >= item.second.expires_ms; });
    if (open_.size() >= kChallengesMax) open_.erase(open_.begin());
    std::string challenge = base64url(random_bytes(random_, 32));
    open_[challenge] = {account, now + kChallengeMs};
    return challenge;
  }
  bool take(const std::string& challenge, const std::string& account) {
    std::lock_guard lock(mutex_);
    auto it = open_.find(challenge);
    if (it == open_.end()) return false;
    bool good = it->second.account == account && clock_.now() < it->second.expires_ms;
    open_.erase(it);
    return good;
  }

 private:
  struct Open {
    std::string account;
    TimeMs expires_ms = 0;
  };
  Clock& clock_;
  RandomSource& random_;
  std::mutex mutex_;
  std::map<std::string, Open> open_;
};

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
  auto person = fresh ? node::check_sign_in_key(core.node, given.account, given.challenge, given.signature)
                      : Result<PersonId>(fail(Errc::unauthenticated, "sign_in.failed"));
  if (!person) {
    core.throttle.failed(name, request.peer.address);
    core.record_stranger(request, kChallengeRoute, person.error());
    return tl::unexpected(person.error());
  }
  core.throttle.succeeded(name, request.peer.address);
  auto opened = core.sessions.open(person->str());
  // Who it is and the CSRF token: GET /api/v1/session, with the cookie.
  http::Response response = json_of(200, Json::object({{"csrf", opened.session.csrf}, {"person", person->str()}}));
  response.headers.emplace("Set-Cookie", opened.set_cookie);
  return response;
}

}  // namespace

void add_key_sign_in_routes(Core& core) {
  auto challenges = std::make_shared<Challenges>(core.node.clock(), core.node.random());
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
