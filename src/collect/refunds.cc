#include "collect/refunds.h"

#include "collect/value.h"

namespace sluice::collect {

void RefundBook::origin(std::string_view key, int64_t amount) { left_.insert_or_assign(keyed_hash(seed_, key), amount); }

void RefundBook::refunded(std::string_view origin, int64_t amount) {
  auto it = left_.find(keyed_hash(seed_, origin));
  if (it != left_.end()) it->second += amount;
}

std::string_view RefundBook::judge(std::string_view origin, int64_t amount) {
  if (origin.empty()) return "refund.no_origin";
  auto it = left_.find(keyed_hash(seed_, origin));
  if (it == left_.end()) return "refund.unknown_origin";
  if (it->second + amount < 0) return "refund.exceeds_origin";
  it->second += amount;
  return {};
}

}  // namespace sluice::collect
