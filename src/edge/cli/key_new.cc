#include <fmt/core.h>
#include <sys/stat.h>

#include "base/file.h"
#include "codec/json.h"
#include "crypto/keyfile.h"
#include "edge/cli/command.h"
#include "edge/cli/secret_input.h"

namespace sluice::cli {
namespace {

constexpr size_t kKeyFileReadMax = 64u << 10;

bool file_is_there(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0;
}

Json public_summary(const PartyPublicKey& key) {
  return Json::object({{"key_id", Json(sm2_key_id(key.key))}, {"name", Json(key.name)}, {"public_key", Json(hex(key.key.bytes()))}});
}

void print_public(const PartyPublicKey& key, const Args& args) {
  if (args.json()) {
    fmt::print("{}\n", canonical(public_summary(key)));
  } else {
    fmt::print("key id      {}\nname        {}\npublic key  {}\n", sm2_key_id(key.key), key.name, hex(key.key.bytes()));
  }
}

// Under a token or device: --module and --token name it, as for the root key.
Result<std::string> key_under_device(const Args& args, const PartyKey& key) {
  DeviceAddress device;
  auto kind = enum_of<DeviceKind>(args.value_or("--kind", "pkcs11"));
  auto token = args.value("--token");
  if (!kind || !token) return fail(Errc::usage, "cli.bad_arguments", "--module wants --token, and --kind is pkcs11 or sdf");
  device.kind = *kind;
  device.module = *args.value("--module");
  device.token = *token;
  for (const std::string& setting : args.values("--setting")) {
    size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) return fail(Errc::usage, "cli.bad_arguments", "--setting NAME=VALUE");
    device.settings[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  SecretText pin = TRY(read_secret(args.value("--pin-file"), "PIN of the token: "));
  return device_key_file(key, device, pin);
}

Status make_key(const Args& args) {
  std::string out = args.value_or("--out", "");
  std::string public_out = out + ".pub";
  for (const std::string& path : {out, public_out})
    if (file_is_there(path)) return fail(Errc::conflict, "file.exists", path);
  std::string name = args.value_or("--name", "");
  if (name.size() > kNameBytesMax || !is_utf8(name)) return fail(Errc::invalid, "keyfile.bad_name");
  if (args.flag("--no-passphrase") && args.flag("--passphrase-file"))
    return fail(Errc::usage, "cli.bad_arguments", "--no-passphrase and --passphrase-file exclude each other");
  PartyKey key{name, Sm2PrivateKey::generate()};
  std::string file;
  if (args.flag("--module")) {
    if (args.flag("--no-passphrase") || args.flag("--passphrase-file"))
      return fail(Errc::usage, "cli.bad_arguments", "a key under a token has the token's PIN and no passphrase");
    file = TRY(key_under_device(args, key));
  } else if (args.flag("--no-passphrase")) {
    file = unsealed_key_file(key);
  } else {
    SecretText passphrase = TRY(read_passphrase(args, Asking::twice));
    file = TRY(sealed_key_file(key, passphrase));
  }
  PartyPublicKey public_key{name, key.key.public_key()};
  TRY(write_file(out, view(file), 0600));
  wipe(file.data(), file.size());
  TRY(write_file(public_out, view(public_key_file(public_key)), 0644));
  print_public(public_key, args);
  return {};
}

int run_key_new(const Args& args) {
  Status done = make_key(args);
  return done ? 0 : report(done.error(), args);
}

Status show_key(const Args& args) {
  std::string text = TRY(read_text_file(args.value_or("FILE", ""), kKeyFileReadMax));
  PartyPublicKey key = TRY(read_public_key_file(text));
  print_public(key, args);
  return {};
}

int run_key_show(const Args& args) {
  Status done = show_key(args);
  return done ? 0 : report(done.error(), args);
}

}  // namespace

Command key_new_command() {
  return {.path = "key new",
          .summary = "make a party's key for signing and opening; writes FILE and FILE.pub",
          .summary_zh = "生成参与方密钥（用于签名和解密），写入 FILE 与 FILE.pub",
          .options = {{"--out", "FILE", "where the key goes", Arity::one},
                      {"--name", "NAME", "whose key it is"},
                      kPassphraseFileOption,
                      {"--no-passphrase", "", "leave the key unsealed: only where the disk itself is protected"},
                      {"--module", "FILE", "put the key under a token: the vendor's library (PKCS#11, or SDF with --kind sdf)"},
                      {"--token", "LABEL", "the token's label; SDF: the place of the key-encryption key"},
                      {"--kind", "KIND", "pkcs11 (default) or sdf"},
                      {"--pin-file", "FILE", "the token's PIN on the first line (else asked for)"},
                      {"--setting", "NAME=VALUE", "what the library wants in its environment", Arity::many},
                      {"--json", "", "as JSON"}},
          .positionals = {},
          .run = run_key_new};
}

Command key_show_command() {
  return {.path = "key show",
          .summary = "show the public half of a key file",
          .summary_zh = "显示密钥文件的公开部分",
          .options = {{"--json", "", "as JSON"}},
          .positionals = {{"FILE", "a key file or a public key file"}},
          .run = run_key_show};
}

}  // namespace sluice::cli
