#include <fmt/core.h>

#include "codec/json.h"
#include "edge/cli/command.h"
#include "edge/cli/terminal.h"
#include "edge/messages/catalogue.h"

namespace sluice::cli {

int exit_code(Errc code) {
  switch (code) {
    case Errc::usage: return 2;
    case Errc::not_found: return 3;
    case Errc::unauthenticated:
    case Errc::forbidden: return 4;
    case Errc::conflict: return 5;
    case Errc::refused: return 6;
    case Errc::pending: return 7;
    case Errc::unreachable: return 8;
    case Errc::invalid:
    case Errc::exhausted:
    case Errc::corrupt:
    case Errc::io:
    case Errc::internal: return 1;
  }
  return 1;
}

int report(const Error& error, const Args& args) {
  Language language = language_of_environment();
  const Message* message = find_message(error.reason);
  std::string_view text = message ? message->text(language) : error.reason;
  std::string_view next = message ? message->next(language) : std::string_view();
  if (args.json()) {
    Json problem = Json::object({{"code", error.reason}, {"title", text}});
    if (!error.detail.empty()) problem.set("detail", error.detail);
    if (!next.empty()) problem.set("nextStep", next);
    fmt::print(stderr, "{}\n", canonical(problem));
    return exit_code(error.code);
  }
  bool colour = colour_on_stderr();
  if (!message) text = language == Language::zh ? "未能完成" : "this did not work";
  fmt::print(stderr, "{}sluice:{} {} ({})", colour ? "\033[31m" : "", colour ? "\033[0m" : "", text, error.reason);
  if (!error.detail.empty()) fmt::print(stderr, ": {}", error.detail);
  fmt::print(stderr, "\n");
  if (!next.empty()) fmt::print(stderr, "  {}\n", next);
  return exit_code(error.code);
}

}  // namespace sluice::cli
