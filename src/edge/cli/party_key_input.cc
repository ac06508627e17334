#include "edge/cli/party_key_input.h"

#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/usage.h"

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

Result<HeldPartyKey> hold_party_key(const Args& args, std::string_view passphrase_option, std::string_view key_option) {
  std::string text = TRY(read_text_file(args.value_or(key_option, ""), 64u << 10));
  auto key = HeldPartyKey::open(text, std::nullopt);
  if (!key && key.error().reason == "keyfile.passphrase_needed")
    key = HeldPartyKey::open(text, TRY(read_secret(args.value(passphrase_option), "Passphrase or PIN of the key: ")));
  wipe(text.data(), text.size());
  return key;
}

Result<DeviceAddress> device_of(const Args& args) {
  DeviceAddress out;
  auto kind = enum_of<DeviceKind>(args.value_or("--kind", "pkcs11"));
  auto module = args.value("--module"), token = args.value("--token");
  if (!kind || !module || !token) return goes_with("--module", "--token, --kind pkcs11|sdf");
  out.kind = *kind;
  out.module = *module;
  out.token = *token;
  for (const std::string& text : args.values("--setting")) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return wants("--setting", "NAME=VALUE");
    out.settings[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

}  // namespace sluice::cli
