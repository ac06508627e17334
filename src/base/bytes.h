// Byte strings: the types, and the three text encodings of them that our formats use.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;
using Digest = std::array<uint8_t, 32>;  // SM3 and SHA-256 alike

inline ByteView view(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(std::string_view t) { return Bytes(view(t).begin(), view(t).end()); }

// Lower-case hexadecimal. Decoding accepts both cases; anything else is "bytes.not_hex".
std::string hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);

// RFC 4648 base64 with padding (signed notes), and base64url without (tokens). Decoding is strict:
// wrong length, alphabet or non-zero trailing bits give "bytes.not_base64".
std::string base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view text);
std::string base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);

// A 32-byte digest from hex; "bytes.not_digest" otherwise.
Result<Digest> digest_from_hex(std::string_view text);

// Equal in time that depends on the length only.
bool equal_const_time(ByteView a, ByteView b);

// Overwrites memory in a way the compiler may not remove.
void wipe(void* data, size_t size);

// Big-endian integers, appended to a byte string: the integer form of every binary format of ours.
void put_u8(Bytes& out, uint8_t v);
void put_u16(Bytes& out, uint16_t v);
void put_u32(Bytes& out, uint32_t v);
void put_u64(Bytes& out, uint64_t v);
void put(Bytes& out, ByteView bytes);
void put(Bytes& out, std::string_view bytes);

// Reads what put_* wrote. A read past the end fails with "bytes.truncated" and leaves the reader unusable.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}
  Result<uint8_t> u8();
  Result<uint16_t> u16();
  Result<uint32_t> u32();
  Result<uint64_t> u64();
  Result<ByteView> take(size_t n);
  size_t left() const { return rest_.size(); }
  bool done() const { return rest_.empty(); }

 private:
  ByteView rest_;
};

}  // namespace sluice
