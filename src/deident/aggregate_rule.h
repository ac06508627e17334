// What an aggregation is asked for: the member `aggregate` of a strategy and the words of `sluice deident aggregate` (deident/aggregate.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/record.h"

namespace sluice::deident {

struct AggregateRule {
  std::vector<std::string> by{}, sums{}, means{};
  std::optional<int> threshold{};                       // contributors, 2 to 1000, default 5
  std::optional<int> dominance_n{}, dominance_percent{};  // 1 to 10, 50 to 99; both or neither
  std::optional<std::string> contributor{};             // a column; default: each row is a contributor
  static constexpr auto fields =
      field_list(field("by", &AggregateRule::by), field("sums", &AggregateRule::sums), field("means", &AggregateRule::means),
                 field("threshold", &AggregateRule::threshold), field("dominance_n", &AggregateRule::dominance_n),
                 field("dominance_percent", &AggregateRule::dominance_percent), field("contributor", &AggregateRule::contributor));
};

// "aggregate.bad_rule" (detail: the member).
Status check(const AggregateRule& rule);
// The same rule with its default threshold written out, as receipts name it.
AggregateRule in_full(AggregateRule rule);

}  // namespace sluice::deident
