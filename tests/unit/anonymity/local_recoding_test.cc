#include "anonymity/local_recoding.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "anonymity/search.h"

namespace sluice::anonymity {

namespace {

Problem ages_and_places(uint32_t seed, size_t rows) {
  std::mt19937 random(seed);
  CsvTable table;
  table.rows = rows;
  std::string ages, places;
  for (int v = 0; v < 64; v++) ages += std::to_string(v) + ";" + std::to_string(v / 4) + "x4;" + std::to_string(v / 16) + "x16;*\n";
  for (int v = 0; v < 12; v++) places += std::to_string(v) + ";p" + std::to_string(v / 3) + ";*\n";
  ProblemInput input;
  auto skewed = [&](uint32_t values) { return random() % values * (random() % values) * (random() % values) / (values * values); };
  for (unsigned c = 0; c < 3; c++) {
    TableColumn column{.name = "c" + std::to_string(c), .keys = {}, .texts = {}};
    for (size_t r = 0; r < rows; r++) column.keys.codes.push_back(column.texts.code_of(std::to_string(skewed(c == 0 ? 64 : c == 1 ? 12 : 4))));
    column.keys.cardinality = column.texts.size();
    table.columns.push_back(std::move(column));
  }
  input.quasi = {"c0", "c1"};
  input.sensitive = {"c2"};
  input.hierarchies.emplace("c0", *Hierarchy::parse(ages));
  input.hierarchies.emplace("c1", *Hierarchy::parse(places));
  return *make_problem(table, input);
}

}  // namespace

TEST(LocalRecoding, EveryClassHasKRowsSatisfiesTheModelsAndSharesItsGroups) {
  for (uint32_t seed = 1; seed <= 10; seed++) {
    Problem problem = ages_and_places(seed, 700);
    SearchOptions options{.k = 6};
    options.models.diversity.push_back({.l = 2});
    auto local = recode_locally(problem, options);
    ASSERT_TRUE(local);
    std::map<uint32_t, std::set<uint32_t>> sensitive;
    std::map<uint32_t, std::set<std::vector<uint32_t>>> groups;
    std::vector<uint64_t> rows(local->class_rows.size());
    for (size_t t = 0; t < problem.tuples.size(); t++) {
      uint32_t c = local->class_of_tuple[t];
      rows[c] += problem.tuples.weights[t];
      sensitive[c].insert(problem.tuples.columns[2].codes[t]);
      std::vector<uint32_t> group;
      for (size_t a = 0; a < 2; a++) group.push_back(problem.attributes[a].to[local->level_of(c, a, 2)][problem.tuples.columns[a].codes[t]]);
      groups[c].insert(group);
    }
    EXPECT_EQ(rows, local->class_rows);
    for (size_t c = 0; c < rows.size(); c++) {
      EXPECT_GE(rows[c], 6u);
      EXPECT_GE(sensitive[static_cast<uint32_t>(c)].size(), 2u);
      EXPECT_EQ(groups[static_cast<uint32_t>(c)].size(), 1u);
    }
  }
}

TEST(LocalRecoding, NeverLosesMoreThanTheBestFullDomainTransformationAndMostlyLess) {
  int less = 0;
  for (uint32_t seed = 1; seed <= 10; seed++) {
    Problem problem = ages_and_places(seed, 3000);
    auto local = recode_locally(problem, {.k = 6});
    auto full = search(problem, {.k = 6});
    ASSERT_TRUE(local && full);
    EXPECT_LE(local->score, full->score + 1e-12) << seed;
    less += local->score < full->score;
  }
  EXPECT_GE(less, 8);
}

TEST(LocalRecoding, WhatCannotBeReachedIsSaid) {
  Problem problem = ages_and_places(1, 20);
  EXPECT_EQ(recode_locally(problem, {.k = 21}).error().reason, "anonymity.k_too_large");
  SearchOptions options{.k = 2};
  options.models.diversity.push_back({.l = 9});
  EXPECT_EQ(recode_locally(problem, options).error().reason, "anonymity.unreachable");
  options.models = {.k_map = 3};
  EXPECT_EQ(recode_locally(problem, options).error().reason, "anonymity.local_population");
}

}  // namespace sluice::anonymity
