// A party's key on its own machine: one SM2 key that signs (contracts, manifests) and opens envelopes. The node sees the
// public half only. Formats "sluice-key/1" and "sluice-public-key/1": docs/formats/keys.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/restricted.h"
#include "crypto/sign.h"

namespace sluice {

// First 16 bytes of SM3(65-byte point), in hex.
std::string sm2_key_id(const Sm2PublicKey& key);

struct PartyKey {
  std::string name;
  Sm2PrivateKey key;
};

struct PartyPublicKey {
  std::string name;
  Sm2PublicKey key;
};

// The scalar sealed under a key made from the passphrase (argon2id).
Result<std::string> sealed_key_file(const PartyKey& key, const SecretText& passphrase);
// The scalar in the clear: for tests and machines whose disk is the protection. The caller asked for it by name.
std::string unsealed_key_file(const PartyKey& key);
std::string public_key_file(const PartyPublicKey& key);

// "keyfile.malformed" (detail: what), "keyfile.passphrase_needed", "keyfile.wrong_passphrase" (refused): wrong
// passphrase and tampered file cannot be told apart.
Result<PartyKey> read_key_file(std::string_view json, const std::optional<SecretText>& passphrase);
// Of a public key file, or the public half of a key file (which is not proven to fit the sealed scalar).
Result<PartyPublicKey> read_public_key_file(std::string_view json);

}  // namespace sluice
