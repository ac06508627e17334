// Commands that are API requests: as the local operator, or signed in as a person (--as) where another duty is asked for.
#pragma once

#include "edge/cli/command.h"
#include "edge/open_space.h"

namespace sluice::cli {

inline constexpr Option kAsOption{"--as", "ACCOUNT", "sign in as this person; default: the local operator"};
inline constexpr Option kPasswordFileOption{"--password-file", "FILE", "the person's password, first line of FILE (- for stdin)"};
inline constexpr Option kCodeOption{"--code", "CODE", "the person's one-time code, where a second factor is needed"};

class SpaceSession {
 public:
  // Signs in when --as is given, and shows the second factor when --code is. Errors of the API keep their reason.
  static Result<SpaceSession> open(const Args& args);
  Result<Json> get(std::string target);
  // Waits for background work and gives its result.
  Result<Json> post(std::string target, const Json& body);

 private:
  explicit SpaceSession(edge::SpaceCaller caller) : caller_(std::move(caller)) {}
  Result<Json> ask(http::Method method, std::string target, const Json* body);
  edge::SpaceCaller caller_;
  std::string cookie_, csrf_;
};

}  // namespace sluice::cli
