// sluice init: makes a space.
#include <cstdio>

#include "edge/cli/command.h"
#include "edge/cli/secret_input.h"
#include "edge/open_space.h"

namespace sluice::cli {

namespace {

int run_init(const Args& args) {
  std::string dir = *args.value("DIR");
  auto made = [&]() -> Result<std::vector<node::FirstAccount>> {
    OwnedFd passphrase = TRY(edge::passphrase_for(args, dir, node::KeyAgent::Keys::fresh));
    return edge::init_space(dir, std::move(passphrase), {*args.value("--name"), *args.value("--uscc")});
  }();
  if (!made) return report(made.error(), args);
  if (args.json()) {
    Json accounts = Json::array();
    for (const auto& a : *made) accounts.push(Json::object({{"account", a.account}, {"password", a.password}, {"person", a.person.str()}}));
    std::printf("%s\n", canonical(Json::object({{"accounts", accounts}, {"dir", dir}, {"trust", dir + "/trust.txt"}})).c_str());
    return 0;
  }
  std::printf("space made in %s 空间已建立\n  accounts, each with a password to be changed at first sign-in 初始账号（首次登录须改密）:\n", dir.c_str());
  for (const auto& a : *made) std::printf("    %-11s %s\n", a.account.c_str(), a.password.c_str());
  std::printf("  trust anchor for verifiers 验证锚点: %s/trust.txt\n  next 下一步: sluice serve --space %s\n", dir.c_str(), dir.c_str());
  return 0;
}

}  // namespace

Command init_command() {
  return {.path = "init",
          .summary = "Make a space: keys, ledger, the three administrators' accounts",
          .summary_zh = "建立空间：密钥、存证日志、三员账号",
          .options = {{"--name", "NAME", "the operating organisation's name", Arity::one},
                      {"--uscc", "CODE", "its unified social credit code", Arity::one},
                      kPassphraseFileOption,
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"DIR", "the folder to make it in", Arity::one}},
          .run = run_init};
}

}  // namespace sluice::cli
