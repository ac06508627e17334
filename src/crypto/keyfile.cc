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
struct DeviceSeal {
  DeviceAddress device;
  Bytes key, iv, asked;         // names the key in the device; 16 random bytes, encrypted by it
  std::optional<Argon2Params> argon2;  // of the passphrase beside an SDF device, which asks for none
  static constexpr auto fields = field_list(field("device", &DeviceSeal::device), field("key", &DeviceSeal::key), field("iv", &DeviceSeal::iv),
                                            field("asked", &DeviceSeal::asked), field("argon2", &DeviceSeal::argon2));
};

struct KeyFileRecord {
  std::string format, algorithm, name, key_id, public_key;
  std::optional<Argon2Params> argon2;  // with it `private_key` is sealed, without it is the scalar
  std::optional<Bytes> private_key;    // absent in a public key file
  std::optional<DeviceSeal> seal;      // with it `private_key` is sealed under what the device gives
  std::optional<DeviceAddress> signer;  // the key pair is this device's own: no private key is here
  static constexpr auto fields =
      field_list(field("format", &KeyFileRecord::format), field("algorithm", &KeyFileRecord::algorithm),
                 field("name", &KeyFileRecord::name), field("key_id", &KeyFileRecord::key_id),
                 field("public_key", &KeyFileRecord::public_key), field("argon2", &KeyFileRecord::argon2),
                 field("private_key", &KeyFileRecord::private_key), field("seal", &KeyFileRecord::seal),
                 field("signer", &KeyFileRecord::signer));
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

namespace {

Result<SecretBytes> device_seal_key(const DeviceSeal& seal, KeyDevice& device, const SecretText& pin) {
  SecretBytes given = TRY(device.decrypt(seal.key, seal.iv, seal.asked));
  Bytes material = given.reveal("derive");
  if (seal.argon2) {
    SecretBytes from_word = TRY(argon2_key(pin, *seal.argon2, 32));
    put(material, ByteView(from_word.reveal("derive")));
  }
  SecretBytes key(hkdf_sm3(material, seal.iv, "sluice/key-device/v1", kSm4KeyBytes));
  wipe(material.data(), material.size());
  return key;
}

Result<PartyKey> party_key(const ParsedKeyFile& file, const SecretBytes& scalar) {
  auto key = Sm2PrivateKey::from_bytes(scalar.reveal("make the key"));
  if (!key || key->public_key() != file.key) return malformed_keyfile("private_key");
  return PartyKey{file.record.name, std::move(*key)};
}

Result<PartyKey> key_from_device(const ParsedKeyFile& file, KeyDevice& device, const SecretText& pin) {
  SecretBytes seal_key = TRY(device_seal_key(*file.record.seal, device, pin));
  auto opened = open_box(seal_key, keyfile_associated(file.record.public_key), *file.record.private_key);
  if (!opened) return fail(Errc::refused, "keyfile.wrong_passphrase");
  return party_key(file, SecretBytes(std::move(*opened)));
}

}  // namespace

Result<std::string> device_key_file(const PartyKey& key, const DeviceAddress& address, const SecretText& pin) {
  SystemRandom random;
  KeyFileRecord record = public_record(kKeyFormat, key.name, key.key.public_key());
  DeviceSeal seal;
  seal.device = address;
  if (address.kind == DeviceKind::sdf) seal.argon2 = new_argon2_params(random, PasswordCost::interactive);
  auto device = TRY(KeyDevice::open(address, pin));
  seal.key = TRY(device->new_key());
  seal.iv = random_bytes(random, kDeviceBlockBytes);
  seal.asked = TRY(device->encrypt(seal.key, seal.iv, random_bytes(random, kDeviceBlockBytes)));
  SecretBytes seal_key = TRY(device_seal_key(seal, *device, pin));
  record.private_key = TRY(seal_box(seal_key, keyfile_associated(record.public_key), key.key.scalar().reveal("seal")));
  record.seal = std::move(seal);
  return pretty(encode(record)) + "\n";
}

Result<std::string> device_signer_file(const std::string& name, const DeviceAddress& address, const SecretText& pin) {
  auto device = TRY(SigningDevice::open(address, pin));
  TRY(device->sign(view("sluice/key-in-device/v1")));  // the password opens it, and what it signs verifies
  KeyFileRecord record = public_record(kKeyFormat, name, device->public_key());
  record.signer = address;
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
  if (file.record.signer) return fail(Errc::refused, "device.signs_only");
  if (file.record.format != kKeyFormat || !file.record.private_key) return malformed_keyfile("no private key");
  if (file.record.seal) {
    if (!passphrase) return fail(Errc::unauthenticated, "keyfile.passphrase_needed");
    auto device = TRY(KeyDevice::open(file.record.seal->device, *passphrase));
    return key_from_device(file, *device, *passphrase);
  }
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
  return party_key(file, scalar);
}

struct HeldPartyKey::Inside {
  std::optional<PartyKey> key;  // of files that need no device
  std::string file_text{};  // under a token
  std::optional<Sm2PublicKey> public_key{};
  std::unique_ptr<KeyDevice> device{};
  SecretText pin{};
  std::unique_ptr<SigningDevice> signer{};  // the device's own key pair
};

HeldPartyKey::HeldPartyKey(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
HeldPartyKey::HeldPartyKey(HeldPartyKey&&) noexcept = default;
HeldPartyKey& HeldPartyKey::operator=(HeldPartyKey&&) noexcept = default;
HeldPartyKey::~HeldPartyKey() = default;

Result<HeldPartyKey> HeldPartyKey::open(std::string_view json, const std::optional<SecretText>& passphrase) {
  auto inside = std::make_unique<Inside>();
  ParsedKeyFile file = TRY(parse_keyfile(json));
  if (!file.record.seal && !file.record.signer) {
    inside->key = TRY(read_key_file(json, passphrase));
    return HeldPartyKey(std::move(inside));
  }
  if (!file.record.private_key && !file.record.signer) return malformed_keyfile("no private key");
  if (!passphrase) return fail(Errc::unauthenticated, "keyfile.passphrase_needed");
  if (file.record.signer) {
    inside->signer = TRY(SigningDevice::open(*file.record.signer, *passphrase));
    // Another key pair in that place is another signer.
    if (inside->signer->public_key() != file.key) return fail(Errc::not_found, "device.no_such_key");
    return HeldPartyKey(std::move(inside));
  }
  inside->device = TRY(KeyDevice::open(file.record.seal->device, *passphrase));
  TRY(key_from_device(file, *inside->device, *passphrase));
  inside->file_text = json;
  inside->public_key = std::move(file.key);
  inside->pin = *passphrase;
  return HeldPartyKey(std::move(inside));
}

const Sm2PublicKey& HeldPartyKey::public_key() const {
  if (inside_->signer) return inside_->signer->public_key();
  return inside_->key ? inside_->key->key.public_key() : *inside_->public_key;
}

Result<Bytes> HeldPartyKey::sign(ByteView message) {
  constexpr std::string_view in_the_middle = "in the middle of a signature: nothing was signed";
  if (inside_->key) return inside_->key->key.sign(message);
  if (inside_->signer) {
    auto made = inside_->signer->sign(message);
    if (!made && made.error().reason == "device.gone") return fail(Errc::unreachable, "device.gone", std::string(in_the_middle));
    return made;
  }
  ParsedKeyFile file = TRY(parse_keyfile(inside_->file_text));
  auto key = key_from_device(file, *inside_->device, inside_->pin);
  // It gave the key a moment ago.
  if (!key) return fail(Errc::unreachable, "device.gone", std::string(in_the_middle));
  return key->key.sign(message);
}

Result<PartyPublicKey> read_public_key_file(std::string_view json) {
  ParsedKeyFile file = TRY(parse_keyfile(json));
  return PartyPublicKey{file.record.name, std::move(file.key)};
}

}  // namespace sluice
