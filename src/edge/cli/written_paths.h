// What a command writes must not be what it reads, nor written twice: an original replaced by its own receipt is gone.
#pragma once

#include "edge/cli/command.h"

namespace sluice::cli {

// The paths that `command.writes` names against every other path of the command line, as files that are there and as names. "deident.same_file" (detail:
// which two arguments).
Status check_written_paths(const Command& command, const Args& args);

}  // namespace sluice::cli
