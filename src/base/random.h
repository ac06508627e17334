// Random bytes. Secrets come from the system; the core takes a RandomSource, so that a simulation can seed it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sluice {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<uint8_t> out) = 0;
};

// getrandom(2) through a per-thread buffer; safe from any thread. Aborts when the system has no entropy source.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<uint8_t> out) override;
};

// xoshiro256** from a seed: reproducible, never for secrets. Tests, simulations and synthetic data.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(uint64_t seed);
  void fill(std::span<uint8_t> out) override;
  uint64_t next();
  // Uniform in [0, n), n > 0.
  uint64_t below(uint64_t n);

 private:
  uint64_t s_[4];
};

Bytes random_bytes(RandomSource& random, size_t n);
// A name like "ds_4k2m0q8v1c7n3x9b": prefix, underscore, 16 characters of Crockford-like base32 (80 random bits).
std::string random_name(RandomSource& random, std::string_view prefix);

}  // namespace sluice
