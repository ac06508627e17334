#include "crypto/root_device.h"

#include "crypto/aead.h"
#include "crypto/hash.h"

namespace sluice {

namespace {

// What the box is bound to: the whole file but the box.
Bytes bound_to(RootDeviceFile file) {
  file.sealed.clear();
  return to_bytes(canonical(encode(file)));
}

Result<SecretBytes> box_key(const RootDeviceFile& file, const SecretBytes& given, const SecretText& pin) {
  Bytes material = given.reveal("derive");
  if (file.argon2) {
    SecretBytes from_word = TRY(argon2_key(pin, *file.argon2, 32));
    const Bytes& more = from_word.reveal("derive");
    material.insert(material.end(), more.begin(), more.end());
  }
  SecretBytes key(hkdf_sm3(material, file.iv, "sluice/root-device/v1", kSm4KeyBytes));
  wipe(material.data(), material.size());
  return key;
}

}  // namespace

Result<RootDeviceFile> seal_root_in_device(const SecretBytes& root, const DeviceAddress& address, const SecretText& pin, RandomSource& random) {
  RootDeviceFile file;
  file.device = address;
  if (address.kind == DeviceKind::sdf) {
    if (pin.reveal("measure its length").size() < kPassphraseBytesMin) return fail(Errc::invalid, "custody.passphrase_too_short");
    file.argon2 = new_argon2_params(random, PasswordCost::root);
  }
  auto device = TRY(KeyDevice::open(address, pin));
  file.key = TRY(device->new_key());
  file.iv = random_bytes(random, kDeviceBlockBytes);
  SecretBytes given(random_bytes(random, kDeviceBlockBytes));
  file.asked = TRY(device->encrypt(file.key, file.iv, given.reveal("the device")));
  file.sealed = TRY(seal_box(TRY(box_key(file, given, pin)), bound_to(file), root.reveal("wrap")));
  return file;
}

Result<SecretBytes> open_root_in_device(const RootDeviceFile& file, const SecretText& pin) {
  if (file.format != kRootDeviceFormat) return fail(Errc::corrupt, "custody.malformed", "format");
  auto device = TRY(KeyDevice::open(file.device, pin));
  SecretBytes given = TRY(device->decrypt(file.key, file.iv, file.asked));
  auto opened = open_box(TRY(box_key(file, given, pin)), bound_to(file), file.sealed);
  if (!opened || opened->size() != kSm4KeyBytes)
    return file.argon2 ? fail(Errc::unauthenticated, "custody.wrong_passphrase") : fail(Errc::corrupt, "custody.tampered");
  return SecretBytes(std::move(*opened));
}

}  // namespace sluice
