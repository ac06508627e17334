// A device library after GM/T 0018-2012 in software, for the tests alone: it keeps no secret from anybody who can read its file. The
// key-encryption keys lie in SDF_SOFT_STORE/kek.NUMBER (16 bytes), SM2 key pairs in sign.NUMBER (32 bytes) with their password in sign.NUMBER.password;
// without the file plugged-in the device was pulled out.
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int kOk = 0, kNotSupported = 0x01000002, kLineFailed = 0x01000003, kOpenDevice = 0x01000005, kNoRight = 0x01000007, kKeyMissing = 0x01000008,
              kSigningFailed = 0x0100000D, kArgument = 0x0100001D;
constexpr unsigned kSm4Ecb = 0x401, kSm4Cbc = 0x402, kBlock = 16;

constexpr unsigned kNumber = 32, kNumberMax = 64;

struct EccPublicKey {
  unsigned bits;
  unsigned char x[kNumberMax], y[kNumberMax];
};
struct EccSignature {
  unsigned char r[kNumberMax], s[kNumberMax];
};

struct SoftSession {
  unsigned right_to = 0;  // the place whose password was given
};

struct SoftKey {
  unsigned char bytes[kBlock];
};

std::string store_path(const std::string& name) {
  const char* store = std::getenv("SDF_SOFT_STORE");
  return std::string(store ? store : "/nonexistent") + "/" + name;
}

std::string content_of(const std::string& name) {
  std::string out(256, '\0');
  FILE* file = std::fopen(store_path(name).c_str(), "rb");
  if (!file) return {};
  out.resize(std::fread(out.data(), 1, out.size(), file));
  std::fclose(file);
  return out;
}

bool plugged_in() {
  FILE* there = std::fopen(store_path("plugged-in").c_str(), "rb");
  if (there) std::fclose(there);
  return there != nullptr;
}

bool read_kek(unsigned number, unsigned char* out) {
  std::string kek = content_of("kek." + std::to_string(number));
  if (kek.size() != kBlock) return false;
  std::memcpy(out, kek.data(), kBlock);
  return true;
}

// The key pair in a place, with its point; null when the place is empty.
EVP_PKEY* key_pair(unsigned place, unsigned char* point) {
  std::string scalar = content_of("sign." + std::to_string(place));
  if (scalar.size() != kNumber) return nullptr;
  BIGNUM* number = BN_bin2bn(reinterpret_cast<const unsigned char*>(scalar.data()), kNumber, nullptr);
  EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_sm2);
  EC_POINT* multiple = EC_POINT_new(group);
  EVP_PKEY* key = nullptr;
  if (EC_POINT_mul(group, multiple, number, nullptr, nullptr, nullptr) == 1 &&
      EC_POINT_point2oct(group, multiple, POINT_CONVERSION_UNCOMPRESSED, point, 1 + 2 * kNumber, nullptr) == 1 + 2 * kNumber) {
    OSSL_PARAM_BLD* build = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * kNumber);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number);
    OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr);
    if (EVP_PKEY_fromdata_init(context) != 1 || EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) != 1) key = nullptr;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
  }
  EC_POINT_free(multiple);
  EC_GROUP_free(group);
  BN_clear_free(number);
  return key;
}

// DER as the numbers of the standard's structure.
bool numbers_of(const unsigned char* der, size_t size, EccSignature* out) {
  ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size));
  if (!parsed) return false;
  std::memset(out, 0, sizeof *out);
  bool good = BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out->r + kNumberMax - kNumber, kNumber) == kNumber &&
              BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out->s + kNumberMax - kNumber, kNumber) == kNumber;
  ECDSA_SIG_free(parsed);
  return good;
}

int sm4(const EVP_CIPHER* cipher, int encrypts, const unsigned char* key, const unsigned char* iv, const unsigned char* in, unsigned size, unsigned char* out, unsigned* out_size) {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  int first = 0, last = 0;
  bool good = context && EVP_CipherInit_ex(context, cipher, nullptr, key, iv, encrypts) && EVP_CIPHER_CTX_set_padding(context, 0) &&
              EVP_CipherUpdate(context, out, &first, in, static_cast<int>(size)) && EVP_CipherFinal_ex(context, out + first, &last);
  EVP_CIPHER_CTX_free(context);
  *out_size = static_cast<unsigned>(first + last);
  return good ? kOk : kArgument;
}

}  // namespace

extern "C" {

int SDF_OpenDevice(void** device) {
  if (!plugged_in()) return kOpenDevice;
  *device = new int(1);
  return kOk;
}
int SDF_CloseDevice(void* device) {
  delete static_cast<int*>(device);
  return kOk;
}
int SDF_OpenSession(void*, void** session) {
  *session = new SoftSession;
  return kOk;
}
int SDF_CloseSession(void* session) {
  delete static_cast<SoftSession*>(session);
  return kOk;
}
int SDF_GetPrivateKeyAccessRight(void* session, unsigned place, unsigned char* password, unsigned size) {
  if (!plugged_in()) return kLineFailed;
  std::string stored = content_of("sign." + std::to_string(place) + ".password");
  if (stored.empty() || stored.size() != size || std::memcmp(stored.data(), password, size) != 0) return kNoRight;
  static_cast<SoftSession*>(session)->right_to = place;
  return kOk;
}
int SDF_ReleasePrivateKeyAccessRight(void* session, unsigned) {
  static_cast<SoftSession*>(session)->right_to = 0;
  return kOk;
}
int SDF_ExportSignPublicKey_ECC(void*, unsigned place, EccPublicKey* out) {
  unsigned char point[1 + 2 * kNumber];
  EVP_PKEY* key = key_pair(place, point);
  if (!key) return kKeyMissing;
  EVP_PKEY_free(key);
  std::memset(out, 0, sizeof *out);
  out->bits = 256;
  std::memcpy(out->x + kNumberMax - kNumber, point + 1, kNumber);
  std::memcpy(out->y + kNumberMax - kNumber, point + 1 + kNumber, kNumber);
  return kOk;
}
int SDF_InternalSign_ECC(void* session, unsigned place, unsigned char* digest, unsigned size, EccSignature* out) {
  if (!plugged_in()) return kLineFailed;
  if (static_cast<SoftSession*>(session)->right_to != place) return kNoRight;
  unsigned char point[1 + 2 * kNumber], der[80];
  size_t der_size = sizeof der;
  if (size != kNumber) return kArgument;
  EVP_PKEY* key = key_pair(place, point);
  if (!key) return kKeyMissing;
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
  bool good = EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_sign(context, der, &der_size, digest, size) == 1 && numbers_of(der, der_size, out);
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(key);
  return good ? kOk : kSigningFailed;
}
int SDF_ImportKeyWithKEK(void*, unsigned algorithm, unsigned kek, unsigned char* wrapped, unsigned size, void** key) {
  unsigned char bytes[kBlock];
  if (algorithm != kSm4Ecb) return kNotSupported;
  if (size != kBlock) return kArgument;
  if (!read_kek(kek, bytes)) return kKeyMissing;
  auto* made = new SoftKey;
  unsigned out = 0;
  int code = sm4(EVP_sm4_ecb(), 0, bytes, nullptr, wrapped, kBlock, made->bytes, &out);
  if (code != kOk) {
    delete made;
    return code;
  }
  *key = made;
  return kOk;
}
int SDF_GenerateKeyWithKEK(void* session, unsigned bits, unsigned algorithm, unsigned kek, unsigned char* wrapped, unsigned* size, void** key) {
  unsigned char bytes[kBlock];
  if (bits != 128 || algorithm != kSm4Ecb) return kNotSupported;
  if (*size < kBlock || RAND_bytes(bytes, kBlock) != 1) return kArgument;
  // A random wrapped key is the wrapping of a random key.
  std::memcpy(wrapped, bytes, kBlock);
  *size = kBlock;
  return SDF_ImportKeyWithKEK(session, algorithm, kek, wrapped, kBlock, key);
}
int SDF_DestroyKey(void*, void* key) {
  delete static_cast<SoftKey*>(key);
  return kOk;
}
int SDF_Encrypt(void*, void* key, unsigned algorithm, unsigned char* iv, unsigned char* in, unsigned in_size, unsigned char* out, unsigned* out_size) {
  if (algorithm != kSm4Cbc) return kNotSupported;
  return sm4(EVP_sm4_cbc(), 1, static_cast<SoftKey*>(key)->bytes, iv, in, in_size, out, out_size);
}
int SDF_Decrypt(void*, void* key, unsigned algorithm, unsigned char* iv, unsigned char* in, unsigned in_size, unsigned char* out, unsigned* out_size) {
  if (algorithm != kSm4Cbc) return kNotSupported;
  return sm4(EVP_sm4_cbc(), 0, static_cast<SoftKey*>(key)->bytes, iv, in, in_size, out, out_size);
}

}  // extern "C"
