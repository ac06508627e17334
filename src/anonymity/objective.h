// From shares lost to one value to minimise, and from that value to the score that people see. Internal to the search.
//
// The value is monotone in every share and in the number of suppressed rows, so that a value made of lower bounds is a lower
// bound. loss: ∏ (1 + x)^w; entropy: Σ w x (x weighted by what can be lost); discernibility: Σ size² + suppressed × rows.
#pragma once

#include <span>

#include "anonymity/problem.h"

namespace sluice::anonymity {

class Objective {
 public:
  explicit Objective(const Problem& problem);
  double value(std::span<const double> shares) const;  // loss and entropy
  double score(double value) const;
  bool counts_squares() const { return metric_ == Metric::discernibility; }

 private:
  Metric metric_;
  bool equal_weights_ = true;
  double rows_ = 0, weight_sum_ = 0;
  std::vector<double> weights_;
};

}  // namespace sluice::anonymity
