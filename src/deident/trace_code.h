// The code behind leak tracing: a symmetric Tardos code (Tardos 2003; Škorić, Katzenbeisser, Celik 2008), which several
// recipients cannot erase by mixing their copies.
//
// Position i has a bias p_i, drawn by key from the arcsine distribution cut at 0.02; recipient u has bit 1 there with
// probability p_i, drawn by key and name. A suspect gives each position a weight w_i in [−1, 1] (the share of votes for 1 less
// those for 0). score(u) = Σ w_i U(X_ui, p_i) with U(1, p) = √((1−p)/p), U(0, p) = −√(p/(1−p)).
//
// The bound on false accusation is rigorous whatever was done to the copies: for one who had no part, his bits are
// independent of w, every term has mean 0, variance w_i² and size at most |w_i|·7, so that Bernstein's inequality bounds
// P(score ≥ s) ≤ exp(−s²/2 / (Σ w_i² + 7 max|w| s/3)). The report multiplies it by the number of candidates and of readings.
// Thread rule: immutable.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/hmac_lanes.h"

namespace sluice::deident {

constexpr size_t kTraceCodeLength = 2048;

class TraceCode {
 public:
  explicit TraceCode(const SecretBytes& key);
  std::vector<uint8_t> bits_of(std::string_view recipient) const;

  struct Score {
    double score = 0, deviations = 0;  // the score, and in standard deviations of an innocent one
    double false_accusation = 1;       // bound for one candidate and one reading
  };
  Score score(std::string_view recipient, const std::vector<double>& weights) const;

 private:
  HmacSm3Key recipients_;
  std::vector<double> bias_;
};

}  // namespace sluice::deident
