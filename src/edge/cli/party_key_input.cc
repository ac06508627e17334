#include "edge/cli/party_key_input.h"

#include "base/file.h"
#include "edge/cli/secret_input.h"

namespace sluice::cli {

Result<PartyKey> read_party_key(const Args& args) {
  std::string text = TRY(read_text_file(args.value_or("--key", ""), 64u << 10));
  auto key = read_key_file(text, std::nullopt);
  if (!key && key.error().reason == "keyfile.passphrase_needed") {
    SecretText passphrase = TRY(read_passphrase(args, Asking::once));
    key = read_key_file(text, passphrase);
  }
  wipe(text.data(), text.size());
  return key;
}

Result<HeldPartyKey> hold_party_key(const Args& args, std::string_view passphrase_option) {
  std::string text = TRY(read_text_file(args.value_or("--key", ""), 64u << 10));
  auto key = HeldPartyKey::open(text, std::nullopt);
  if (!key && key.error().reason == "keyfile.passphrase_needed")
    key = HeldPartyKey::open(text, TRY(read_secret(args.value(passphrase_option), "Passphrase or PIN of the key: ")));
  wipe(text.data(), text.size());
  return key;
}

}  // namespace sluice::cli
