#include "crypto/keyfile.h"

#include "base/random.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/password.h"

namespace sluice {

namespace {

constexpr std::string_view kKeyFormat = "sluice-key/1";
constexpr std::string_view kPublicKeyFormat = "sluice-public-key/1";
constexpr std::string_view kPartyAlgorithm = "SM2";
constexpr size_t kKeyFileBytesMax = 64u << 10;

// Members are hex where people compare them, base64 elsewhere.
struct KeyFileRecord {
  std::string format, algorithm, name, key_id, public_key;
  std::optional<Argon2Params> argon2;  // with it `private_key` is sealed, without it is the scalar
  std::optional<Bytes> private_key;    // absent in a public key file
  static constexpr auto fields =
      field_list(field("format", &KeyFileRecord::format), field("algorithm", &KeyFileRecord::algorithm),
                 field("name", &KeyFileRecord::name), field("key_id", &KeyFileRecord::key_id),
                 field("public_key", &KeyFileRecord::public_key), field("argon2", &KeyFileRecord::argon2),
                 field("private_key", &KeyFileRecord::private_key));
};

KeyFileRecord public_record(std::string_view format, const std::string& name, const Sm2PublicKey& key) {
  KeyFileRecord out;
  out.format = format;
  out.algorithm = kPartyAlgorithm;
  out.name = name;
  out.key_id = sm2_key_id(key);
  out.public_key = hex(key.bytes());
  return out;
}

// What the passphrase seals is bound to: the public half, so that halves cannot be mixed.
Bytes keyfile_associated(const std::string& public_key) { return to_bytes("sluice-key/1 " + public_key); }

tl::unexpected<Error> malformed_keyfile(std::string what) { return fail(Errc::invalid, "keyfile.malformed", std::move(what)); }

struct ParsedKeyFile {
  KeyFileRecord record;
  Sm2PublicKey key;
};

Result<ParsedKeyFile> parse_keyfile(std::string_view json) {
  auto parsed = parse_json(json, kKeyFileBytesMax);
  if (!parsed) return malformed_keyfile("not JSON");
  auto record = decode<KeyFileRecord>(*parsed);
  if (!record) return malformed_keyfile(record.error().detail);
  if (record->format != kKeyFormat && record->format != kPublicKeyFormat) return malformed_keyfile("format");
  if (record->algorithm != kPartyAlgorithm) return malformed_keyfile("algorithm");
  if (record->name.size() > kNameBytesMax) return malformed_keyfile("name");
  auto point = from_hex(record->public_key);
  auto key = Sm2PublicKey::from_bytes(point ? *point : Bytes());
  if (!key || hex(key->bytes()) != record->public_key) return malformed_keyfile("public_key");
  if (record->key_id != sm2_key_id(*key)) return malformed_keyfile("key_id");
  return ParsedKeyFile{std::move(*record), std::move(*key)};
}

}  // namespace

std::string sm2_key_id(const Sm2PublicKey& key) { return hex(ByteView(sm3(key.bytes())).first(16)); }

Result<std::string> sealed_key_file(const PartyKey& key, const SecretText& passphrase) {
  SystemRandom random;
  KeyFileRecord record = public_record(kKeyFormat, key.name, key.key.public_key());
  record.argon2 = new_argon2_params(random, PasswordCost::interactive);
  SecretBytes seal_key = TRY(argon2_key(passphrase, *record.argon2, kSm4KeyBytes));
  record.private_key = TRY(seal_box(seal_key, keyfile_associated(record.public_key), key.key.scalar().reveal("seal")));
  return pretty(encode(record)) + "\n";
}

std::string unsealed_key_file(const PartyKey& key) {
  KeyFileRecord record = public_record(kKeyFormat, key.name, key.key.public_key());
  record.private_key = key.key.scalar().reveal("the owner asked for an unsealed key file");
  return pretty(encode(record)) + "\n";
}

std::string public_key_file(const PartyPublicKey& key) {
  return pretty(encode(public_record(kPublicKeyFormat, key.name, key.key))) + "\n";
}

Result<PartyKey> read_key_file(std::string_view json, const std::optional<SecretText>& passphrase) {
  ParsedKeyFile file = TRY(parse_keyfile(json));
  if (file.record.format != kKeyFormat || !file.record.private_key) return malformed_keyfile("no private key");
  SecretBytes scalar;
  if (file.record.argon2) {
    if (!passphrase) return fail(Errc::unauthenticated, "keyfile.passphrase_needed");
    auto seal_key = argon2_key(*passphrase, *file.record.argon2, kSm4KeyBytes);
    if (!seal_key && seal_key.error().reason == "password.bad_params") return malformed_keyfile("argon2");
    if (!seal_key) return tl::unexpected(seal_key.error());
    auto opened = open_box(*seal_key, keyfile_associated(file.record.public_key), *file.record.private_key);
    if (!opened) return fail(Errc::refused, "keyfile.wrong_passphrase");
    scalar = SecretBytes(std::move(*opened));
  } else {
    scalar = SecretBytes(std::move(*file.record.private_key));
  }
  auto key = Sm2PrivateKey::from_bytes(scalar.reveal("make the key"));
  if (!key || key->public_key() != file.key) return malformed_keyfile("private_key");
  return PartyKey{file.record.name, std::move(*key)};
}

Result<PartyPublicKey> read_public_key_file(std::string_view json) {
  ParsedKeyFile file = TRY(parse_keyfile(json));
  return PartyPublicKey{file.record.name, std::move(file.key)};
}

}  // namespace sluice
