// GM/T 0018-2012, the functions for keys under a key-encryption key. Names, types and numbers are the standard's
// (algorithm numbers: GM/T 0006-2012).
#include <charconv>
#include <cstdio>

#include "crypto/key_device.h"
#include "crypto/sdf_module.h"

namespace sluice {

namespace {

constexpr unsigned kSm4Ecb = 0x00000401, kSm4Cbc = 0x00000402, kSm4Bits = 128;
constexpr unsigned kWrappedKeyBytesMax = 512;
constexpr int kSdfLineFailed = 0x01000003, kSdfHardFailed = 0x01000004, kSdfOpenDevice = 0x01000005, kSdfOpenSession = 0x01000006, kSdfNoRight = 0x01000007,
              kSdfKeyMissing = 0x01000008;

struct SdfCalls {
  int (*open_device)(void** device);
  int (*close_device)(void* device);
  int (*open_session)(void* device, void** session);
  int (*close_session)(void* session);
  int (*generate_key)(void* session, unsigned bits, unsigned algorithm, unsigned kek, unsigned char* wrapped, unsigned* size, void** key);
  int (*import_key)(void* session, unsigned algorithm, unsigned kek, unsigned char* wrapped, unsigned size, void** key);
  int (*destroy_key)(void* session, void* key);
  int (*encrypt)(void* session, void* key, unsigned algorithm, unsigned char* iv, unsigned char* in, unsigned in_size, unsigned char* out, unsigned* out_size);
  int (*decrypt)(void* session, void* key, unsigned algorithm, unsigned char* iv, unsigned char* in, unsigned in_size, unsigned char* out, unsigned* out_size);
};

class SdfDevice final : public KeyDevice {
 public:
  SdfDevice(const SdfCalls& call, unsigned kek) : call_(call), kek_(kek) {}
  ~SdfDevice() override {
    if (session_) call_.close_session(session_);
    if (device_) call_.close_device(device_);
  }
  Status start() {
    TRY(sdf_ok(call_.open_device(&device_)));
    return sdf_ok(call_.open_session(device_, &session_));
  }

  Result<Bytes> new_key() override {
    Bytes wrapped(kWrappedKeyBytesMax);
    unsigned size = kWrappedKeyBytesMax;
    void* key = nullptr;
    TRY(sdf_ok(call_.generate_key(session_, kSm4Bits, kSm4Ecb, kek_, wrapped.data(), &size, &key)));
    call_.destroy_key(session_, key);
    if (size == 0 || size > kWrappedKeyBytesMax) return fail(Errc::refused, "device.refused", "length");
    wrapped.resize(size);
    return wrapped;
  }
  Result<Bytes> encrypt(ByteView key, ByteView iv, ByteView block) override {
    Bytes out = TRY(run(call_.encrypt, key, iv, block));
    return out;
  }
  Result<SecretBytes> decrypt(ByteView key, ByteView iv, ByteView block) override {
    return SecretBytes(TRY(run(call_.decrypt, key, iv, block)));
  }

 private:
  template <class Call>
  Result<Bytes> run(Call call, ByteView key, ByteView iv, ByteView block) {
    if (iv.size() != kDeviceBlockBytes || block.size() != kDeviceBlockBytes || key.size() > kWrappedKeyBytesMax)
      return fail(Errc::corrupt, "custody.malformed", "device block");
    Bytes wrapped(key.begin(), key.end()), start(iv.begin(), iv.end()), in(block.begin(), block.end()), out(2 * kDeviceBlockBytes);
    void* handle = nullptr;
    TRY(sdf_ok(call_.import_key(session_, kSm4Ecb, kek_, wrapped.data(), static_cast<unsigned>(wrapped.size()), &handle)));
    unsigned size = static_cast<unsigned>(out.size());
    int code = call(session_, handle, kSm4Cbc, start.data(), in.data(), static_cast<unsigned>(in.size()), out.data(), &size);
    call_.destroy_key(session_, handle);
    TRY(sdf_ok(code));
    if (size != kDeviceBlockBytes) return fail(Errc::refused, "device.refused", "length");
    out.resize(size);
    return out;
  }

  SdfCalls call_;
  unsigned kek_;
  void* device_ = nullptr;
  void* session_ = nullptr;
};

}  // namespace

Status sdf_ok(int code) {
  switch (code) {
    case 0: return {};
    case kSdfLineFailed:
    case kSdfHardFailed:
    case kSdfOpenDevice:
    case kSdfOpenSession: return fail(Errc::unreachable, "device.gone");
    case kSdfNoRight: return fail(Errc::unauthenticated, "device.wrong_pin");
    case kSdfKeyMissing: return fail(Errc::not_found, "device.no_such_key");
    default: {
      char number[24];
      std::snprintf(number, sizeof number, "SDR 0x%08x", static_cast<unsigned>(code));
      return fail(Errc::refused, "device.refused", number);
    }
  }
}

Result<unsigned> sdf_place(const std::string& place) {
  unsigned out = 0;
  if (auto [end, ec] = std::from_chars(place.data(), place.data() + place.size(), out); ec != std::errc() || end != place.data() + place.size())
    return fail(Errc::not_found, "device.no_such_token");
  return out;
}

Result<std::unique_ptr<KeyDevice>> open_sdf_device(const DeviceAddress& address) {
  unsigned kek = TRY(sdf_place(address.token));
  void* module = TRY(load_device_module(address.module));
  SdfCalls call{};
  bool whole = take_function(module, "SDF_OpenDevice", call.open_device) && take_function(module, "SDF_CloseDevice", call.close_device) &&
               take_function(module, "SDF_OpenSession", call.open_session) && take_function(module, "SDF_CloseSession", call.close_session) &&
               take_function(module, "SDF_GenerateKeyWithKEK", call.generate_key) && take_function(module, "SDF_ImportKeyWithKEK", call.import_key) &&
               take_function(module, "SDF_DestroyKey", call.destroy_key) && take_function(module, "SDF_Encrypt", call.encrypt) &&
               take_function(module, "SDF_Decrypt", call.decrypt);
  if (!whole) return fail(Errc::invalid, "device.not_a_module");
  auto device = std::make_unique<SdfDevice>(call, kek);
  TRY(device->start());
  return std::unique_ptr<KeyDevice>(std::move(device));
}

}  // namespace sluice
