#include <p11-kit/pkcs11.h>

#include <cstring>
#include <vector>

#include "base/random.h"
#include "crypto/device_module.h"
#include "crypto/key_device.h"

namespace sluice {

namespace {

constexpr size_t kKeyIdBytes = 16, kTokensMax = 256;
constexpr char kRootLabel[] = "sluice root";

tl::unexpected<Error> pkcs11_error(CK_RV rv) {
  switch (rv) {
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE: return fail(Errc::unauthenticated, "device.wrong_pin");
    case CKR_PIN_LOCKED: return fail(Errc::refused, "device.pin_locked");
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_REMOVED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED: return fail(Errc::unreachable, "device.gone");
    default: {
      char number[24];
      std::snprintf(number, sizeof number, "CKR 0x%08lx", static_cast<unsigned long>(rv));
      return fail(Errc::refused, "device.refused", number);
    }
  }
}

Status ok(CK_RV rv) {
  if (rv != CKR_OK) return pkcs11_error(rv);
  return {};
}

// Labels of tokens are padded with spaces to 32 characters.
bool has_label(const CK_TOKEN_INFO& info, std::string_view label) {
  std::string_view padded(reinterpret_cast<const char*>(info.label), sizeof info.label);
  size_t end = padded.find_last_not_of(' ');
  return padded.substr(0, end == std::string_view::npos ? 0 : end + 1) == label;
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const void* value, size_t size) {
  return {type, const_cast<void*>(value), static_cast<CK_ULONG>(size)};
}

class Pkcs11Device final : public KeyDevice {
 public:
  Pkcs11Device(CK_FUNCTION_LIST* call, CK_SESSION_HANDLE session) : call_(call), session_(session) {}
  ~Pkcs11Device() override {
    call_->C_Logout(session_);
    call_->C_CloseSession(session_);
  }

  Result<Bytes> new_key() override {
    SystemRandom random;
    Bytes id = random_bytes(random, kKeyIdBytes);
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG size = 32;
    CK_ATTRIBUTE wanted[] = {attribute(CKA_VALUE_LEN, &size, sizeof size),    attribute(CKA_TOKEN, &yes, sizeof yes),
                             attribute(CKA_PRIVATE, &yes, sizeof yes),        attribute(CKA_SENSITIVE, &yes, sizeof yes),
                             attribute(CKA_EXTRACTABLE, &no, sizeof no),      attribute(CKA_ENCRYPT, &yes, sizeof yes),
                             attribute(CKA_DECRYPT, &yes, sizeof yes),        attribute(CKA_ID, id.data(), id.size()),
                             attribute(CKA_LABEL, kRootLabel, sizeof kRootLabel - 1)};
    CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
    CK_OBJECT_HANDLE key = 0;
    TRY(ok(call_->C_GenerateKey(session_, &mechanism, wanted, std::size(wanted), &key)));
    return id;
  }

  Result<Bytes> encrypt(ByteView key, ByteView iv, ByteView block) override {
    CK_OBJECT_HANDLE handle = TRY(find(key));
    CK_MECHANISM mechanism = TRY(cbc(iv, block));
    TRY(ok(call_->C_EncryptInit(session_, &mechanism, handle)));
    Bytes out(block.size());
    CK_ULONG size = out.size();
    TRY(ok(call_->C_Encrypt(session_, const_cast<CK_BYTE*>(block.data()), block.size(), out.data(), &size)));
    if (size != out.size()) return fail(Errc::refused, "device.refused", "length");
    return out;
  }

  Result<SecretBytes> decrypt(ByteView key, ByteView iv, ByteView block) override {
    CK_OBJECT_HANDLE handle = TRY(find(key));
    CK_MECHANISM mechanism = TRY(cbc(iv, block));
    TRY(ok(call_->C_DecryptInit(session_, &mechanism, handle)));
    Bytes out(block.size());
    CK_ULONG size = out.size();
    Status done = ok(call_->C_Decrypt(session_, const_cast<CK_BYTE*>(block.data()), block.size(), out.data(), &size));
    SecretBytes plain(std::move(out));
    TRY(done);
    return plain;
  }

 private:
  Result<CK_MECHANISM> cbc(ByteView iv, ByteView block) {
    if (iv.size() != kDeviceBlockBytes || block.size() != kDeviceBlockBytes) return fail(Errc::corrupt, "custody.malformed", "device block");
    return CK_MECHANISM{CKM_AES_CBC, const_cast<uint8_t*>(iv.data()), static_cast<CK_ULONG>(iv.size())};
  }

  Result<CK_OBJECT_HANDLE> find(ByteView id) {
    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, &secret, sizeof secret), attribute(CKA_ID, id.data(), id.size())};
    TRY(ok(call_->C_FindObjectsInit(session_, wanted, std::size(wanted))));
    CK_OBJECT_HANDLE key = 0;
    CK_ULONG found = 0;
    CK_RV rv = call_->C_FindObjects(session_, &key, 1, &found);
    call_->C_FindObjectsFinal(session_);
    TRY(ok(rv));
    if (found == 0) return fail(Errc::not_found, "device.no_such_key");
    return key;
  }

  CK_FUNCTION_LIST* call_;
  CK_SESSION_HANDLE session_;
};

Result<CK_SLOT_ID> slot_of(CK_FUNCTION_LIST* call, const std::string& label) {
  std::vector<CK_SLOT_ID> slots(kTokensMax);
  CK_ULONG count = slots.size();
  TRY(ok(call->C_GetSlotList(CK_TRUE, slots.data(), &count)));
  for (CK_ULONG i = 0; i < count; i++) {
    CK_TOKEN_INFO info{};
    if (call->C_GetTokenInfo(slots[i], &info) == CKR_OK && has_label(info, label)) return slots[i];
  }
  return fail(Errc::not_found, "device.no_such_token");
}

}  // namespace

Result<std::unique_ptr<KeyDevice>> open_pkcs11_device(const DeviceAddress& address, const SecretText& pin) {
  void* module = TRY(load_device_module(address.module));
  auto list = reinterpret_cast<CK_C_GetFunctionList>(device_function(module, "C_GetFunctionList"));
  CK_FUNCTION_LIST* call = nullptr;
  if (!list || list(&call) != CKR_OK || !call) return fail(Errc::invalid, "device.not_a_module");
  CK_RV rv = call->C_Initialize(nullptr);
  if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) return pkcs11_error(rv);
  CK_SLOT_ID slot = TRY(slot_of(call, address.token));
  CK_SESSION_HANDLE session = 0;
  TRY(ok(call->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session)));
  auto device = std::make_unique<Pkcs11Device>(call, session);
  std::string word = pin.reveal("handed to the token");
  rv = call->C_Login(session, CKU_USER, reinterpret_cast<CK_BYTE*>(word.data()), word.size());
  wipe(word.data(), word.size());
  if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN) return pkcs11_error(rv);
  return std::unique_ptr<KeyDevice>(std::move(device));
}

}  // namespace sluice
