// Passphrases for commands: from a file (`--passphrase-file`, "-" is stdin), else asked for at the terminal without
// echo. Never from argv or the environment.
#pragma once

#include "base/restricted.h"
#include "edge/cli/command.h"

namespace sluice::cli {

inline constexpr Option kPassphraseFileOption{"--passphrase-file", "FILE", "read the passphrase from the first line of FILE (- for stdin)", Arity::optional, "口令文件，取首行（- 为标准输入）"};

// A root that is split among officers is opened by their share files, each with its passphrase: from a file, in the same order, else
// asked for. The answer is the line that the key agent reads (crypto/root_shares.h).
inline constexpr Option kShareOption{"--share", "FILE", "an officer's share of a split root; as many as it needs", Arity::many, "保管人分片文件，按需给出多份"};
inline constexpr Option kSharePassphraseOption{"--share-passphrase-file", "FILE", "the passphrases of the shares, in the same order", Arity::many, "各分片的口令文件，次序相同"};
Result<SecretText> read_unlock_line(const Args& args);
// The first line of a file, or asked for at the terminal under this prompt.
Result<SecretText> read_secret(const std::optional<std::string>& file, std::string_view prompt);

enum class Asking { once, twice };  // twice for a new passphrase

// "cli.no_terminal" (usage) when there is neither a file nor a terminal, "cli.passphrases_differ",
// "cli.passphrase_too_short" below 8 bytes when asked twice.
Result<SecretText> read_passphrase(const Args& args, Asking asking);

// The password of --as: the first line of --password-file, else asked for at the terminal.
Result<SecretText> read_password(const Args& args);

}  // namespace sluice::cli
