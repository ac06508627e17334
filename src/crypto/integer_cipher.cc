#include <algorithm>
#include <numeric>

#include "crypto/ff1.h"
#include "crypto/hash.h"
#include "crypto/block_batch.h"

namespace sluice {

namespace {

constexpr Wide kSmallDomain = 1'000'000;

// The smallest radix whose `power`-th power is at least `size`; 0 when it is above 65536.
uint32_t radix_above(Wide size, int power) {
  uint32_t low = 2, high = 65537;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    Wide product = 1;
    for (int i = 0; i < power && product < size; i++) product *= middle;
    if (product >= size) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low > 65536 ? 0 : low;
}

// Unbiased numbers below a bound, from the block cipher in counter mode.
class KeyedDraws {
 public:
  KeyedDraws(const BlockBatch& cipher, uint64_t domain) : cipher_(cipher), domain_(domain) {}
  uint32_t below(uint32_t bound) {
    const uint64_t limit = (uint64_t{1} << 32) / bound * bound;
    while (true) {
      uint32_t v = next();
      if (v < limit) return v % bound;
    }
  }

 private:
  uint32_t next() {
    if (at_ == sizeof buffer_) {
      for (size_t i = 0; i < sizeof buffer_ / 16; i++, counter_++)
        for (size_t k = 0; k < 8; k++) {
          buffer_[16 * i + k] = static_cast<uint8_t>(domain_ >> (8 * k));
          buffer_[16 * i + 8 + k] = static_cast<uint8_t>(counter_ >> (8 * k));
        }
      cipher_.encrypt(buffer_);
      at_ = 0;
    }
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) v = v << 8 | buffer_[at_++];
    return v;
  }
  const BlockBatch& cipher_;
  uint64_t domain_, counter_ = 0;
  uint8_t buffer_[1024] = {};
  size_t at_ = sizeof buffer_;
};

}  // namespace

Result<IntegerCipher> IntegerCipher::create(BlockCipher cipher, const SecretBytes& key, Wide size) {
  if (size == 0 || size > (Wide{1} << 100)) return fail(Errc::invalid, "fpe.bad_domain");
  IntegerCipher out;
  out.size_ = size;
  if (size >= kSmallDomain) {
    for (int power = 2;; power += 2) {
      uint32_t radix = radix_above(size, power);
      if (radix == 0) continue;
      out.ff1_ = TRY(Ff1::create(cipher, key, radix, static_cast<size_t>(power)));
      return out;
    }
  }
  auto blocks = TRY(BlockBatch::create(cipher, key));
  KeyedDraws draws(*blocks, static_cast<uint64_t>(size));
  auto n = static_cast<uint32_t>(size);
  out.table_.resize(n);
  std::iota(out.table_.begin(), out.table_.end(), 0u);
  for (uint32_t i = n; i > 1; i--) std::swap(out.table_[i - 1], out.table_[draws.below(i)]);
  out.inverse_.resize(n);
  for (uint32_t i = 0; i < n; i++) out.inverse_[out.table_[i]] = i;
  return out;
}

void IntegerCipher::walk(std::span<Wide> numbers, void (Ff1::*step)(std::span<Wide>, ByteView) const) const {
  ((*ff1_).*step)(numbers, {});
  // Some land outside [0, size): those go on until they come back (SP 800-38G, appendix; Black and Rogaway).
  std::vector<size_t> outside;
  std::vector<Wide> again;
  for (size_t i = 0; i < numbers.size(); i++)
    if (numbers[i] >= size_) outside.push_back(i);
  while (!outside.empty()) {
    again.clear();
    for (size_t i : outside) again.push_back(numbers[i]);
    ((*ff1_).*step)(again, {});
    for (size_t i = 0; i < outside.size(); i++) numbers[outside[i]] = again[i];
    std::erase_if(outside, [&](size_t i) { return numbers[i] < size_; });
  }
}

void IntegerCipher::encrypt(std::span<Wide> numbers) const {
  if (ff1_) return walk(numbers, &Ff1::encrypt_numbers);
  for (Wide& x : numbers) x = table_[static_cast<size_t>(x)];
}

void IntegerCipher::decrypt(std::span<Wide> numbers) const {
  if (ff1_) return walk(numbers, &Ff1::decrypt_numbers);
  for (Wide& x : numbers) x = inverse_[static_cast<size_t>(x)];
}

}  // namespace sluice
