// Hashes and keyed hashes. SM3 (GB/T 32905) is the house's hash; SHA-256 is there for C2SP tools. Thread-safe, pure.
#pragma once

#include <span>

#include "base/bytes.h"

namespace sluice {

Digest sm3(ByteView data);
Digest sha256(ByteView data);

// Hashes many messages at once, several lanes wide where the processor can (run-time dispatch, portable path tested);
// out[i] = hash(in[i]). The way to hash tree nodes, commitments and entries in bulk.
void sm3_many(std::span<const ByteView> in, std::span<Digest> out);
void sha256_many(std::span<const ByteView> in, std::span<Digest> out);

// Streaming forms, for files.
class Sm3 {
 public:
  Sm3();
  Sm3(Sm3&&) noexcept;
  Sm3& operator=(Sm3&&) noexcept;
  ~Sm3();
  void update(ByteView data);
  Digest finish();  // once

 private:
  void* context_;
};

// Of the whole file, in bounded memory; "file.not_found", "file.unreadable".
Result<Digest> sm3_of_file(const std::string& path);

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void update(ByteView data);
  Digest finish();  // once

 private:
  void* context_;
};

// HMAC (RFC 2104) over SM3.
Digest hmac_sm3(ByteView key, ByteView data);

// HKDF (RFC 5869) over HMAC-SM3: `size` bytes, size ≤ 255 × 32.
Bytes hkdf_sm3(ByteView key, ByteView salt, std::string_view info, size_t size);

}  // namespace sluice
