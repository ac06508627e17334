// The root key under a device: DIR/keys/root.json of format "sluice-root-device/1" (docs/formats/keys.md). The device keeps the
// key; the file holds what it must be asked to decrypt. Without the device nobody opens the root, whatever copies he has.
//
// What opens it is the PIN of a PKCS#11 token, or, for SDF devices, a passphrase that is mixed in, since they ask for none.
// Errors: those of key_device.h, "custody.malformed", "custody.wrong_passphrase" (SDF: not this passphrase), "custody.tampered".
#pragma once

#include "base/random.h"
#include "crypto/key_device.h"
#include "crypto/password.h"

namespace sluice {

inline constexpr std::string_view kRootDeviceFormat = "sluice-root-device/1";

struct RootDeviceFile {
  std::string format{kRootDeviceFormat};
  DeviceAddress device;
  Bytes key;     // names the key in the device
  Bytes iv;
  Bytes asked;   // 16 random bytes, encrypted by the device
  std::optional<Argon2Params> argon2;  // of the passphrase, where the device has no PIN
  Bytes sealed;  // the root key, in a box under what the 16 bytes (and the passphrase) give
  static constexpr auto fields = field_list(field("format", &RootDeviceFile::format), field("device", &RootDeviceFile::device), field("key", &RootDeviceFile::key),
                                            field("iv", &RootDeviceFile::iv), field("asked", &RootDeviceFile::asked),
                                            field("argon2", &RootDeviceFile::argon2), field("sealed", &RootDeviceFile::sealed));
};

Result<RootDeviceFile> seal_root_in_device(const SecretBytes& root, const DeviceAddress& address, const SecretText& pin, RandomSource& random);
Result<SecretBytes> open_root_in_device(const RootDeviceFile& file, const SecretText& pin);

}  // namespace sluice
