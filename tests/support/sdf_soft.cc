// A device library after GM/T 0018-2012 in software, for the tests alone: it keeps no secret from anybody who can read its file. The
// key-encryption keys lie in SDF_SOFT_STORE/kek.NUMBER (16 bytes); a missing file is a device that was pulled out.
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int kOk = 0, kNotSupported = 0x01000002, kOpenDevice = 0x01000006, kKeyMissing = 0x01000008, kArgument = 0x0100001D;
constexpr unsigned kSm4Ecb = 0x401, kSm4Cbc = 0x402, kBlock = 16;

struct SoftKey {
  unsigned char bytes[kBlock];
};

bool read_kek(unsigned number, unsigned char* out) {
  const char* store = std::getenv("SDF_SOFT_STORE");
  if (!store) return false;
  std::string path = std::string(store) + "/kek." + std::to_string(number);
  FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return false;
  bool whole = std::fread(out, 1, kBlock, file) == kBlock;
  std::fclose(file);
  return whole;
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
  const char* store = std::getenv("SDF_SOFT_STORE");
  FILE* there = store ? std::fopen((std::string(store) + "/plugged-in").c_str(), "rb") : nullptr;
  if (!there) return kOpenDevice;
  std::fclose(there);
  *device = new int(1);
  return kOk;
}
int SDF_CloseDevice(void* device) {
  delete static_cast<int*>(device);
  return kOk;
}
int SDF_OpenSession(void*, void** session) {
  *session = new int(2);
  return kOk;
}
int SDF_CloseSession(void* session) {
  delete static_cast<int*>(session);
  return kOk;
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
