#include "deident/techniques/encrypt.h"

#include "base/random.h"

namespace sluice::deident {

namespace {

constexpr size_t kNonceBytes = 16;
constexpr char kBase64Url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void put_base64url(ByteView bytes, std::string& out) {
  uint32_t bits = 0;
  int have = 0;
  for (uint8_t b : bytes) {
    bits = bits << 8 | b;
    for (have += 8; have >= 6; have -= 6) out += kBase64Url[bits >> (have - 6) & 63];
    bits &= 0x3f;
  }
  if (have > 0) out += kBase64Url[bits << (6 - have) & 63];
}

bool get_base64url(std::string_view text, Bytes& out) {
  uint32_t bits = 0;
  int have = 0;
  for (char c : text) {
    const char* at = c ? std::char_traits<char>::find(kBase64Url, 64, c) : nullptr;
    if (!at) return false;
    bits = (bits << 6 | static_cast<uint32_t>(at - kBase64Url)) & 0xffff;
    have += 6;
    if (have >= 8) out.push_back(static_cast<uint8_t>(bits >> (have -= 8)));
  }
  return have < 6 && (bits & ((1u << have) - 1)) == 0;
}

}  // namespace

void Encrypt::run(std::span<const CellInput> cells, MaskedCells& out) const {
  SystemRandom random;
  for (const CellInput& c : cells) {
    if (c.cell.empty()) {
      out.close(CellOutcome::null);
      continue;
    }
    Bytes associated = to_bytes(domain_), whole;
    if (mode_ == EncryptMode::randomised) {
      whole = random_bytes(random, kNonceBytes);
      put(associated, whole);
    }
    put(whole, cipher_.seal(associated, view(c.cell)));
    out.text() += prefix_;
    put_base64url(whole, out.text());
    out.close(CellOutcome::masked);
  }
}

void Encrypt::reverse(std::span<const CellInput> cells, MaskedCells& out) const {
  for (const CellInput& c : cells) {
    if (c.cell.empty()) {
      out.close(CellOutcome::null);
      continue;
    }
    Bytes whole, associated = to_bytes(domain_);
    bool fine = c.cell.starts_with(prefix_) && get_base64url(c.cell.substr(prefix_.size()), whole);
    ByteView sealed = whole;
    if (fine && mode_ == EncryptMode::randomised) {
      fine = whole.size() >= kNonceBytes;
      if (fine) {
        put(associated, sealed.first(kNonceBytes));
        sealed = sealed.subspan(kNonceBytes);
      }
    }
    auto plain = fine ? cipher_.open(associated, sealed) : fail(Errc::corrupt, "aead.tampered");
    if (plain) out.text() += text(*plain);
    out.close(plain ? CellOutcome::masked : CellOutcome::failed);
  }
}

}  // namespace sluice::deident
