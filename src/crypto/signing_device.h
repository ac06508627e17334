// A device that signs with an SM2 key which never leaves it: GM/T 0018, SDF_InternalSign_ECC with the key pair in place `token` (a number) of
// the device. What is hashed (Z and the message, GB/T 35276) is hashed here; the device gets the 32 bytes of the digest.
//
// `pin` is the password of the private key in that place (SDF_GetPrivateKeyAccessRight), asked before each signature and given back after it. Every
// signature is verified before it is handed out. PKCS#11 tokens at large have no SM2 (v2.40 knows no such mechanism, softhsm2 neither): "device.no_sm2".
// Errors: those of key_device.h ("device.wrong_pin": the password does not open the key; "device.gone": pulled out, also in the middle, nothing was
// signed), "device.no_sm2", "device.bad_signature" (what came back does not verify).
#pragma once

#include <memory>

#include "crypto/key_device.h"
#include "crypto/sign.h"

namespace sluice {

class SigningDevice : public Sm2Signer {
 public:
  // Opens the device and reads the public key; the password is not tried before the first signature.
  static Result<std::unique_ptr<SigningDevice>> open(const DeviceAddress& address, const SecretText& pin);
};

}  // namespace sluice
