#include <fmt/core.h>
#include <sys/stat.h>

#include "base/file.h"
#include "codec/json.h"
#include "crypto/keyfile.h"
#include "edge/cli/command.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/usage.h"

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

struct MadeKey {
  std::string file;
  PartyPublicKey public_key;
};

// A fresh key under a token or device, or, with --inside, the key pair that is in the device.
Result<MadeKey> key_with_device(const Args& args, const std::string& name) {
  DeviceAddress device = TRY(device_of(args));
  SecretText pin = TRY(read_secret(args.value("--pin-file"), "PIN of the token: "));
  if (args.flag("--inside")) {
    std::string file = TRY(device_signer_file(name, device, pin));
    PartyPublicKey key = TRY(read_public_key_file(file));
    return MadeKey{std::move(file), std::move(key)};
  }
  PartyKey key{name, Sm2PrivateKey::generate()};
  return MadeKey{TRY(device_key_file(key, device, pin)), {name, key.key.public_key()}};
}

Result<MadeKey> key_of_file(const Args& args, const std::string& name) {
  if (args.flag("--inside")) return goes_with("--inside", "--module --kind sdf --token");
  PartyKey key{name, Sm2PrivateKey::generate()};
  if (args.flag("--no-passphrase")) return MadeKey{unsealed_key_file(key), {name, key.key.public_key()}};
  SecretText passphrase = TRY(read_passphrase(args, Asking::twice));
  return MadeKey{TRY(sealed_key_file(key, passphrase)), {name, key.key.public_key()}};
}

Status make_key(const Args& args) {
  std::string out = args.value_or("--out", "");
  std::string public_out = out + ".pub";
  for (const std::string& path : {out, public_out})
    if (file_is_there(path)) return fail(Errc::conflict, "file.exists", path);
  std::string name = args.value_or("--name", "");
  if (name.size() > kNameBytesMax || !is_utf8(name)) return fail(Errc::invalid, "keyfile.bad_name");
  if (args.flag("--no-passphrase") && args.flag("--passphrase-file"))
    return one_of_both("--no-passphrase", "--passphrase-file");
  if (args.flag("--module") && (args.flag("--no-passphrase") || args.flag("--passphrase-file")))
    return bad_words("密码设备中的密钥由设备 PIN 保护，不用口令", "a key under a token has the token's PIN and no passphrase");
  MadeKey made = TRY(args.flag("--module") ? key_with_device(args, name) : key_of_file(args, name));
  TRY(write_file(out, view(made.file), 0600));
  wipe(made.file.data(), made.file.size());
  TRY(write_file(public_out, view(public_key_file(made.public_key)), 0644));
  print_public(made.public_key, args);
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
                      {"--inside", "", "use the SM2 key pair that is in the device (--kind sdf, --token its place): it signs there and never leaves"},
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
