// Secret sharing: a secret in n shares, any k of which give it back, and fewer nothing (Shamir 1979, over GF(2^8) with the
// polynomial x^8 + x^4 + x^3 + x + 1, byte by byte; share i is the value at the point i, 1 ≤ i ≤ 255).
//
// Each share is committed to: SM3("sluice/share/v1" ‖ set ‖ index ‖ salt ‖ value). The commitments are published by whoever deals,
// so that a share which is not the one that was dealt is recognised alone and named, before anything is combined.
// Arithmetic takes the same time for every value. Pure; thread-safe.
// Errors: "shares.bad_threshold" (2 ≤ k ≤ n ≤ 255 does not hold), "shares.too_few", "shares.same_share_twice", "shares.wrong_share"
// (detail: its index).
#pragma once

#include <span>
#include <vector>

#include "base/random.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice {

inline constexpr size_t kShareSetBytes = 16, kShareSaltBytes = 32;

struct Share {
  uint8_t index = 0;
  SecretBytes value;  // as long as the secret
  Bytes salt;
};

struct SharedSecret {
  Bytes set;  // names this dealing
  std::vector<Share> shares;
  std::vector<Digest> commitments;  // of share 1, 2, …
};

Result<SharedSecret> split_secret(const SecretBytes& secret, unsigned needed, unsigned total, RandomSource& random);

// Whether this is the share that was dealt.
bool is_dealt_share(const Share& share, ByteView set, const Digest& commitment);

// From at least `needed` shares, each checked against its commitment first.
Result<SecretBytes> combine_shares(std::span<const Share> shares, unsigned needed, ByteView set, std::span<const Digest> commitments);

}  // namespace sluice
