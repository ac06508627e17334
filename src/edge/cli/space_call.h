// Commands that are API requests: as the local operator, signed in as a person (--as), or in a session that was kept (--session).
#pragma once

#include "crypto/sign.h"
#include "edge/cli/command.h"
#include "edge/open_space.h"

namespace sluice::cli {

inline constexpr Option kAsOption{"--as", "ACCOUNT", "sign in as this person; default: the local operator", Arity::optional, "以此账号登录；缺省为本机操作员"};
inline constexpr Option kPasswordFileOption{"--password-file", "FILE", "the person's password, first line of FILE (- for stdin)", Arity::optional, "账号口令，取文件首行（- 为标准输入）"};
inline constexpr Option kCodeOption{"--code", "CODE", "the person's one-time code, where a second factor is needed", Arity::optional, "动态口令（需要第二因素时）"};
inline constexpr Option kSessionOption{"--session", "FILE", "act in the session that `sluice session open` kept there", Arity::optional, "使用 sluice session open 保存的会话"};

// The four above, and what opens a space that no server serves.
std::vector<Option> space_options();

class SpaceSession {
 public:
  // Signs in when --as is given, takes up the session of --session, and shows the second factor when --code is. Errors of the API keep
  // their reason; "cli.bad_session" for a file that holds no session.
  static Result<SpaceSession> open(const Args& args);
  Result<Json> ask(http::Method method, std::string target, const Json* body = nullptr);
  Result<Json> get(std::string target);
  // Waits for background work and gives its result.
  Result<Json> post(std::string target, const Json& body);
  // The body as it came: files.
  Result<std::string> fetch(std::string target);

  // Signs in by a challenge that the person's own key or certificate signs.
  Status sign_in_by_key(const std::string& account, Sm2Signer& key, const std::optional<std::string>& code);

  // What a later command needs to act in this session: as secret as a password, as long as the session lasts.
  std::string kept() const;

 private:
  explicit SpaceSession(edge::SpaceCaller caller) : caller_(std::move(caller)) {}
  Status step_up(const std::string& code);
  Status sign_in(const Args& args, const std::string& account);
  Status take_up(const std::string& file);
  Result<http::LocalAnswer> send(http::Method method, std::string target, const Json* body);
  edge::SpaceCaller caller_;
  std::string cookie_, csrf_;
};

}  // namespace sluice::cli
