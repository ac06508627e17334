#include "crypto/secret_sharing.h"

#include "crypto/hash.h"

namespace sluice {

namespace {

// Without tables or branches on the operands.
uint8_t gf_multiply(uint8_t a, uint8_t b) {
  uint8_t product = 0;
  for (int bit = 0; bit < 8; bit++) {
    product ^= static_cast<uint8_t>(a & static_cast<uint8_t>(-(b & 1)));
    a = static_cast<uint8_t>((a << 1) ^ (0x1b & static_cast<uint8_t>(-(a >> 7))));
    b >>= 1;
  }
  return product;
}

// a^254 = 1/a; 0 gives 0, and is never asked for.
uint8_t gf_inverse(uint8_t a) {
  uint8_t power = a, out = 1;
  for (int bit = 1; bit < 8; bit++) {
    power = gf_multiply(power, power);
    out = gf_multiply(out, power);
  }
  return out;
}

Digest commitment_of(const Share& share, ByteView set) {
  Bytes text = to_bytes("sluice/share/v1");
  put(text, set);
  put_u8(text, share.index);
  put(text, ByteView(share.salt));
  put(text, ByteView(share.value.reveal("commit to a share")));
  Digest out = sm3(text);
  wipe(text.data(), text.size());
  return out;
}

// The factor of share i at the point 0: the product of x_j / (x_j - x_i) over the others.
uint8_t lagrange_at_zero(std::span<const Share> shares, size_t i) {
  uint8_t over = 1, under = 1;
  for (size_t j = 0; j < shares.size(); j++) {
    if (j == i) continue;
    over = gf_multiply(over, shares[j].index);
    under = gf_multiply(under, shares[j].index ^ shares[i].index);
  }
  return gf_multiply(over, gf_inverse(under));
}

}  // namespace

Result<SharedSecret> split_secret(const SecretBytes& secret, unsigned needed, unsigned total, RandomSource& random) {
  if (needed < 2 || needed > total || total > 255) return fail(Errc::invalid, "shares.bad_threshold");
  const Bytes& bytes = secret.reveal("split it");
  Bytes coefficients = random_bytes(random, bytes.size() * (needed - 1));
  SharedSecret out{random_bytes(random, kShareSetBytes), {}, {}};
  for (unsigned x = 1; x <= total; x++) {
    Bytes value(bytes.size());
    for (size_t at = 0; at < bytes.size(); at++) {
      uint8_t y = 0;
      for (unsigned power = needed - 1; power-- > 0;) y = static_cast<uint8_t>(gf_multiply(y, static_cast<uint8_t>(x)) ^ coefficients[power * bytes.size() + at]);
      value[at] = static_cast<uint8_t>(gf_multiply(y, static_cast<uint8_t>(x)) ^ bytes[at]);
    }
    Share share{static_cast<uint8_t>(x), SecretBytes(std::move(value)), random_bytes(random, kShareSaltBytes)};
    out.commitments.push_back(commitment_of(share, out.set));
    out.shares.push_back(std::move(share));
  }
  wipe(coefficients.data(), coefficients.size());
  return out;
}

bool is_dealt_share(const Share& share, ByteView set, const Digest& commitment) {
  return equal_const_time(commitment_of(share, set), commitment);
}

Result<SecretBytes> combine_shares(std::span<const Share> shares, unsigned needed, ByteView set, std::span<const Digest> commitments) {
  for (size_t i = 0; i < shares.size(); i++) {
    const Share& share = shares[i];
    for (size_t j = 0; j < i; j++)
      if (shares[j].index == share.index) return fail(Errc::invalid, "shares.same_share_twice", std::to_string(share.index));
    if (share.index == 0 || share.index > commitments.size() || !is_dealt_share(share, set, commitments[share.index - 1u]))
      return fail(Errc::refused, "shares.wrong_share", std::to_string(share.index));
  }
  if (shares.size() < needed || needed < 2) return fail(Errc::refused, "shares.too_few", std::to_string(shares.size()) + " of " + std::to_string(needed));
  Bytes secret(shares[0].value.reveal("combine").size());
  for (size_t i = 0; i < shares.size(); i++) {
    const Bytes& value = shares[i].value.reveal("combine");
    uint8_t factor = lagrange_at_zero(shares, i);
    for (size_t at = 0; at < secret.size(); at++) secret[at] ^= gf_multiply(value[at], factor);
  }
  return SecretBytes(std::move(secret));
}

}  // namespace sluice
