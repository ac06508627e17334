#include "crypto/siv.h"

#include <gcrypt.h>

#include <cstdlib>
#include <mutex>
#include <vector>

#include "crypto/gcrypt_ready.h"

namespace sluice {

namespace {

// The library wants a pointer even to nothing.
constexpr uint8_t kNothing = 0;
const uint8_t* bytes_or_nothing(ByteView v) { return v.empty() ? &kNothing : v.data(); }

void siv_must(gcry_error_t status) {
  if (status != 0) std::abort();  // the arguments are fixed by us; only a broken library gets here
}

}  // namespace

// A handle serves one thread at a time; a few are kept for all of them.
struct Sm4Siv::Pool {
  explicit Pool(const SecretBytes& k) : key(k) {}
  ~Pool() {
    for (auto handle : idle) gcry_cipher_close(handle);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  gcry_cipher_hd_t take() {
    {
      std::lock_guard lock(mutex);
      if (!idle.empty()) {
        gcry_cipher_hd_t handle = idle.back();
        idle.pop_back();
        return handle;
      }
    }
    gcry_cipher_hd_t handle = nullptr;
    siv_must(gcry_cipher_open(&handle, GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_SIV, 0));
    const Bytes& raw = key.reveal("hand the key to the cipher");
    siv_must(gcry_cipher_setkey(handle, raw.data(), raw.size()));
    return handle;
  }
  void give(gcry_cipher_hd_t handle) {
    std::lock_guard lock(mutex);
    idle.push_back(handle);
  }

  SecretBytes key;
  std::mutex mutex;
  std::vector<gcry_cipher_hd_t> idle;
};

Sm4Siv::Sm4Siv(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Sm4Siv::Sm4Siv(Sm4Siv&&) noexcept = default;
Sm4Siv& Sm4Siv::operator=(Sm4Siv&&) noexcept = default;
Sm4Siv::~Sm4Siv() = default;

Result<Sm4Siv> Sm4Siv::create(const SecretBytes& key) {
  if (key.reveal("length of a key").size() != kSivKeyBytes) return fail(Errc::invalid, "aead.bad_key");
  gcrypt_ready();
  return Sm4Siv(std::make_unique<Pool>(key));
}

Bytes Sm4Siv::seal(ByteView associated, ByteView plain) const {
  gcry_cipher_hd_t handle = pool_->take();
  siv_must(gcry_cipher_reset(handle));
  siv_must(gcry_cipher_authenticate(handle, bytes_or_nothing(associated), associated.size()));
  Bytes out(kSivTagBytes + plain.size());
  uint8_t none = 0;
  siv_must(gcry_cipher_encrypt(handle, plain.empty() ? &none : out.data() + kSivTagBytes, plain.size(), bytes_or_nothing(plain), plain.size()));
  siv_must(gcry_cipher_gettag(handle, out.data(), kSivTagBytes));
  pool_->give(handle);
  return out;
}

Result<Bytes> Sm4Siv::open(ByteView associated, ByteView sealed) const {
  if (sealed.size() < kSivTagBytes) return fail(Errc::corrupt, "aead.tampered");
  gcry_cipher_hd_t handle = pool_->take();
  siv_must(gcry_cipher_reset(handle));
  siv_must(gcry_cipher_authenticate(handle, bytes_or_nothing(associated), associated.size()));
  ByteView body = sealed.subspan(kSivTagBytes);
  Bytes out(body.size());
  uint8_t none = 0;
  siv_must(gcry_cipher_set_decryption_tag(handle, sealed.data(), kSivTagBytes));
  gcry_error_t status = gcry_cipher_decrypt(handle, body.empty() ? &none : out.data(), out.size(), bytes_or_nothing(body), body.size());
  pool_->give(handle);
  if (status == 0) return out;
  wipe(out.data(), out.size());
  return fail(Errc::corrupt, "aead.tampered");
}

}  // namespace sluice
