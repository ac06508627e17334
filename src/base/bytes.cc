#include "base/bytes.h"

#include <cstring>

namespace sluice {

namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kBase64Url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string encode64(ByteView in, const char* alphabet, bool pad) {
  std::string out;
  out.reserve((in.size() + 2) / 3 * 4);
  size_t i = 0;
  for (; i + 3 <= in.size(); i += 3) {
    uint32_t v = in[i] << 16 | in[i + 1] << 8 | in[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) out += alphabet[v >> shift & 63];
  }
  size_t left = in.size() - i;
  if (left == 0) return out;
  uint32_t v = in[i] << 16 | (left == 2 ? in[i + 1] << 8 : 0);
  out += alphabet[v >> 18 & 63];
  out += alphabet[v >> 12 & 63];
  if (left == 2) out += alphabet[v >> 6 & 63];
  if (pad) out.append(left == 2 ? 1 : 2, '=');
  return out;
}

Result<Bytes> decode64(std::string_view in, const char* alphabet) {
  std::array<int8_t, 256> table;
  table.fill(-1);
  for (int i = 0; i < 64; i++) table[static_cast<uint8_t>(alphabet[i])] = static_cast<int8_t>(i);
  if (in.size() % 4 == 1) return fail(Errc::invalid, "bytes.not_base64");
  Bytes out;
  out.reserve(in.size() / 4 * 3 + 2);
  uint32_t acc = 0;
  int bits = 0;
  for (char c : in) {
    int v = table[static_cast<uint8_t>(c)];
    if (v < 0) return fail(Errc::invalid, "bytes.not_base64");
    acc = acc << 6 | static_cast<uint32_t>(v);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<uint8_t>(acc >> bits));
      acc &= (1u << bits) - 1;
    }
  }
  if (acc != 0) return fail(Errc::invalid, "bytes.not_base64");
  return out;
}

}  // namespace

std::string hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (uint8_t b : bytes) {
    out += kHex[b >> 4];
    out += kHex[b & 15];
  }
  return out;
}

Result<Bytes> from_hex(std::string_view in) {
  if (in.size() % 2) return fail(Errc::invalid, "bytes.not_hex");
  Bytes out(in.size() / 2);
  for (size_t i = 0; i < out.size(); i++) {
    int high = hex_value(in[2 * i]), low = hex_value(in[2 * i + 1]);
    if (high < 0 || low < 0) return fail(Errc::invalid, "bytes.not_hex");
    out[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return out;
}

std::string base64(ByteView bytes) { return encode64(bytes, kBase64, true); }
std::string base64url(ByteView bytes) { return encode64(bytes, kBase64Url, false); }

Result<Bytes> from_base64(std::string_view in) {
  if (in.size() % 4) return fail(Errc::invalid, "bytes.not_base64");
  if (in.ends_with("==")) {
    in.remove_suffix(2);
  } else if (in.ends_with("=")) {
    in.remove_suffix(1);
  }
  return decode64(in, kBase64);
}

Result<Bytes> from_base64url(std::string_view in) { return decode64(in, kBase64Url); }

Result<Digest> digest_from_hex(std::string_view in) {
  auto bytes = from_hex(in);
  if (!bytes || bytes->size() != 32) return fail(Errc::invalid, "bytes.not_digest");
  Digest out;
  std::memcpy(out.data(), bytes->data(), 32);
  return out;
}

bool equal_const_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  uint8_t diff = 0;
  for (size_t i = 0; i < a.size(); i++) diff |= a[i] ^ b[i];
  return diff == 0;
}

void wipe(void* data, size_t size) { explicit_bzero(data, size); }

void put_u8(Bytes& out, uint8_t v) { out.push_back(v); }
void put_u16(Bytes& out, uint16_t v) {
  for (int shift = 8; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(v >> shift));
}
void put_u32(Bytes& out, uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(v >> shift));
}
void put_u64(Bytes& out, uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(v >> shift));
}
void put(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void put(Bytes& out, std::string_view bytes) { put(out, view(bytes)); }

Result<ByteView> ByteReader::take(size_t n) {
  if (n > rest_.size()) return fail(Errc::invalid, "bytes.truncated");
  ByteView head = rest_.first(n);
  rest_ = rest_.subspan(n);
  return head;
}

Result<uint8_t> ByteReader::u8() { return TRY(take(1))[0]; }
Result<uint16_t> ByteReader::u16() {
  ByteView b = TRY(take(2));
  return static_cast<uint16_t>(b[0] << 8 | b[1]);
}
Result<uint32_t> ByteReader::u32() {
  ByteView b = TRY(take(4));
  uint32_t v = 0;
  for (uint8_t byte : b) v = v << 8 | byte;
  return v;
}
Result<uint64_t> ByteReader::u64() {
  ByteView b = TRY(take(8));
  uint64_t v = 0;
  for (uint8_t byte : b) v = v << 8 | byte;
  return v;
}

}  // namespace sluice
