// A cryptographic device that keeps a key and uses it without giving it away: the port, and its two kinds.
//
//   pkcs11   PKCS#11 v2.40: an AES-256 key in a token (CKA_TOKEN, sensitive, never extractable), named by its CKA_ID.
//            `token` is the token's label; the PIN logs in as its user.
//   sdf      GM/T 0018: an SM4 key wrapped by the key-encryption key in place `token` (a number) of the device. The
//            standard knows no PIN for such keys.
// The vendor's library is loaded into the calling process (dlopen) and so belongs into the key agent alone. It is loaded
// only from an absolute path to a file that nobody but root and the calling user may change.
//
// Errors: "device.module_path" (not absolute, or others may write to it), "device.not_a_module" (not a library of this
// kind), "device.no_such_token", "device.no_such_key", "device.wrong_pin", "device.pin_locked", "device.gone" (pulled
// out, or it does not answer), "device.refused" (detail: the device's own number).
// Thread rule: one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/restricted.h"
#include "codec/record.h"

namespace sluice {

enum class DeviceKind { pkcs11, sdf };
constexpr std::array<std::string_view, 2> enum_names(DeviceKind) { return {"pkcs11", "sdf"}; }

constexpr size_t kDeviceBlockBytes = 16;

struct DeviceAddress {
  DeviceKind kind = DeviceKind::pkcs11;
  std::string module, token;
  // What the vendor's library wants to find in its environment, such as the place of its configuration.
  // Names are capital letters, digits and underscores, and none that steers the loader ("device.bad_setting").
  std::map<std::string, std::string> settings;
  static constexpr auto fields = field_list(field("kind", &DeviceAddress::kind), field("module", &DeviceAddress::module),
                                            field("token", &DeviceAddress::token), field("settings", &DeviceAddress::settings));
};

class KeyDevice {
 public:
  static Result<std::unique_ptr<KeyDevice>> open(const DeviceAddress& address, const SecretText& pin);
  virtual ~KeyDevice() = default;

  // A fresh key; what comes back names it, and is no secret.
  virtual Result<Bytes> new_key() = 0;
  // One block under CBC with this start value, by the named key.
  virtual Result<Bytes> encrypt(ByteView key, ByteView iv, ByteView block) = 0;
  virtual Result<SecretBytes> decrypt(ByteView key, ByteView iv, ByteView block) = 0;
};

// For the two kinds' own files.
Status check_device_address(const DeviceAddress& address);
// The same, and its settings in this process's environment.
Status enter_device_settings(const DeviceAddress& address);
Result<std::unique_ptr<KeyDevice>> open_pkcs11_device(const DeviceAddress& address, const SecretText& pin);
Result<std::unique_ptr<KeyDevice>> open_sdf_device(const DeviceAddress& address);

}  // namespace sluice
