// The party's key that `--key FILE` names, unsealed with the passphrase where the file asks for one.
#pragma once

#include "crypto/keyfile.h"
#include "edge/cli/command.h"

namespace sluice::cli {

inline constexpr Option kKeyOption{"--key", "FILE", "the party's key file (sluice key new)", Arity::one};

// Errors of keyfile.h and secret_input.h.
Result<PartyKey> read_party_key(const Args& args);

}  // namespace sluice::cli
