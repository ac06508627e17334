#include "anonymity/search.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

namespace sluice::anonymity {

namespace {

// A random table of small columns with a random hierarchy each: binary trees, some without a common root, values not all in use.
struct RandomCase {
  CsvTable table;
  ProblemInput input;
};

RandomCase random_case(uint32_t seed, size_t width, size_t rows, size_t sensitive = 0) {
  std::mt19937 random(seed);
  RandomCase out;
  out.table.rows = rows;
  for (size_t c = 0; c < width + sensitive; c++) {
    std::string name = "c" + std::to_string(c);
    unsigned leaves = 2 + random() % 7, levels = 2 + random() % 3;
    TableColumn column{.name = name, .keys = {}, .texts = {}};
    for (size_t r = 0; r < rows; r++) column.keys.codes.push_back(column.texts.code_of(std::to_string(std::min(random() % leaves, random() % leaves))));
    column.keys.cardinality = column.texts.size();
    out.table.columns.push_back(std::move(column));
    if (c >= width) {
      out.input.sensitive.push_back(name);
      continue;
    }
    out.input.quasi.push_back(name);
    std::string csv;
    for (unsigned v = 0; v < leaves; v++) {
      csv += std::to_string(v);
      for (unsigned l = 1; l < levels; l++) csv += ";g" + std::to_string(l) + "_" + std::to_string(v >> l);
      if (seed % 4 != 0) csv += ";*";
      csv += "\n";
    }
    out.input.hierarchies.emplace(name, *Hierarchy::parse(csv));
  }
  return out;
}

struct Oracle {
  bool any = false;
  double score = 0;
  std::vector<size_t> levels;
};

// Every node of the lattice judged on its own.
Oracle exhaustive(const Problem& problem, const SearchOptions& options) {
  Oracle best;
  std::vector<size_t> levels(problem.width());
  auto limit = static_cast<uint64_t>(options.suppression * static_cast<double>(problem.tuples.rows) + 1e-9);
  while (true) {
    auto node = evaluate(problem, levels, options.k, options.models, 1);
    if (node && node->suppressed <= limit && (!best.any || node->score < best.score - 1e-12)) best = {.any = true, .score = node->score, .levels = levels};
    size_t a = problem.width();
    while (a > 0 && ++levels[a - 1] == problem.attributes[a - 1].levels()) levels[--a] = 0;
    if (a == 0) return best;
  }
}

void expect_optimal(const Problem& problem, SearchOptions options, const std::string& what) {
  Oracle oracle = exhaustive(problem, options);
  for (unsigned threads : {1u, 3u}) {
    options.threads = threads;
    auto found = search(problem, options);
    ASSERT_EQ(found.has_value(), oracle.any) << what << (found ? "" : found.error().reason);
    if (!found) continue;
    EXPECT_TRUE(found->optimal) << what;
    EXPECT_NEAR(found->score, oracle.score, 1e-12) << what;
    EXPECT_EQ(found->levels, oracle.levels) << what;
  }
}

}  // namespace

TEST(Search, EqualsTheExhaustiveOptimumForEveryMetricLimitAndNumberOfThreads) {
  for (uint32_t seed = 1; seed <= 60; seed++) {
    RandomCase one = random_case(seed, 2 + seed % 4, 30 + seed * 7);
    for (Metric metric : {Metric::loss, Metric::entropy, Metric::discernibility}) {
      one.input.metric = metric;
      one.input.weights = seed % 3 == 0 ? std::map<std::string, double>{{"c0", 2.5}, {"c1", 0.5}} : std::map<std::string, double>{};
      auto problem = make_problem(one.table, one.input);
      ASSERT_TRUE(problem);
      for (double limit : {0.0, 0.05, 0.3})
        for (uint64_t k : {2u, 5u})
          expect_optimal(*problem, {.k = k, .suppression = limit}, "seed " + std::to_string(seed) + " metric " + std::to_string(static_cast<int>(metric)) + " limit " + std::to_string(limit) + " k " + std::to_string(k));
    }
  }
}

TEST(Search, EqualsTheExhaustiveOptimumUnderModels) {
  for (uint32_t seed = 1; seed <= 30; seed++) {
    RandomCase one = random_case(seed, 2 + seed % 3, 60 + seed * 5, 1);
    auto problem = make_problem(one.table, one.input);
    ASSERT_TRUE(problem);
    uint32_t values = problem->tuples.columns.back().cardinality;
    std::vector<uint32_t> order(values);
    for (uint32_t v = 0; v < values; v++) order[v] = v;
    std::vector<Models> models(6);
    models[0].diversity.push_back({.l = 2});
    models[1].diversity.push_back({.kind = Diversity::entropy, .l = 1.8});
    models[2].diversity.push_back({.kind = Diversity::recursive, .l = 2, .c = 2});
    models[3].closeness.push_back({.t = 0.25});
    models[4].closeness.push_back({.distance = Distance::ordered, .t = 0.15, .order = order});
    models[5].closeness.push_back({.distance = Distance::hierarchical, .t = 0.2, .groups = {order, std::vector<uint32_t>(values, 0)}});
    for (size_t m = 0; m < models.size(); m++)
      for (double limit : {0.0, 0.2}) {
        SearchOptions options{.k = 3, .suppression = limit};
        options.models = models[m];
        expect_optimal(*problem, options, "seed " + std::to_string(seed) + " model " + std::to_string(m) + " limit " + std::to_string(limit));
      }
  }
}

TEST(Search, EqualsTheExhaustiveOptimumUnderModelsOfThePopulation) {
  for (uint32_t seed = 1; seed <= 20; seed++) {
    RandomCase one = random_case(seed, 2 + seed % 3, 400);
    CsvTable people = one.table;
    one.table.rows = 60;
    for (auto& column : one.table.columns) column.keys.codes.resize(60);
    one.input.population = &people;
    auto problem = make_problem(one.table, one.input);
    ASSERT_TRUE(problem) << problem.error().detail;
    for (double limit : {0.0, 0.25}) {
      SearchOptions options{.k = 2, .suppression = limit};
      options.models.k_map = 12;
      expect_optimal(*problem, options, "k-map, seed " + std::to_string(seed));
      options.models.k_map.reset();
      options.models.presence = Presence{0.05, 0.25};
      expect_optimal(*problem, options, "presence, seed " + std::to_string(seed));
      options.models.presence = Presence{0.12, 0.5};
      expect_optimal(*problem, options, "narrow presence, seed " + std::to_string(seed));
    }
  }
}

TEST(PlacesByValue, EqualNumbersStandByTheirBytesWhateverTheirOrderInTheFile) {
  for (auto order : {std::vector<const char*>{"2", "1.0", "10", "1"}, {"1", "10", "2", "1.0"}}) {
    TableColumn column;
    for (const char* text : order) (void)column.texts.code_of(text);
    const std::vector<uint32_t> places = places_by_value(column);
    std::vector<std::string> sorted(order.size());
    for (uint32_t c = 0; c < order.size(); c++) sorted[places[c]] = order[c];
    EXPECT_EQ(sorted, (std::vector<std::string>{"1", "1.0", "2", "10"}));
  }
}

TEST(Search, WhenItMustStopItGivesABoundBelowItsScore) {
  RandomCase one = random_case(5, 5, 900);
  auto problem = make_problem(one.table, one.input);
  ASSERT_TRUE(problem);
  SearchOptions options{.k = 4, .suppression = 0.1};
  auto whole = search(*problem, options);
  ASSERT_TRUE(whole);
  std::atomic<bool> cancel{true};  // before the first node: the highest levels are there
  options.cancel = &cancel;
  auto none = search(*problem, options);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->optimal);
  EXPECT_GE(none->lower_bound, 0);
  EXPECT_LE(none->lower_bound, none->score);
  EXPECT_GE(none->smallest_class, options.k);
  cancel = false;
  options.threads = 1;
  options.progress = [&](const SearchProgress& now) { cancel = now.nodes >= 1; };
  auto cut = search(*problem, options);
  ASSERT_TRUE(cut);
  EXPECT_LE(cut->lower_bound, whole->score + 1e-12);
  EXPECT_GE(cut->score, whole->score - 1e-12);
}

TEST(Search, WhatCannotBeReachedIsSaid) {
  RandomCase one = random_case(1, 2, 20);
  auto problem = make_problem(one.table, one.input);
  ASSERT_TRUE(problem);
  EXPECT_EQ(search(*problem, {.k = 21}).error().reason, "anonymity.k_too_large");
  EXPECT_EQ(search(*problem, {.k = 0}).error().reason, "anonymity.bad_k");
  EXPECT_EQ(search(*problem, {.k = 2, .suppression = 1.5}).error().reason, "anonymity.bad_fraction");
  SearchOptions strict{.k = 2};
  strict.models.diversity.push_back({.l = 2});
  RandomCase with_sensitive = random_case(1, 2, 20, 1);
  for (auto& code : with_sensitive.table.columns.back().keys.codes) code = 0;
  auto constant = make_problem(with_sensitive.table, with_sensitive.input);
  ASSERT_TRUE(constant);
  EXPECT_EQ(search(*constant, strict).error().reason, "anonymity.unreachable");
  RandomCase none = random_case(1, 2, 0);
  auto empty = make_problem(none.table, none.input);
  ASSERT_TRUE(empty);
  EXPECT_EQ(search(*empty, {}).error().reason, "anonymity.no_rows");
}

TEST(Search, ValuesThatAHierarchyDoesNotKnowAreCountedNotQuoted) {
  RandomCase one = random_case(2, 2, 40);
  one.input.hierarchies.insert_or_assign("c0", *Hierarchy::parse("nobody;*\n"));
  auto problem = make_problem(one.table, one.input);
  ASSERT_FALSE(problem);
  EXPECT_EQ(problem.error().reason, "anonymity.value_outside");
  EXPECT_NE(problem.error().detail.find("40 rows"), std::string::npos);
}

// The optima that ARX finds for the adult set (k = 5, Loss, geometric mean).
TEST(Search, EqualsTheKnownOptimaOfTheAdultSet) {
  const std::string dir = std::string(SLUICE_ROOT) + "/../shared/data/anonymity";
  if (::access((dir + "/adult.csv").c_str(), R_OK) != 0) GTEST_SKIP() << "the adult set is not beside the project";
  struct Known {
    std::vector<std::string> quasi;
    double suppression, score;
    uint64_t suppressed;
    std::vector<size_t> levels;
  };
  const std::vector<std::string> nine = {"sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation", "salary-class"};
  const std::vector<std::string> eight = {"sex", "age", "race", "marital-status", "education", "native-country", "workclass", "salary-class"};
  const Known known[] = {{nine, 0, 0.573151, 0, {0, 4, 1, 1, 3, 2, 2, 1, 0}},
                         {nine, 0.05, 0.241932, 1346, {0, 3, 0, 0, 2, 1, 1, 2, 0}},
                         {eight, 0, 0.542211, 0, {}},
                         {eight, 0.05, 0.170123, 1346, {}}};
  for (const auto& one : known) {
    auto table = read_csv_table(dir + "/adult.csv", one.quasi);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->rows, 30162u);
    ProblemInput input;
    input.quasi = one.quasi;
    for (const auto& name : one.quasi) {
      auto h = Hierarchy::load(dir + "/adult_hierarchy_" + name + ".csv");
      ASSERT_TRUE(h) << name;
      input.hierarchies.emplace(name, std::move(*h));
    }
    auto problem = make_problem(*table, input);
    ASSERT_TRUE(problem);
    auto found = search(*problem, {.k = 5, .suppression = one.suppression});
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->score, one.score, 5e-7);
    EXPECT_EQ(found->suppressed, one.suppressed);
    EXPECT_GE(found->smallest_class, 5u);
    EXPECT_TRUE(found->optimal);
    if (!one.levels.empty()) {
      EXPECT_EQ(found->levels, one.levels);
    }
  }
}

}  // namespace sluice::anonymity
