#include "crypto/totp.h"

#include <gcrypt.h>

#include <cstdio>

#include "crypto/gcrypt_ready.h"

namespace sluice {

namespace {

constexpr int64_t kStepSeconds = 30;
constexpr int kCodeModulus = 1000000;

std::string code_of_step(const SecretBytes& seed, int64_t step) {
  gcrypt_ready();
  Bytes message;
  put_u64(message, static_cast<uint64_t>(step));
  const Bytes& raw = seed.reveal("one-time code");
  gcry_buffer_t parts[2] = {};
  parts[0].data = const_cast<uint8_t*>(raw.data());
  parts[0].len = raw.size();
  parts[1].data = message.data();
  parts[1].len = message.size();
  uint8_t mac[20];
  gcry_md_hash_buffers(GCRY_MD_SHA1, GCRY_MD_FLAG_HMAC, mac, parts, 2);
  // RFC 4226 section 5.3: dynamic truncation.
  int at = mac[19] & 15;
  uint32_t value = (mac[at] & 0x7fu) << 24 | static_cast<uint32_t>(mac[at + 1]) << 16 | static_cast<uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  char out[16];
  std::snprintf(out, sizeof out, "%06u", value % kCodeModulus);
  return out;
}

void percent_encode_to(std::string& out, std::string_view text) {
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      char escaped[4];
      std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
      out += escaped;
    }
  }
}

}  // namespace

SecretBytes new_totp_seed(RandomSource& random) { return SecretBytes(random_bytes(random, 20)); }

std::string totp_code(const SecretBytes& seed, TimeMs now) { return code_of_step(seed, now / kSecondMs / kStepSeconds); }

Result<int64_t> totp_check(const SecretBytes& seed, std::string_view code, TimeMs now, int64_t last_step) {
  int64_t current = now / kSecondMs / kStepSeconds;
  for (int64_t step : {current, current - 1, current + 1}) {
    if (!equal_const_time(view(code_of_step(seed, step)), view(code))) continue;
    if (step <= last_step) return fail(Errc::unauthenticated, "totp.replayed");
    return step;
  }
  return fail(Errc::unauthenticated, "totp.wrong_code");
}

std::string base32(ByteView bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  uint32_t acc = 0;
  int bits = 0;
  for (uint8_t b : bytes) {
    acc = acc << 8 | b;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += alphabet[acc >> (bits - 5) & 31];
    acc &= (1u << bits) - 1;
  }
  if (bits) out += alphabet[acc << (5 - bits) & 31];
  return out;
}

SecretText totp_uri(const SecretBytes& seed, std::string_view issuer, std::string_view account) {
  std::string out = "otpauth://totp/";
  percent_encode_to(out, issuer);
  out += ':';
  percent_encode_to(out, account);
  out += "?secret=" + base32(seed.reveal("enrol an authenticator")) + "&issuer=";
  percent_encode_to(out, issuer);
  return SecretText(out + "&algorithm=SHA1&digits=6&period=30");
}

}  // namespace sluice
