// Guesses at a code, a password, a share or a signature of a person who is signed in, slowed down like guesses at a password.
#pragma once

#include "edge/api/core.h"

namespace sluice::api {

template <class Check>
Status throttled(Core& core, const Call& call, std::string_view what, Check check) {
  std::string name = std::string(what) + ":" + call.by.person.str();
  TRY(core.throttle.allow(name, call.request.peer.address));
  Status done = check();
  if (done) {
    core.throttle.succeeded(name, call.request.peer.address);
    return done;
  }
  for (std::string_view guess : {"totp.wrong_code", "sign_in.failed", "shares.wrong_passphrase", "certificate.none"})
    if (done.error().reason == guess) core.throttle.failed(name, call.request.peer.address);
  return done;
}

inline Result<http::Session> session_of(const Call& call) {
  if (!call.session) return fail(Errc::forbidden, "session.absent");
  return *call.session;
}

// Who is signed in, as GET /api/v1/session says it.
Result<Json> me(Core& core, const space::PersonId& person, const std::optional<http::Session>& session);

}  // namespace sluice::api
