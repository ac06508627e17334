// GM/T 0018-2012, 6.4.5 and 6.2.9: signatures by a key pair inside the device. Structures and names are the standard's.
#include "crypto/hash.h"
#include "crypto/sdf_module.h"
#include "crypto/signing_device.h"

namespace sluice {

namespace {

constexpr size_t kCoordinateMax = 64, kCoordinate = 32;  // numbers stand at the end of their 64 bytes

struct EccPublicKey {
  unsigned bits;
  unsigned char x[kCoordinateMax], y[kCoordinateMax];
};
struct EccSignature {
  unsigned char r[kCoordinateMax], s[kCoordinateMax];
};

struct SdfSigningCalls {
  int (*open_device)(void** device);
  int (*close_device)(void* device);
  int (*open_session)(void* device, void** session);
  int (*close_session)(void* session);
  int (*get_right)(void* session, unsigned place, unsigned char* password, unsigned size);
  int (*release_right)(void* session, unsigned place);
  int (*export_key)(void* session, unsigned place, EccPublicKey* key);
  int (*sign)(void* session, unsigned place, unsigned char* digest, unsigned size, EccSignature* signature);
};

// a, b and the base point of the curve (GB/T 32918.5), which stand in Z before the public key.
constexpr std::string_view kCurveHex =
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
constexpr std::string_view kSignerId = "1234567812345678";

// e = SM3(Z ‖ message), Z over the id's length in bits, the id, the curve and the key.
Digest sm2_digest(const Sm2PublicKey& key, ByteView message) {
  Bytes z;
  put_u16(z, static_cast<uint16_t>(8 * kSignerId.size()));
  put(z, kSignerId);
  put(z, ByteView(*from_hex(kCurveHex)));
  put(z, ByteView(key.bytes()).subspan(1));
  Digest head = sm3(z);
  Bytes all(head.begin(), head.end());
  put(all, message);
  return sm3(all);
}

void put_der_number(Bytes& out, const unsigned char* padded) {
  ByteView number(padded + kCoordinateMax - kCoordinate, kCoordinate);
  while (number.size() > 1 && number[0] == 0) number = number.subspan(1);
  bool sign_byte = (number[0] & 0x80) != 0;
  out.push_back(0x02);
  out.push_back(static_cast<uint8_t>(number.size() + sign_byte));
  if (sign_byte) out.push_back(0);
  put(out, number);
}

Bytes der_of(const EccSignature& signature) {
  Bytes numbers;
  put_der_number(numbers, signature.r);
  put_der_number(numbers, signature.s);
  Bytes out{0x30, static_cast<uint8_t>(numbers.size())};
  put(out, ByteView(numbers));
  return out;
}

class SdfSigningDevice final : public SigningDevice {
 public:
  SdfSigningDevice(const SdfSigningCalls& call, unsigned place, const SecretText& pin) : call_(call), place_(place), pin_(pin) {}
  ~SdfSigningDevice() override {
    if (session_) call_.close_session(session_);
    if (device_) call_.close_device(device_);
  }
  Status start() {
    TRY(sdf_ok(call_.open_device(&device_)));
    TRY(sdf_ok(call_.open_session(device_, &session_)));
    EccPublicKey exported{};
    TRY(sdf_ok(call_.export_key(session_, place_, &exported)));
    Bytes point{4};
    put(point, ByteView(exported.x + kCoordinateMax - kCoordinate, kCoordinate));
    put(point, ByteView(exported.y + kCoordinateMax - kCoordinate, kCoordinate));
    key_.emplace(TRY(Sm2PublicKey::from_bytes(point)));
    return {};
  }

  const Sm2PublicKey& public_key() const override { return *key_; }

  Result<Bytes> sign(ByteView message) override {
    std::string password = pin_.reveal("handed to the device");
    int right = call_.get_right(session_, place_, reinterpret_cast<unsigned char*>(password.data()), static_cast<unsigned>(password.size()));
    wipe(password.data(), password.size());
    TRY(sdf_ok(right));
    Digest digest = sm2_digest(*key_, message);
    EccSignature signature{};
    int done = call_.sign(session_, place_, digest.data(), static_cast<unsigned>(digest.size()), &signature);
    call_.release_right(session_, place_);
    TRY(sdf_ok(done));
    Bytes out = der_of(signature);
    if (!key_->verify(message, out)) return fail(Errc::refused, "device.bad_signature");
    return out;
  }

 private:
  SdfSigningCalls call_;
  unsigned place_;
  SecretText pin_;
  std::optional<Sm2PublicKey> key_;
  void* device_ = nullptr;
  void* session_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<SigningDevice>> SigningDevice::open(const DeviceAddress& address, const SecretText& pin) {
  if (address.kind != DeviceKind::sdf) return fail(Errc::refused, "device.no_sm2");
  TRY(enter_device_settings(address));
  unsigned place = TRY(sdf_place(address.token));
  void* module = TRY(load_device_module(address.module));
  SdfSigningCalls call{};
  bool whole = take_function(module, "SDF_OpenDevice", call.open_device) && take_function(module, "SDF_CloseDevice", call.close_device) &&
               take_function(module, "SDF_OpenSession", call.open_session) && take_function(module, "SDF_CloseSession", call.close_session) &&
               take_function(module, "SDF_GetPrivateKeyAccessRight", call.get_right) &&
               take_function(module, "SDF_ReleasePrivateKeyAccessRight", call.release_right) &&
               take_function(module, "SDF_ExportSignPublicKey_ECC", call.export_key) && take_function(module, "SDF_InternalSign_ECC", call.sign);
  if (!whole) return fail(Errc::invalid, "device.not_a_module");
  auto device = std::make_unique<SdfSigningDevice>(call, place, pin);
  TRY(device->start());
  return std::unique_ptr<SigningDevice>(std::move(device));
}

}  // namespace sluice
