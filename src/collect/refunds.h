// Refunds 退费: negative rows that take back all or part of an earlier one, and say which (docs/formats/collection-plan.md, "refunds").
//
// An origin stands before its refund: in an earlier version of the dataset, or earlier in the same file. What is refunded of one origin never exceeds
// it. Remembered are keyed hashes and what is left, 16 bytes a row; two different keys fall together with a chance of 2^-64 each.
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace sluice::collect {

class RefundBook {
 public:
  explicit RefundBook(uint64_t seed) : seed_(seed) {}
  // A row that may be refunded, its amount not negative. Known already: the newer amount counts.
  void origin(std::string_view key, int64_t amount);
  // A refund that was accepted before: without a word about it.
  void refunded(std::string_view origin, int64_t amount);
  // Empty where the refund stands; else "refund.no_origin", "refund.unknown_origin", "refund.exceeds_origin". `amount` is negative.
  std::string_view judge(std::string_view origin, int64_t amount);

 private:
  uint64_t seed_;
  std::unordered_map<uint64_t, int64_t> left_;
};

}  // namespace sluice::collect
