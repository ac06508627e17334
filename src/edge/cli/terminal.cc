#include "edge/cli/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace sluice::cli {
namespace {

int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

bool terminal_on_stderr() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) && term && std::string_view(term) != "dumb";
}

}  // namespace

bool colour_on_stderr() {
  const char* no_colour = std::getenv("NO_COLOR");
  return terminal_on_stderr() && !(no_colour && *no_colour);
}

Progress::Progress(std::string_view label) : label_(label), active_(terminal_on_stderr()) {}

void Progress::update(uint64_t done, uint64_t total) {
  if (!active_) return;
  int64_t now = steady_ms();
  if (now - shown_at_ms_ < 200) return;
  shown_at_ms_ = now;
  std::string text = total ? fmt::format("{} {} % ({}/{})", label_, std::min<uint64_t>(100, done * 100 / total), done, total)
                           : fmt::format("{} {}", label_, done);
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
}

Progress::~Progress() {
  if (active_ && shown_at_ms_) fmt::print(stderr, "\r\033[K");
}

}  // namespace sluice::cli
