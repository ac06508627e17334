#include "bench/load/demo_space.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "edge/open_space.h"

namespace sluice::bench {

namespace {

constexpr std::string_view kPassphrase = "for a benchmark only\n";

template <class T>
T demand(Result<T> result, const char* what) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s: %s %s\n", what, std::string(result.error().reason).c_str(), result.error().detail.c_str());
  std::exit(1);
}

OwnedFd passphrase() {
  int ends[2];
  if (::pipe(ends) != 0 || ::write(ends[1], kPassphrase.data(), kPassphrase.size()) < 0) std::abort();
  ::close(ends[1]);
  return OwnedFd(ends[0]);
}

}  // namespace

DemoSpace make_demo_space(const std::string& dir, demo::StoryOptions options) {
  std::fflush(stdout);
  int out = ::dup(STDOUT_FILENO);
  if (!std::freopen("/dev/null", "w", stdout)) std::abort();
  DemoSpace made;
  made.space = dir + "/space";
  std::filesystem::create_directories(dir);
  options.dir = dir;
  options.api_calls = 10'000'000;
  options.api_calls_per_minute = 1'000'000;
  auto first = demand(edge::init_space(made.space, passphrase(), {"示例市医疗保障局", "11509800MB00000198"}), "init");
  {
    edge::OpenSpace space = demand(edge::open_space(made.space, passphrase()), "open");
    auto told = demand(demo::tell_story(*space.node, first, options), "story");
    made.token = told.api_token;
    made.api_release = told.api_release;
    made.rows = told.rows_released;
  }
  std::fflush(stdout);
  ::dup2(out, STDOUT_FILENO);
  ::close(out);
  if (!write_file(made.space + "/keys/passphrase", view(kPassphrase), 0400)) std::abort();
  return made;
}

}  // namespace sluice::bench
