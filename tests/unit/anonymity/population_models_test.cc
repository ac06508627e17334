#include "anonymity/population_models.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sluice::anonymity {

namespace {

struct Drawn {
  table::ClassCount sample;
  double uniques = 0;
};

table::ClassCount count_sizes(const std::map<uint32_t, uint64_t>& sizes) {
  table::ClassCount out;
  for (auto [cell, n] : sizes) {
    out.rows += n;
    out.classes++;
    out.histogram[n]++;
  }
  out.k_min = out.histogram.empty() ? 0 : out.histogram.begin()->first;
  return out;
}

// People over cells of very different sizes, and a sample of them.
Drawn draw(uint32_t seed, size_t people, size_t cells, double fraction) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::map<uint32_t, uint64_t> all, sample;
  for (size_t p = 0; p < people; p++) {
    auto cell = static_cast<uint32_t>(static_cast<double>(cells) * std::pow(uniform(random), 3));
    all[cell]++;
    if (uniform(random) < fraction) sample[cell]++;
  }
  return {count_sizes(sample), static_cast<double>(count_sizes(all).unique_rows())};
}

// A population by Pitman's own law: the n-th person opens a class with probability (θ + αK)/(θ + n), else joins one with weight
// size − α.
Drawn draw_pitman(uint32_t seed, size_t people, double alpha, double theta, double fraction) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<uint32_t> class_of(people);
  std::vector<double> size;
  for (size_t n = 0; n < people; n++) {
    bool opens = uniform(random) < (theta + alpha * static_cast<double>(size.size())) / (theta + static_cast<double>(n));
    auto chosen = static_cast<uint32_t>(size.size());
    while (!opens) {
      chosen = class_of[random() % n];
      if (uniform(random) < (size[chosen] - alpha) / size[chosen]) break;
    }
    if (opens) size.push_back(0);
    class_of[n] = chosen;
    size[chosen]++;
  }
  std::map<uint32_t, uint64_t> all, sample;
  for (uint32_t c : class_of) {
    all[c]++;
    if (uniform(random) < fraction) sample[c]++;
  }
  return {count_sizes(sample), static_cast<double>(count_sizes(all).unique_rows())};
}

}  // namespace

TEST(PopulationModels, PitmansEstimateFindsTheUniquesOfAPitmanPopulation) {
  for (double fraction : {0.02, 0.1}) {
    Drawn drawn = draw_pitman(9, 200'000, 0.4, 500, fraction);
    auto estimate = estimate_population(drawn.sample, fraction);
    EXPECT_EQ(estimate.chosen, "pitman");
    ASSERT_TRUE(estimate.pitman);
    EXPECT_NEAR(*estimate.pitman / drawn.uniques, 1, 0.3) << fraction;
  }
}

TEST(PopulationModels, TheChosenEstimateIsNearTheTruthOfASampledPopulation) {
  for (double fraction : {0.2, 0.5}) {
    Drawn drawn = draw(3, 200'000, 100'000, fraction);
    auto estimate = estimate_population(drawn.sample, fraction);
    ASSERT_TRUE(estimate.uniques) << fraction;
    EXPECT_GT(*estimate.uniques, drawn.uniques / 2.5) << fraction << " " << estimate.chosen;
    EXPECT_LT(*estimate.uniques, drawn.uniques * 2.5) << fraction << " " << estimate.chosen;
  }
}

TEST(PopulationModels, AWholePopulationNeedsNoModel) {
  Drawn drawn = draw(4, 2'000, 1'000, 1.0);
  auto estimate = estimate_population(drawn.sample, 1.0);
  EXPECT_EQ(estimate.chosen, "table");
  EXPECT_DOUBLE_EQ(*estimate.uniques, static_cast<double>(drawn.sample.unique_rows()));
}

TEST(PopulationModels, ExtremesGiveNothingOrANumberOfPeople) {
  table::ClassCount all_unique{.rows = 100, .classes = 100, .k_min = 1, .histogram = {{1, 100}}};
  table::ClassCount one_class{.rows = 100, .classes = 1, .k_min = 100, .histogram = {{100, 1}}};
  for (const auto& count : {all_unique, one_class, table::ClassCount{}})
    for (double fraction : {0.001, 0.3}) {
      auto e = estimate_population(count, fraction);
      for (const auto& number : {e.pitman, e.zayatz, e.snb, e.uniques})
        if (number) {
          EXPECT_TRUE(*number >= 0 && *number <= e.population_rows);
        }
    }
}

}  // namespace sluice::anonymity
