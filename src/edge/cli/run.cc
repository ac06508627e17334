#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "base/unfinished.h"
#include "edge/cli/command.h"
#include "edge/cli/help.h"
#include "edge/cli/parse.h"
#include "edge/cli/usage.h"
#include "edge/cli/written_paths.h"

namespace sluice::cli {
namespace {

// A command that has something to put away installs its own handler. Nothing of ours is lost by leaving at once:
// files are renamed into place when they are whole, what is not goes, and the ledger takes whole commits only.
extern "C" void leave_interrupted(int signal) {
  constexpr int kBySignal = 128;
  remove_unfinished();
  _exit(kBySignal + signal);
}

bool says_json(const std::vector<std::string>& words) { return std::find(words.begin(), words.end(), "--json") != words.end(); }

int show_help(const Parsed& parsed, const std::vector<std::string>& words) {
  if (says_json(words)) {
    fmt::print("{}", help_json(commands(), parsed.command ? parsed.command->path : std::string_view(parsed.group)));
    return 0;
  }
  Language language = language_of_environment();
  std::string text = parsed.command ? help_for(*parsed.command, language)
                                    : help_for_group(commands(), parsed.group, language);
  fmt::print("{}", text);
  return 0;
}

// --lang before or after any command: its words instead of what the environment says. Taken out, so that no command has to know it.
Status choose_language(std::vector<std::string>& words) {
  auto end = std::find(words.begin(), words.end(), "--");
  auto at = std::find(words.begin(), end, "--lang");
  if (at == end) return {};
  bool said = at + 1 != end && (at[1] == "zh" || at[1] == "en");
  if (!said) return is_one_of("--lang", "zh en");
  setenv("LC_ALL", at[1] == "zh" ? "zh_CN.UTF-8" : "en_US.UTF-8", 1);
  words.erase(at, at + 2);
  return {};
}

}  // namespace

static int run_command(int argc, char** argv) {
  std::signal(SIGINT, leave_interrupted);
  std::signal(SIGTERM, leave_interrupted);
  if (std::signal(SIGHUP, leave_interrupted) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);  // nohup
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is an error like a full disk
  std::vector<std::string> words(argv + (argc > 0), argv + argc);
  if (Status chosen = choose_language(words); !chosen) return report(chosen.error(), Args());
  if (words.size() == 1 && words[0] == "--version") words[0] = "version";
  if (!words.empty() && words[0] == "help") {
    words.erase(words.begin());
    words.push_back("--help");
  }
  auto parsed = parse(commands(), words);
  if (!parsed) {
    Args args;
    if (says_json(words)) args.values_["--json"] = {""};
    return report(parsed.error(), args);
  }
  if (parsed->help) return show_help(*parsed, words);
  if (Status apart = check_written_paths(*parsed->command, parsed->args); !apart) return report(apart.error(), parsed->args);
  return parsed->command->run(parsed->args);
}

// Who reads the output may go away (`sluice access log | head`): no fault, and told as the shell tells it.
int run(int argc, char** argv) {
  constexpr int kReaderGone = 128 + SIGPIPE;
  try {
    return run_command(argc, argv);
  } catch (const std::system_error& error) {
    if (error.code().value() == EPIPE) return kReaderGone;
    throw;
  }
}

}  // namespace sluice::cli
