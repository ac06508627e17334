#include "crypto/hash.h"

#include <fcntl.h>
#include <gcrypt.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/owned_fd.h"
#include "crypto/gcrypt_ready.h"

namespace sluice {

namespace {

gcry_md_hd_t open_md(int algorithm) {
  gcrypt_ready();
  gcry_md_hd_t handle = nullptr;
  if (gcry_md_open(&handle, algorithm, 0) != 0) std::abort();  // only when memory is gone
  return handle;
}

}  // namespace

Digest sm3(ByteView data) {
  gcrypt_ready();
  Digest out;
  gcry_md_hash_buffer(GCRY_MD_SM3, out.data(), data.data(), data.size());
  return out;
}

Sm3::Sm3() : context_(open_md(GCRY_MD_SM3)) {}
Sm3::Sm3(Sm3&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
Sm3& Sm3::operator=(Sm3&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}
Sm3::~Sm3() { gcry_md_close(static_cast<gcry_md_hd_t>(context_)); }
void Sm3::update(ByteView data) { gcry_md_write(static_cast<gcry_md_hd_t>(context_), data.data(), data.size()); }
Digest Sm3::finish() {
  Digest out;
  std::memcpy(out.data(), gcry_md_read(static_cast<gcry_md_hd_t>(context_), GCRY_MD_SM3), out.size());
  return out;
}

// OpenSSL's EVP allocates and looks up an algorithm for each hash, which costs more than hashing a tree node. Its
// low-level SHA-256 uses the same SHA-NI code without that; it is marked deprecated, not unsafe.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

Digest sha256(ByteView data) {
  Digest out;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(out.data(), &context);
  return out;
}

void sha256_many(std::span<const ByteView> in, std::span<Digest> out) {
  assert(in.size() == out.size());
  for (size_t i = 0; i < in.size(); i++) out[i] = sha256(in[i]);
}

Sha256::Sha256() : context_(new SHA256_CTX) { SHA256_Init(static_cast<SHA256_CTX*>(context_)); }
Sha256::Sha256(Sha256&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}
Sha256::~Sha256() { delete static_cast<SHA256_CTX*>(context_); }
void Sha256::update(ByteView data) { SHA256_Update(static_cast<SHA256_CTX*>(context_), data.data(), data.size()); }
Digest Sha256::finish() {
  Digest out;
  SHA256_Final(out.data(), static_cast<SHA256_CTX*>(context_));
  return out;
}

#pragma GCC diagnostic pop

Digest hmac_sm3(ByteView key, ByteView data) {
  uint8_t block[64] = {};
  if (key.size() > sizeof block) {
    Digest short_key = sm3(key);
    std::memcpy(block, short_key.data(), short_key.size());
    wipe(short_key.data(), short_key.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  for (auto& b : block) b ^= 0x36;
  gcry_buffer_t parts[2] = {};
  parts[0].data = block;
  parts[0].len = sizeof block;
  parts[1].data = const_cast<uint8_t*>(data.data());
  parts[1].len = data.size();
  gcrypt_ready();
  Digest inner, out;
  gcry_md_hash_buffers(GCRY_MD_SM3, 0, inner.data(), parts, 2);
  for (auto& b : block) b ^= 0x36 ^ 0x5c;
  parts[1].data = inner.data();
  parts[1].len = inner.size();
  gcry_md_hash_buffers(GCRY_MD_SM3, 0, out.data(), parts, 2);
  wipe(block, sizeof block);
  wipe(inner.data(), inner.size());
  return out;
}

Bytes hkdf_sm3(ByteView key, ByteView salt, std::string_view info, size_t size) {
  assert(size <= 255 * 32);
  Digest zero{};
  Digest extracted = hmac_sm3(salt.empty() ? ByteView(zero) : salt, key);
  Bytes out, round;
  for (uint8_t counter = 1; out.size() < size; counter++) {
    put(round, info);
    put_u8(round, counter);
    Digest block = hmac_sm3(extracted, round);
    round.assign(block.begin(), block.end());
    out.insert(out.end(), block.begin(), block.begin() + static_cast<ptrdiff_t>(std::min(block.size(), size - out.size())));
    wipe(block.data(), block.size());
  }
  wipe(round.data(), round.size());
  wipe(extracted.data(), extracted.size());
  return out;
}

Result<Digest> sm3_of_file(const std::string& path) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  Sm3 hash;
  Bytes buffer(1u << 20);
  while (true) {
    ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0) return tl::unexpected(last_os_error("file.unreadable"));
    if (n == 0) return hash.finish();
    hash.update(ByteView(buffer).first(static_cast<size_t>(n)));
  }
}

}  // namespace sluice
