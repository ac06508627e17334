// sluice demo: the whole story on synthetic data, then the console on it.
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "edge/cli/command.h"
#include "edge/demo/story.h"
#include "edge/open_space.h"
#include "edge/serve.h"

namespace sluice::cli {

namespace {

Result<uint64_t> number(const Args& args, std::string_view name, uint64_t otherwise) {
  auto text = args.value(name);
  if (!text) return otherwise;
  uint64_t value = 0;
  auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (ec != std::errc() || end != text->data() + text->size() || value == 0) return fail(Errc::usage, "cli.bad_number", std::string(name));
  return value;
}

Result<std::string> folder_for(const Args& args) {
  if (auto dir = args.value("--dir")) {
    std::error_code ec;
    if (std::filesystem::exists(*dir + "/space", ec)) return fail(Errc::conflict, "demo.folder_taken", *dir);
    TRY(make_dirs(*dir, 0700));
    return std::filesystem::absolute(*dir, ec).string();
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "sluice-demo-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) return fail(Errc::io, "file.unwritable", pattern);
  return pattern;
}

constexpr std::string_view kSpaceName = "示例市医疗保障局";
constexpr std::string_view kSpaceUscc = "11509800MB00000198";

void print_accounts(const demo::Told& told) {
  std::printf("\n演示账号 demo accounts (made just now)\n    %-15s %-24s %-34s %s\n", "account", "password", "authenticator secret", "duties");
  for (const auto& a : told.accounts) {
    std::string duties;
    for (const auto& duty : a.duties) duties += (duties.empty() ? "" : ",") + duty;
    std::printf("    %-15s %-24s %-34s %s\n", a.account.c_str(), a.password.c_str(), a.totp_secret.c_str(), duties.c_str());
  }
}

Result<demo::Told> tell(const Args& args, const std::string& dir) {
  demo::StoryOptions options;
  options.dir = dir;
  options.rows = TRY(number(args, "--rows", options.rows));
  options.seed = TRY(number(args, "--seed", options.seed));
  std::string space_dir = dir + "/space";
  OwnedFd fresh = TRY(edge::passphrase_for(args, space_dir, node::KeyAgent::Keys::fresh));
  auto first = TRY(edge::init_space(space_dir, std::move(fresh), {std::string(kSpaceName), std::string(kSpaceUscc)}));
  OwnedFd again = TRY(edge::passphrase_for(args, space_dir, node::KeyAgent::Keys::existing));
  edge::OpenSpace space = TRY(edge::open_space(space_dir, std::move(again)));
  return demo::tell_story(*space.node, first, options);
}

int serve_it(const Args& args, const std::string& dir) {
  edge::ServeOptions options;
  options.dir = dir + "/space";
  options.listen = args.value_or("--listen", "127.0.0.1:8443");
  options.tls = !args.flag("--no-tls");
  auto serving = [&]() -> Result<std::unique_ptr<edge::Serving>> {
    OwnedFd passphrase = TRY(edge::passphrase_for(args, options.dir, node::KeyAgent::Keys::existing));
    return edge::Serving::start(options, std::move(passphrase));
  }();
  if (!serving) return report(serving.error(), args);
  std::printf("\n控制台 console: %s   (Ctrl-C to stop)\n", (*serving)->url().c_str());
  if (!(*serving)->console_not_in().empty()) std::fprintf(stderr, "its files are not beside the program 控制台文件不在程序旁边 (SLUICE_CONSOLE=DIR)\n");
  if (!(*serving)->fingerprint().empty()) std::printf("certificate SHA-256: %s (self-made: the browser asks once)\n", (*serving)->fingerprint().c_str());
  std::fflush(stdout);
  edge::wait_for_stop_signal();
  serving->reset();
  return 0;
}

int run_demo(const Args& args) {
  edge::block_stop_signals();
  auto began = std::chrono::steady_clock::now();
  auto dir = folder_for(args);
  if (!dir) return report(dir.error(), args);
  std::printf("数闸 Sluice demo in %s\n\n", dir->c_str());
  auto told = tell(args, *dir);
  if (!told) return report(told.error(), args);
  auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::printf("\nverified  release %s, product %s, checkpoint over %lld entries, told in %.1f s\n", told->verdict.release.c_str(),
              told->verdict.product_number.c_str(), static_cast<long long>(told->verdict.checkpoint_size), took);
  std::printf("check it yourself 自行验证:\n  sluice verify %s --file %s --trust %s/recipient/trust.txt\n  sluice ledger verify --space %s/space\n",
              told->passport_file.c_str(), told->opened_file.c_str(), dir->c_str(), dir->c_str());
  if (args.flag("--once")) return 0;
  print_accounts(*told);
  return serve_it(args, *dir);
}

}  // namespace

Command demo_command() {
  return {.path = "demo",
          .summary = "Tell the whole story on synthetic data, print the verified passport, then serve the console",
          .summary_zh = "用合成数据走完全流程，打印已验证的流通凭证，然后启动控制台",
          .options = {{"--once", "", "stop after the story"},
                      {"--rows", "N", "fee rows to make, default 20000"},
                      {"--seed", "N", "seed of the synthetic data, default 1"},
                      {"--dir", "DIR", "where to put it, default a fresh folder for temporary files"},
                      {"--listen", "ADDR", "HOST:PORT of the console, default 127.0.0.1:8443"},
                      {"--no-tls", "", "plain HTTP on loopback"}},
          .positionals = {},
          .run = run_demo};
}

}  // namespace sluice::cli
