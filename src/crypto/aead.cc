#include "crypto/aead.h"

#include <cassert>
#include <utility>
#include <variant>

#include "base/random.h"
#include "crypto/sm4_portable.h"
#include "crypto/sm4_wide.h"

namespace sluice {

namespace {

// One of two ways to the same bytes, chosen by the processor.
class Sm4Cipher {
 public:
  explicit Sm4Cipher(ByteView key) {
    if (Sm4Wide::usable()) way_.emplace<Sm4Wide>(key);
    else way_.emplace<Sm4Portable>(key);
  }
  template <class Visitor>
  auto with(Visitor&& visit) const {
    return std::holds_alternative<Sm4Wide>(way_) ? visit(std::get<Sm4Wide>(way_)) : visit(std::get<Sm4Portable>(way_));
  }

 private:
  std::variant<std::monostate, Sm4Wide, Sm4Portable> way_;
};

Sm4Cipher* sm4_cipher(void* handle) { return static_cast<Sm4Cipher*>(handle); }

}  // namespace

Result<Sm4Gcm> Sm4Gcm::create(const SecretBytes& key) {
  const Bytes& raw = key.reveal("hand the key to the cipher");
  if (raw.size() != kSm4KeyBytes) return fail(Errc::invalid, "aead.bad_key");
  Sm4Gcm out;
  out.handle_ = new Sm4Cipher(raw);
  return out;
}

Sm4Gcm::Sm4Gcm(Sm4Gcm&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
Sm4Gcm& Sm4Gcm::operator=(Sm4Gcm&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}
Sm4Gcm::~Sm4Gcm() { delete sm4_cipher(handle_); }

Bytes Sm4Gcm::seal(ByteView nonce, ByteView associated, ByteView plain) {
  assert(nonce.size() == kGcmNonceBytes);
  Bytes out(plain.size() + kGcmTagBytes);
  sm4_cipher(handle_)->with([&](const auto& way) { way.seal(nonce, associated, plain, out); });
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
  if (sm4_cipher(handle_)->with([&](const auto& way) { return way.open(nonce, associated, sealed, plain); })) return {};
  wipe(plain.data(), plain.size());
  return fail(Errc::corrupt, "aead.tampered");
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
