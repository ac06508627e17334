// The party's key that `--key FILE` names, unsealed with the passphrase where the file asks for one.
#pragma once

#include "crypto/keyfile.h"
#include "edge/cli/command.h"

namespace sluice::cli {

inline constexpr Option kKeyOption{"--key", "FILE", "the party's key file (sluice key new)", Arity::one};

// Errors of keyfile.h and secret_input.h.
Result<PartyKey> read_party_key(const Args& args);
// The key at hand, taken when it is used: a token may be pulled out in between. `passphrase_option` names the file of its passphrase or PIN,
// else it is asked for; `key_option` the one that names the key file.
inline constexpr Option kKeyPassphraseOption{"--key-passphrase-file", "FILE", "the key's passphrase, or the token's PIN, on the first line (else asked for)"};
Result<HeldPartyKey> hold_party_key(const Args& args, std::string_view passphrase_option = kKeyPassphraseOption.name, std::string_view key_option = kKeyOption.name);

// The device that --kind (pkcs11 where it is absent), --module, --token and --setting name.
Result<DeviceAddress> device_of(const Args& args);

}  // namespace sluice::cli
