#include "crypto/aead.h"

#include <gcrypt.h>

#include <cassert>
#include <cstdlib>
#include <utility>

#include "base/random.h"
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

Result<Sm4Gcm> Sm4Gcm::create(const SecretBytes& key) {
  const Bytes& raw = key.reveal("hand the key to the cipher");
  if (raw.size() != kSm4KeyBytes) return fail(Errc::invalid, "aead.bad_key");
  gcrypt_ready();
  gcry_cipher_hd_t cipher = nullptr;
  must_cipher(gcry_cipher_open(&cipher, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_GCM, 0));
  must_cipher(gcry_cipher_setkey(cipher, raw.data(), raw.size()));
  Sm4Gcm out;
  out.handle_ = cipher;
  return out;
}

Sm4Gcm::Sm4Gcm(Sm4Gcm&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
Sm4Gcm& Sm4Gcm::operator=(Sm4Gcm&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}
Sm4Gcm::~Sm4Gcm() {
  if (handle_) gcry_cipher_close(cipher_of(handle_));  // wipes the key schedule
}

Bytes Sm4Gcm::seal(ByteView nonce, ByteView associated, ByteView plain) {
  assert(nonce.size() == kGcmNonceBytes);
  Bytes out(plain.size() + kGcmTagBytes);
  start_message(cipher_of(handle_), nonce, associated);
  if (!plain.empty())
    must_cipher(gcry_cipher_encrypt(cipher_of(handle_), out.data(), plain.size(), plain.data(), plain.size()));
  must_cipher(gcry_cipher_gettag(cipher_of(handle_), out.data() + plain.size(), kGcmTagBytes));
  return out;
}

Result<Bytes> Sm4Gcm::open(ByteView nonce, ByteView associated, ByteView sealed) {
  if (sealed.size() < kGcmTagBytes) return fail(Errc::corrupt, "aead.tampered");
  Bytes out(sealed.size() - kGcmTagBytes);
  TRY(open_into(nonce, associated, sealed, out));
  return out;
}

Status Sm4Gcm::open_into(ByteView nonce, ByteView associated, ByteView sealed, std::span<uint8_t> plain) {
  if (sealed.size() < kGcmTagBytes || plain.size() != sealed.size() - kGcmTagBytes || nonce.size() != kGcmNonceBytes)
    return fail(Errc::corrupt, "aead.tampered");
  start_message(cipher_of(handle_), nonce, associated);
  if (!plain.empty())
    must_cipher(gcry_cipher_decrypt(cipher_of(handle_), plain.data(), plain.size(), sealed.data(), plain.size()));
  if (gcry_cipher_checktag(cipher_of(handle_), sealed.data() + plain.size(), kGcmTagBytes) != 0) {
    wipe(plain.data(), plain.size());
    return fail(Errc::corrupt, "aead.tampered");
  }
  return {};
}

Result<Bytes> seal_box(const SecretBytes& key, ByteView associated, ByteView plain) {
  Sm4Gcm cipher = TRY(Sm4Gcm::create(key));
  SystemRandom random;
  Bytes out = random_bytes(random, kGcmNonceBytes);
  put(out, cipher.seal(Bytes(out), associated, plain));
  return out;
}

Result<Bytes> open_box(const SecretBytes& key, ByteView associated, ByteView box) {
  Sm4Gcm cipher = TRY(Sm4Gcm::create(key));
  if (box.size() < kGcmNonceBytes + kGcmTagBytes) return fail(Errc::corrupt, "aead.tampered");
  return cipher.open(box.first(kGcmNonceBytes), associated, box.subspan(kGcmNonceBytes));
}

}  // namespace sluice
