#include "crypto/sm4_portable.h"

#include <gcrypt.h>

#include <cstdlib>

#include "crypto/aead.h"
#include "crypto/gcrypt_ready.h"

namespace sluice {

namespace {

gcry_cipher_hd_t cipher_of(void* handle) { return static_cast<gcry_cipher_hd_t>(handle); }

void must_cipher(gcry_error_t status) {
  if (status != 0) std::abort();  // the arguments are fixed by us; only a broken library gets here
}

void start_message(gcry_cipher_hd_t cipher, ByteView nonce, ByteView associated) {
  must_cipher(gcry_cipher_reset(cipher));
  must_cipher(gcry_cipher_setiv(cipher, nonce.data(), nonce.size()));
  if (!associated.empty()) must_cipher(gcry_cipher_authenticate(cipher, associated.data(), associated.size()));
  must_cipher(gcry_cipher_final(cipher));
}

}  // namespace

Sm4Portable::Sm4Portable(ByteView key) {
  gcrypt_ready();
  gcry_cipher_hd_t cipher = nullptr;
  must_cipher(gcry_cipher_open(&cipher, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_GCM, 0));
  must_cipher(gcry_cipher_setkey(cipher, key.data(), key.size()));
  cipher_ = cipher;
}

Sm4Portable::~Sm4Portable() { gcry_cipher_close(cipher_of(cipher_)); }

void Sm4Portable::seal(ByteView nonce, ByteView associated, ByteView plain, std::span<uint8_t> out) const {
  start_message(cipher_of(cipher_), nonce, associated);
  if (!plain.empty()) must_cipher(gcry_cipher_encrypt(cipher_of(cipher_), out.data(), plain.size(), plain.data(), plain.size()));
  must_cipher(gcry_cipher_gettag(cipher_of(cipher_), out.data() + plain.size(), kGcmTagBytes));
}

bool Sm4Portable::open(ByteView nonce, ByteView associated, ByteView sealed, std::span<uint8_t> plain) const {
  start_message(cipher_of(cipher_), nonce, associated);
  if (!plain.empty()) must_cipher(gcry_cipher_decrypt(cipher_of(cipher_), plain.data(), plain.size(), sealed.data(), plain.size()));
  return gcry_cipher_checktag(cipher_of(cipher_), sealed.data() + plain.size(), kGcmTagBytes) == 0;
}

}  // namespace sluice
