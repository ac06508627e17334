// A party's key on its own machine: one SM2 key that signs (contracts, manifests) and opens envelopes. The node sees the
// public half only. Formats "sluice-key/1" and "sluice-public-key/1": docs/formats/keys.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/restricted.h"
#include "crypto/key_device.h"
#include "crypto/signing_device.h"

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
// The scalar sealed under what a token has to be asked for (key_device.h): without token and PIN the file opens nothing. The token does
// not sign itself (SM2 is no mechanism of PKCS#11 tokens at large): the scalar is in memory while a signature is made. Errors of key_device.h.
Result<std::string> device_key_file(const PartyKey& key, const DeviceAddress& device, const SecretText& pin);
// The device's own key pair: the file names the device and the place, and holds no private key; the device signs (signing_device.h). It opens no envelopes.
Result<std::string> device_signer_file(const std::string& name, const DeviceAddress& device, const SecretText& pin);
// The scalar in the clear: for tests and machines whose disk is the protection. The caller asked for it by name.
std::string unsealed_key_file(const PartyKey& key);
std::string public_key_file(const PartyPublicKey& key);

// Of a key under a token the passphrase is its PIN. "device.signs_only" (refused): the key is the device's own and does not leave it. "keyfile.malformed" (detail: what), "keyfile.passphrase_needed", "keyfile.wrong_passphrase" (refused): wrong
// passphrase and tampered file cannot be told apart.
Result<PartyKey> read_key_file(std::string_view json, const std::optional<SecretText>& passphrase);
// A key at hand: open() proves the passphrase, or the token and its PIN; sign() makes one signature, asking the token again, or has the device make it
// that keeps the key (its password is proven by the first signature). A token that went away in between is "device.gone" (unreachable), and nothing was signed.
class HeldPartyKey final : public Sm2Signer {
 public:
  static Result<HeldPartyKey> open(std::string_view json, const std::optional<SecretText>& passphrase);
  HeldPartyKey(HeldPartyKey&&) noexcept;
  HeldPartyKey& operator=(HeldPartyKey&&) noexcept;
  ~HeldPartyKey() override;
  const Sm2PublicKey& public_key() const override;
  Result<Bytes> sign(ByteView message) override;

 private:
  struct Inside;
  explicit HeldPartyKey(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// Of a public key file, or the public half of a key file (which is not proven to fit the sealed scalar).
Result<PartyPublicKey> read_public_key_file(std::string_view json);

}  // namespace sluice
