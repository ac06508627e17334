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

double chance_of_at_most(uint64_t f, uint64_t most, double q) {
  if (most < f) return 0;
  if (q >= 1) return 1;
  double term = std::pow(q, static_cast<double>(f)), sum = term;  // of F = f
  for (uint64_t all = f; all < most && sum < 1; all++) {
    term *= (1 - q) * static_cast<double>(all) / static_cast<double>(all - f + 1);
    sum += term;
  }
  return std::min(1.0, sum);
}

table::AttackerRisk sampled_risk(const table::ClassCount& sample, const PopulationEstimate& estimate, double threshold, double p) {
  table::AttackerRisk out;
  if (sample.rows == 0) return out;
  const auto alone = sample.histogram.find(1);
  const double rows_alone = alone == sample.histogram.end() ? 0 : static_cast<double>(alone->second);
  // Of rows that are alone: the share that is alone in the population too, by the model; not below what the sampling by itself says.
  const double certain = estimate.uniques && rows_alone > 0 ? std::clamp(*estimate.uniques * p / rows_alone, p, 1.0) : p;
  // The largest class whose risk is above the threshold.
  const auto most = static_cast<uint64_t>(std::max(0.0, std::ceil(1 / threshold - 1e-9) - 1));
  double sum = 0, above = 0;
  for (auto [size, classes] : sample.histogram) {
    const double rows = static_cast<double>(size) * static_cast<double>(classes), risk = expected_inverse(size, certain);
    sum += rows * risk;
    above += rows * chance_of_at_most(size, most, certain);
    out.highest = std::max(out.highest, size == 1 && certain * rows >= 0.5 ? 1.0 : risk);
  }
  out.average = sum / static_cast<double>(sample.rows);
  out.share_at_risk = above / static_cast<double>(sample.rows);
  return out;
}

}  // namespace sluice::anonymity
