#include "anonymity/sampled_risk.h"

#include <algorithm>
#include <cmath>

namespace sluice::anonymity {

namespace {

constexpr uint64_t kIntegratedMax = 64;  // above, the expectation is 1/f × p to within a thousandth
constexpr int kSteps = 512;

}  // namespace

double expected_inverse(uint64_t f, double p) {
  const double q = 1 - p, size = static_cast<double>(f);
  if (q <= 0) return 1 / size;
  if (f > kIntegratedMax) return p / (size - q);
  // With s = 1 − q t = p^v the integrand is smooth over [0, 1] however small p is.
  auto at = [&](double v) {
    double s = std::pow(p, v);
    return std::pow((1 - s) / q, size - 1) * std::pow(p / s, size) * s;
  };
  double sum = at(0) + at(1);
  for (int i = 1; i < kSteps; i++) sum += (i % 2 ? 4 : 2) * at(static_cast<double>(i) / kSteps);
  return std::min(1 / size, -std::log(p) / q * sum / (3 * kSteps));
}

table::AttackerRisk sampled_risk(const table::ClassCount& sample, const PopulationEstimate& estimate, double threshold, double p) {
  table::AttackerRisk out;
  if (sample.rows == 0) return out;
  double sum = 0, above = 0;
  for (auto [size, classes] : sample.histogram) {
    const double rows = static_cast<double>(size) * static_cast<double>(classes);
    double risk = expected_inverse(size, p), certain = 0;
    if (size == 1) {
      // Of rows that are alone: those alone in the population, and the expectation of the others.
      double unmodelled = p;
      certain = estimate.uniques ? std::clamp(*estimate.uniques * p / rows, 0.0, 1.0) : unmodelled;
      risk = (risk - unmodelled) / (1 - unmodelled);
    }
    sum += rows * (certain + (1 - certain) * risk);
    above += rows * (certain + (risk > threshold ? 1 - certain : 0));
    out.highest = std::max(out.highest, certain * rows >= 0.5 ? 1.0 : risk);
  }
  out.average = sum / static_cast<double>(sample.rows);
  out.share_at_risk = above / static_cast<double>(sample.rows);
  return out;
}

}  // namespace sluice::anonymity
