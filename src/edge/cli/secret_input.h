// Passphrases for commands: from a file (`--passphrase-file`, "-" is stdin), else asked for at the terminal without
// echo. Never from argv or the environment.
#pragma once

#include "base/restricted.h"
#include "edge/cli/command.h"

namespace sluice::cli {

inline constexpr Option kPassphraseFileOption{"--passphrase-file", "FILE", "read the passphrase from the first line of FILE (- for stdin)"};

enum class Asking { once, twice };  // twice for a new passphrase

// "cli.no_terminal" (usage) when there is neither a file nor a terminal, "cli.passphrases_differ",
// "cli.passphrase_too_short" below 8 bytes when asked twice.
Result<SecretText> read_passphrase(const Args& args, Asking asking);

// The password of --as: the first line of --password-file, else asked for at the terminal.
Result<SecretText> read_password(const Args& args);

}  // namespace sluice::cli
