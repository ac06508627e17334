#include <fmt/core.h>

#include "codec/json.h"
#include "edge/cli/command.h"

namespace sluice::cli {
namespace {

int run_version(const Args& args) {
  if (args.json())
    fmt::print("{}\n", canonical(Json::object({{"name", "sluice"}, {"version", SLUICE_VERSION}})));
  else
    fmt::print("sluice {}\n", SLUICE_VERSION);
  return 0;
}

// `sluice help …` is turned into `… --help` before parsing; this entry puts it into help and completion.
int run_help(const Args&) { return 0; }

}  // namespace

Command version_command() {
  return {.path = "version",
          .summary = "show the version",
          .summary_zh = "显示版本",
          .options = {{"--json", "", "as JSON"}},
          .positionals = {},
          .run = run_version};
}

Command help_command() {
  return {.path = "help",
          .summary = "show all commands, or how one is used",
          .summary_zh = "列出全部命令，或说明某个命令的用法",
          .options = {},
          .positionals = {{"COMMAND", "the command to explain", Arity::optional}},
          .run = run_help};
}

}  // namespace sluice::cli
