// From words to a checked command: the one place that knows how a command line is spelled.
//
// A path is one or more words ("code check"). Options stand anywhere after the path, `--name VALUE` or `--name=VALUE`;
// `--` ends them. Positionals: `one` and `many` demand at least one value, `optional` none. `--help` asks for help at
// any depth. Nothing here prints, reads the environment or runs anything. Pure; safe from any thread.
// Errors, all of Errc::usage: "cli.unknown_verb" (detail: the nearest verb, when one is near),
// "cli.bad_arguments" (detail: what is wrong with the words; no secret is ever a word of the command line).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "edge/cli/command.h"

namespace sluice::cli {

struct Parsed {
  const Command* command = nullptr;  // null: help for a group of commands, or for everything
  std::string group{};               // with a null command: the words typed so far ("ledger", or empty)
  bool help = false;
  Args args{};
};

Result<Parsed> parse(std::span<const Command> commands, const std::vector<std::string>& words);

}  // namespace sluice::cli
