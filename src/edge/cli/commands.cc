#include "edge/cli/command.h"

namespace sluice::cli {

// Each command is defined in the file of its name and entered here.
Command version_command();
Command help_command();
Command completion_command();

const std::vector<Command>& commands() {
  static const std::vector<Command> list = {
      version_command(),
      completion_command(),
      help_command(),
  };
  return list;
}

}  // namespace sluice::cli
