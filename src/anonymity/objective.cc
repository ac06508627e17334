#include "anonymity/objective.h"

#include <cmath>

namespace sluice::anonymity {

Objective::Objective(const Problem& problem) : metric_(problem.metric), rows_(static_cast<double>(problem.tuples.rows)) {
  for (const auto& a : problem.attributes) {
    double weight = a.weight;
    equal_weights_ = equal_weights_ && weight == 1;
    if (metric_ == Metric::entropy) weight *= static_cast<double>(a.suppressed * static_cast<int64_t>(problem.tuples.rows) - a.base);
    weights_.push_back(weight);
    weight_sum_ += weight;
  }
}

double Objective::value(std::span<const double> shares) const {
  double value = metric_ == Metric::loss ? 1 : 0;
  for (size_t i = 0; i < shares.size(); i++) {
    if (metric_ == Metric::entropy) {
      value += weights_[i] * shares[i];
    } else {
      value *= equal_weights_ ? 1 + shares[i] : std::pow(1 + shares[i], weights_[i]);
    }
  }
  return value;
}

double Objective::score(double value) const {
  switch (metric_) {
    case Metric::loss: return weight_sum_ > 0 ? std::pow(value, 1 / weight_sum_) - 1 : 0;
    case Metric::entropy: return weight_sum_ > 0 ? value / weight_sum_ : 0;
    case Metric::discernibility: return rows_ > 0 ? value / (rows_ * rows_) : 0;
  }
  return 0;
}

}  // namespace sluice::anonymity
