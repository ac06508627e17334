// The people of a population in each class of the written rows, for k-map and presence: every row of the population's table is brought to what would stand in
// the file, as the receipt says of each quasi-identifier, and counted.
//
// What the check can do to a row by itself stands in recheck/redo.h; anything else is said and not counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "recheck/check.h"
#include "recheck/class_count.h"
#include "recheck/redo.h"

namespace sluice::recheck {

class People {
 public:
  // Nothing is counted, and why(): not_checkable, or broken where what was handed over is not what the receipt names or cannot be.
  static Result<People> count(const std::string& population, const std::vector<std::string>& quasi, const ReceiptView& receipt, const Ladders& ladders);

  std::optional<Finding> why() const { return why_; }
  // Of a class by its cells; never fewer than its rows.
  uint64_t of_class(const std::string& key, uint64_t rows) const;

 private:
  std::optional<Finding> why_;
  std::unordered_map<std::string, uint64_t> of_;
};

}  // namespace sluice::recheck
