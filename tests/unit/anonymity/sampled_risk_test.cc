// Laws: E[1/F] is the closed form where there is one, falls with f and never exceeds 1/f; the risk of a sample is that of the population it
// was drawn from, which is at hand here; where people unique in the population are expected, the highest risk is 1.
#include "anonymity/sampled_risk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace sluice::anonymity {
namespace {

TEST(SampledRisk, OneRowHasTheClosedForm) {
  for (double p : {0.001, 0.01, 0.1, 0.5, 0.9}) EXPECT_NEAR(expected_inverse(1, p), -std::log(p) * p / (1 - p), 1e-6) << p;
}

TEST(SampledRisk, TwoRowsHaveTheClosedForm) {
  for (double p : {0.01, 0.1, 0.5}) EXPECT_NEAR(expected_inverse(2, p), p / ((1 - p) * (1 - p)) * (p * std::log(p) + 1 - p), 1e-6) << p;
}

TEST(SampledRisk, FallsWithTheClassAndIsNeverAboveThatOfTheSample) {
  for (double p : {0.0001, 0.05, 0.3, 0.99, 1.0})
    for (uint64_t f = 1; f < 200; f++) {
      EXPECT_LE(expected_inverse(f, p), 1.0 / static_cast<double>(f) + 1e-12) << f << " " << p;
      if (f == 1) continue;
      EXPECT_LE(expected_inverse(f, p), expected_inverse(f - 1, p) * (1 + 1e-3)) << f << " " << p;
    }
}

struct SampleDrawn {
  table::ClassCount sample;
  double average = 0, highest = 0, above = 0;  // by the population; rows in fewer than five of it
};

// A population whose classes have the sizes that `size_of(i)` gives, and a sample of every person with chance p.
template <class SizeOf>
SampleDrawn draw_classes(size_t classes, double p, SizeOf size_of) {
  uint64_t x = 99;
  auto chance = [&] {
    x = x * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(x >> 11) / 9007199254740992.0;
  };
  SampleDrawn out;
  for (size_t i = 0; i < classes; i++) {
    uint64_t size = size_of(i), f = 0;
    for (uint64_t person = 0; person < size; person++) f += chance() < p;
    if (f == 0) continue;
    out.sample.histogram[f]++;
    out.sample.classes++;
    out.sample.rows += f;
    out.average += static_cast<double>(f) / static_cast<double>(size);
    out.above += size < 5 ? static_cast<double>(f) : 0;
    out.highest = std::max(out.highest, 1.0 / static_cast<double>(size));
  }
  out.average /= static_cast<double>(out.sample.rows);
  out.above /= static_cast<double>(out.sample.rows);
  out.sample.k_min = out.sample.histogram.begin()->first;
  return out;
}

TEST(SampledRisk, TheChanceOfASmallClassIsThatOfTheNegativeBinomial) {
  EXPECT_DOUBLE_EQ(chance_of_at_most(1, 4, 0.1), 1 - std::pow(0.9, 4));
  EXPECT_DOUBLE_EQ(chance_of_at_most(3, 2, 0.5), 0.0);
  EXPECT_NEAR(chance_of_at_most(2, 3, 0.5), 0.25 + 2 * 0.125, 1e-12);
  EXPECT_NEAR(chance_of_at_most(5, 100000, 0.2), 1.0, 1e-9);
  EXPECT_EQ(chance_of_at_most(1, 4, 1.0), 1.0);
}

TEST(SampledRisk, IsThatOfThePopulationWhereMostPeopleAreUnique) {
  auto drawn = draw_classes(20000, 0.1, [](size_t i) { return i % 5 ? 1 : 2 + i % 4; });
  auto risk = sampled_risk(drawn.sample, estimate_population(drawn.sample, 0.1), 0.2, 0.1);
  EXPECT_EQ(risk.highest, 1.0);
  EXPECT_NEAR(risk.average, drawn.average, 0.15);
  EXPECT_NEAR(risk.share_at_risk, drawn.above, 0.15);
}

TEST(SampledRisk, IsSmallWherePopulationClassesAreLarge) {
  auto drawn = draw_classes(400, 0.1, [](size_t i) { return 200 + i % 300; });
  auto risk = sampled_risk(drawn.sample, estimate_population(drawn.sample, 0.1), 0.2, 0.1);
  EXPECT_NEAR(risk.average, drawn.average, 0.001);
  EXPECT_LT(risk.share_at_risk, 1e-3);
}

}  // namespace
}  // namespace sluice::anonymity
