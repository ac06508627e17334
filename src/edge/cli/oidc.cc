// sluice oidc …: outside providers of sign-in, and whose account is whose identity there.
#include <cstdio>

#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"

namespace sluice::cli {

namespace {

std::vector<Option> oidc_options(std::initializer_list<Option> own) {
  std::vector<Option> out{edge::kSpaceOption};
  out.insert(out.end(), own);
  for (const Option& option : {kAsOption, kPasswordFileOption, kCodeOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption}) out.push_back(option);
  out.push_back({"--json", "", "on one line"});
  return out;
}

int oidc_answer(const Result<Json>& json, const Args& args) {
  if (!json) return report(json.error(), args);
  std::printf("%s\n", args.json() ? canonical(*json).c_str() : pretty(*json).c_str());
  return 0;
}

int run_oidc_list(const Args& args) {
  return oidc_answer([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.get(args.value("--as") ? "/api/v1/oidc/providers" : "/api/v1/session/providers");
  }(), args);
}

int run_oidc_set(const Args& args) {
  return oidc_answer([&]() -> Result<Json> {
    Json ask = Json::object({{"client_id", *args.value("--client-id")}, {"issuer", *args.value("--issuer")}, {"provider", *args.value("NAME")},
                             {"redirect_uri", *args.value("--redirect")}, {"title", args.value_or("--title", *args.value("NAME"))}});
    if (auto file = args.value("--client-secret-file")) ask.set("client_secret", TRY(read_secret(file, "")).reveal("sent to the space's own socket"));
    if (auto file = args.value("--ca")) ask.set("ca_pem", TRY(read_text_file(*file, 64u << 10)));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/oidc/providers", ask);
  }(), args);
}

int run_oidc_remove(const Args& args) {
  return oidc_answer([&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/oidc/providers/" + *args.value("NAME") + "/remove", Json::object({{"reason", *args.value("--reason")}}));
  }(), args);
}

int run_oidc_link(const Args& args) {
  return oidc_answer([&]() -> Result<Json> {
    // The subject names a person at the provider: from a file or the terminal, like every other such value.
    SecretText subject = TRY(read_secret(args.value("--subject-file"), "The person's subject (sub) at the provider: "));
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/people/" + *args.value("PERSON") + "/oidc-link",
                        Json::object({{"provider", *args.value("--provider")}, {"subject", subject.reveal("sent to the space's own socket")}}));
  }(), args);
}

int run_oidc_unlink(const Args& args) {
  auto done = [&]() -> Result<Json> {
    SpaceSession session = TRY(SpaceSession::open(args));
    return session.post("/api/v1/people/" + *args.value("PERSON") + "/oidc-link/remove", Json::object());
  }();
  return oidc_answer(done, args);
}

}  // namespace

Command oidc_list_command() {
  return {.path = "oidc list",
          .summary = "Outside providers of sign-in (OpenID Connect)",
          .summary_zh = "列出外部登录提供方（OpenID Connect）",
          .options = oidc_options({}),
          .positionals = {},
          .run = run_oidc_list};
}

Command oidc_set_command() {
  return {.path = "oidc set",
          .summary = "Add or change a provider; it vouches for who somebody is, accounts are linked here",
          .summary_zh = "设置登录提供方；其只证明身份，账号由本地管理员绑定",
          .options = oidc_options({{"--issuer", "URL", "the provider's issuer, to the letter", Arity::one},
                                   {"--client-id", "ID", "what the provider calls this space", Arity::one},
                                   {"--redirect", "URL", "this console's callback: https://HOST/api/v1/session/oidc/callback", Arity::one},
                                   {"--client-secret-file", "FILE", "the client's secret on the first line; without: a public client"},
                                   {"--ca", "FILE", "who vouches for the provider's certificate (PEM); default: the machine's list"},
                                   {"--title", "TEXT", "what the button says"}}),
          .positionals = {{"NAME", "a short name: letters, digits, hyphens", Arity::one}},
          .run = run_oidc_set};
}

Command oidc_remove_command() {
  return {.path = "oidc remove",
          .summary = "Take a provider away: sessions that it opened end with the next request",
          .summary_zh = "移除登录提供方；经其登录的会话在下一次请求时失效",
          .options = oidc_options({{"--reason", "TEXT", "why", Arity::one}}),
          .positionals = {{"NAME", "the provider", Arity::one}},
          .run = run_oidc_remove};
}

Command oidc_link_command() {
  return {.path = "oidc link",
          .summary = "Ask to link an account to an identity of a provider; its owner or a security administrator confirms (oidc decide)",
          .summary_zh = "申请把本空间账号绑定到提供方的身份（由本人或安全管理员以 oidc decide 确认）",
          .options = oidc_options({{"--provider", "NAME", "which provider", Arity::one},
                                   {"--subject-file", "FILE", "the person's subject there, on the first line (else asked for)"}}),
          .positionals = {{"PERSON", "the account's id", Arity::one}},
          .run = run_oidc_link};
}

Command oidc_unlink_command() {
  return {.path = "oidc unlink",
          .summary = "Take the link away",
          .summary_zh = "解除绑定",
          .options = oidc_options({}),
          .positionals = {{"PERSON", "the account's id", Arity::one}},
          .run = run_oidc_unlink};
}

}  // namespace sluice::cli
