// Help, made from the list of commands in the reader's language, so that it cannot drift from what is parsed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "edge/cli/command.h"
#include "edge/messages/catalogue.h"

namespace sluice::cli {

// All commands, or those of a group ("ledger"); lines end with a line feed.
std::string help_for_group(std::span<const Command> commands, std::string_view group, Language language);
std::string help_for(const Command& command, Language language);
// "sluice code check TYPE VALUE [--json]": one line.
std::string synopsis(const Command& command);

// The same for programs: {commands: [{path, summary, summary_zh, asks, options, positionals, members}]}; `asks` is the request of the API that
// a command is, `members` which word becomes which member of it.
std::string help_json(std::span<const Command> commands, std::string_view group);

// The path that is fewest edits away from what was typed; empty when none is near enough to suggest.
std::string nearest_path(std::span<const Command> commands, std::string_view typed);

}  // namespace sluice::cli
