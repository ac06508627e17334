// sluice session open, end: one sign-in for many commands. What a command needs to act in the session lies in a file that only its owner
// reads; the server forgets it after half an hour without use, twelve hours at most, and when it is ended.
#include <fmt/core.h>

#include <filesystem>

#include "base/file.h"
#include "crypto/keyfile.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/verb.h"
#include "node/sign_in_key.h"

namespace sluice::cli {

namespace {

std::string me_line(const Json& me) {
  std::string duties;
  if (const Json* list = me.find("duties"); list && list->is_array())
    for (const Json& duty : list->as_array()) duties += (duties.empty() ? "" : ", ") + duty.as_string();
  return fmt::format("{} {}: {}", me.get_string_or("account", "").value_or(""), me.get_string_or("person", "").value_or(""), duties);
}

int show_me(const Result<Json>& me, const Args& args) {
  if (!me) return report(me.error(), args);
  fmt::print("{}\n", args.json() ? canonical(*me) : me_line(*me));
  if (!args.json() && me->get_bool_or("must_change_password", false).value_or(false))
    fmt::print(stderr, "the first password must be changed: sluice session password 初始口令须先修改\n");
  return 0;
}

// Without what would let somebody else act.
Json without_token(Json me) {
  me.erase("csrf");
  return me;
}

Result<Json> open_kept(const Args& args) {
  std::string file = *args.value("--keep");
  if (std::filesystem::exists(file)) return fail(Errc::conflict, "file.exists", file);
  Args asked = args;
  std::optional<HeldPartyKey> key;
  if (args.value("--key")) key = TRY(hold_party_key(args));
  if (!key) asked.values_["--as"] = {*args.value("ACCOUNT")};
  SpaceSession session = TRY(SpaceSession::open(asked));
  if (key) TRY(session.sign_in_by_key(*args.value("ACCOUNT"), *key, args.value("--code")));
  Json me = TRY(session.get("/api/v1/session"));
  TRY(write_file(file, view(session.kept()), 0600));
  return without_token(std::move(me));
}

int run_session_open(const Args& args) { return show_me(open_kept(args), args); }

int run_session_end(const Args& args) {
  std::string file = *args.value("--session");
  auto ended = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.ask(http::Method::remove, "/api/v1/session");
  }();
  // One that the server forgot has ended too: its file says nothing any more.
  if (!ended && ended.error().code != Errc::unauthenticated) return report(ended.error(), args);
  std::error_code ec;
  std::filesystem::remove(file, ec);
  return 0;
}

// The second factor by the person's own certificate: the key is at this desk, the node sees a signature.
int run_session_certify(const Args& args) {
  return show_me([&]() -> Result<Json> {
    HeldPartyKey key = TRY(hold_party_key(args));
    SpaceSession session = TRY(SpaceSession::open(args));
    Json given = TRY(session.post("/api/v1/session/certificate/challenge", Json::object()));
    std::string text = TRY(given.get_string("text"));
    Json body = Json::object({{"challenge", TRY(given.get_string("challenge"))}, {"signature", base64(TRY(key.sign(view(text))))}});
    return without_token(TRY(session.post("/api/v1/session/certificate/step-up", body)));
  }(), args);
}

int run_session_set_key(const Args& args) {
  auto answer = [&]() -> Result<Json> {
    HeldPartyKey key = TRY(hold_party_key(args));
    SpaceSession session = TRY(SpaceSession::open(args));
    Json me = TRY(session.get("/api/v1/session"));
    auto person = TRY(space::PersonId::parse(TRY(me.get_string("person"))));
    Bytes point(key.public_key().bytes().begin(), key.public_key().bytes().end());
    std::string text = node::sign_in_key_text(person, point);
    return session.post("/api/v1/session/key", Json::object({{"proof", base64(TRY(key.sign(view(text))))}, {"public_key", base64(point)}}));
  }();
  if (!answer) return report(answer.error(), args);
  print_answer(*answer, args);
  return 0;
}

std::vector<Option> session_options(std::initializer_list<Option> own) {
  std::vector<Option> out(own);
  for (const Option& option : {edge::kSpaceOption, kCodeOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption}) out.push_back(option);
  out.push_back({"--json", "", "answer as JSON, on one line", Arity::optional, "输出一行 JSON"});
  return out;
}

constexpr Option kKeptOption{"--session", "FILE", "the session's file", Arity::one, "会话文件"};

}  // namespace

Command session_open_command() {
  return {.path = "session open",
          .summary = "Sign in once and keep the session in a file, for --session of other commands (a served space)",
          .summary_zh = "登录一次并保存会话，供其他命令以 --session 使用（空间须在运行）",
          .options = session_options({{"--keep", "FILE", "where the session is kept, readable by its owner alone", Arity::one, "会话保存到此文件（仅本人可读）"},
                                      kPasswordFileOption,
                                      {"--key", "FILE", "sign in with one's own key or certificate instead of a password", Arity::optional, "以本人密钥或证书登录"},
                                      kKeyPassphraseOption}),
          .positionals = {{"ACCOUNT", "the account name", Arity::one, "账号名"}},
          .run = run_session_open,
          .asks = "POST /session"};
}
Command session_end_command() {
  return {.path = "session end", .summary = "Sign out, and remove the session's file", .summary_zh = "退出登录并删除会话文件", .options = session_options({kKeptOption}),
          .positionals = {}, .run = run_session_end, .asks = "DELETE /session"};
}
Command session_certify_command() {
  return {.path = "session certify", .summary = "Show the second factor with one's own certificate instead of a code", .summary_zh = "以本人证书出示第二因素",
          .options = session_options({kKeptOption, kKeyOption, kKeyPassphraseOption}), .positionals = {}, .run = run_session_certify,
          .asks = "POST /session/certificate/step-up"};
}
Command session_set_key_command() {
  return {.path = "session set-key", .summary = "Set one's own key for signing in, proving that it is at hand", .summary_zh = "登记本人登录密钥（须证明持有）",
          .options = session_options({kKeptOption, kKeyOption, kKeyPassphraseOption}), .positionals = {}, .run = run_session_set_key, .asks = "POST /session/key"};
}

}  // namespace sluice::cli
