#include "anonymity/risk_report.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "anonymity/tuples.h"

namespace sluice::anonymity {

namespace {

CsvTable table_of(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows) {
  CsvTable table;
  table.rows = rows.size();
  table.header = names;
  for (size_t c = 0; c < names.size(); c++) {
    TableColumn column{.name = names[c], .keys = {}, .texts = {}};
    for (const auto& row : rows) column.keys.codes.push_back(column.texts.code_of(row[c]));
    column.keys.cardinality = column.texts.size();
    table.columns.push_back(std::move(column));
  }
  return table;
}

std::vector<rules::RiskThreshold> profiles() {
  return {{.share_type = "full", .k_min = 20, .risk_permille_max = 50}, {.share_type = "enclave", .k_min = 2, .risk_permille_max = 500}};
}

std::vector<std::string> cells(const std::vector<std::string>& row, unsigned set) {
  std::vector<std::string> out;
  for (size_t c = 0; c < row.size(); c++)
    if (set >> c & 1) out.push_back(row[c]);
  return out;
}

}  // namespace

TEST(RiskReport, FollowsTheFormulas) {
  auto table = table_of({"sex", "age"}, {{"M", "30"}, {"M", "30"}, {"M", "30"}, {"F", "30"}, {"F", "41"}, {"F", "41"}});
  auto report = measure_risk(table, {.quasi = {"sex", "age"}, .threshold = 0.4}, profiles());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->count.k_min, 1u);
  EXPECT_EQ(report->count.classes, 3u);
  EXPECT_DOUBLE_EQ(report->risk.prosecutor.highest, 1.0);
  EXPECT_DOUBLE_EQ(report->risk.prosecutor.average, 0.5);
  EXPECT_DOUBLE_EQ(report->risk.prosecutor.share_at_risk, 0.5);  // the classes of one and two
  EXPECT_EQ(report->profiles[0].rows_above, 6u);
  EXPECT_EQ(report->profiles[1].rows_above, 1u);
  EXPECT_FALSE(report->profiles[1].acceptable);
  ASSERT_EQ(report->unique.sets.size(), 1u);  // sex + age singles the woman of 30 out, neither alone does
  EXPECT_EQ(report->unique.sets[0].columns, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(report->unique.rows_by_smallest, (std::vector<uint64_t>{5, 0, 1}));
}

TEST(RiskReport, APopulationLowersTheJournalistsRiskAndNotTheProsecutors) {
  auto table = table_of({"a"}, {{"x"}, {"y"}, {"y"}});
  auto population = table_of({"a"}, {{"x"}, {"x"}, {"x"}, {"x"}, {"y"}, {"y"}, {"z"}});
  auto report = measure_risk(table, {.quasi = {"a"}, .population = &population}, profiles());
  ASSERT_TRUE(report);
  EXPECT_DOUBLE_EQ(report->risk.prosecutor.highest, 1.0);
  EXPECT_DOUBLE_EQ(report->risk.journalist.highest, 0.5);
  EXPECT_DOUBLE_EQ(report->risk.marketer, (0.25 + 0.5 + 0.5) / 3);
}

TEST(RiskReport, ATableWithoutRowsIsAReportOfZeros) {
  auto report = measure_risk(table_of({"a"}, {}), {.quasi = {"a"}}, profiles());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->count.rows, 0u);
  EXPECT_EQ(report->count.k_min, 0u);
  EXPECT_FALSE(report->profiles[0].acceptable);
}

TEST(RiskReport, AttributesAreDisclosedWhereAClassHasOneValueOnly) {
  auto table = table_of({"a", "illness"}, {{"x", "flu"}, {"x", "flu"}, {"y", "flu"}, {"y", "hiv"}, {"z", "hiv"}});
  auto report = measure_risk(table, {.quasi = {"a"}, .sensitive = {"illness"}}, profiles());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->disclosure[0].rows_uniform, 3u);
  EXPECT_EQ(report->disclosure[0].rows_unsafe, 2u);
}

TEST(RiskReport, NothingOfTheDataIsInTheJson) {
  auto table = table_of({"a"}, {{"secret-value"}});
  auto report = measure_risk(table, {.quasi = {"a"}}, profiles());
  ASSERT_TRUE(report);
  EXPECT_EQ(canonical(to_json(*report)).find("secret-value"), std::string::npos);
}

TEST(RiskReport, PersonsWithSeveralRowsAreCountedOnce) {
  // Three visits of A, one of B: two people, and A alone has visited on the 2nd.
  auto table = table_of({"day", "ward", "person"}, {{"1", "x", "A"}, {"1", "x", "A"}, {"1", "x", "B"}, {"2", "x", "A"}});
  RiskOptions by_rows{.quasi = {"day", "ward"}}, by_persons{.quasi = {"day", "ward"}, .person = "person"};
  auto rows = measure_risk(table, by_rows, profiles()), persons = measure_risk(table, by_persons, profiles());
  ASSERT_TRUE(rows && persons);
  EXPECT_DOUBLE_EQ(rows->risk.prosecutor.average, 2.0 / 4);
  EXPECT_EQ(persons->count.histogram, (std::map<uint64_t, uint64_t>{{1, 1}, {2, 1}}));
  EXPECT_EQ(persons->person->persons, 2u);
  EXPECT_EQ(persons->person->rows, 4u);
  ASSERT_EQ(persons->unique.sets.size(), 1u);
  EXPECT_EQ(persons->unique.sets[0].columns, (std::vector<size_t>{0}));
  by_persons.quasi = {"person"};
  EXPECT_EQ(measure_risk(table, by_persons, profiles()).error().reason, "anonymity.person_in_quasi");
}

// Against counting by sets of keys, over random tables.
TEST(RiskReport, PersonsAreCountedAsANaiveCountWould) {
  std::mt19937 random(5);
  for (int round = 0; round < 30; round++) {
    std::vector<std::vector<std::string>> rows;
    const int people = 2 + static_cast<int>(random() % 20);
    for (int i = 0; i < 60; i++) rows.push_back({std::to_string(random() % 4), std::to_string(random() % 3), std::to_string(random() % static_cast<unsigned>(people))});
    auto table = table_of({"a", "b", "who"}, rows);
    auto report = measure_risk(table, {.quasi = {"a", "b"}, .person = "who"}, profiles());
    ASSERT_TRUE(report);
    std::map<std::vector<std::string>, std::set<std::string>> classes[4];
    for (const auto& row : rows)
      for (unsigned set = 1; set < 4; set++) classes[set][cells({row[0], row[1]}, set)].insert(row[2]);
    std::map<uint64_t, uint64_t> sizes;
    for (const auto& [key, who] : classes[3]) sizes[who.size()]++;
    EXPECT_EQ(report->count.histogram, sizes);
    std::set<std::pair<std::vector<std::string>, std::string>> seen;
    std::vector<uint64_t> smallest(3);
    for (const auto& row : rows) {
      if (!seen.insert({{row[0], row[1]}, row[2]}).second) continue;
      const bool one = classes[1][{row[0]}].size() == 1 || classes[2][{row[1]}].size() == 1, both = classes[3][{row[0], row[1]}].size() == 1;
      smallest[one ? 1 : both ? 2 : 0]++;
    }
    EXPECT_EQ(report->unique.rows_by_smallest, smallest);
  }
}

TEST(RiskReport, WhoSaysNothingOfThePopulationIsTold) {
  auto table = table_of({"a"}, {{"x"}, {"y"}, {"y"}, {"z"}, {"z"}, {"z"}});
  auto whole = measure_risk(table, {.quasi = {"a"}}, profiles());
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->taken_as_whole());
  EXPECT_TRUE(to_json(*whole).find("journalist")->find("taken_as_whole")->as_bool());
  auto sample = measure_risk(table, {.quasi = {"a"}, .population_size = 60}, profiles());
  auto fraction = measure_risk(table, {.quasi = {"a"}, .sampling_fraction = 0.1}, profiles());
  ASSERT_TRUE(sample && fraction);
  EXPECT_FALSE(sample->taken_as_whole());
  EXPECT_DOUBLE_EQ(sample->risk.journalist.average, fraction->risk.journalist.average);
  EXPECT_LT(sample->risk.journalist.average, whole->risk.journalist.average);
  EXPECT_EQ(measure_risk(table, {.quasi = {"a"}, .population_size = 5}, profiles()).error().reason, "anonymity.population_too_small");
  EXPECT_EQ(measure_risk(table, {.quasi = {"a"}, .sampling_fraction = 0.1, .population_size = 60}, profiles()).error().reason, "anonymity.fraction_and_size");
}

TEST(RiskReport, TheModelThatIsNamedIsTaken) {
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 300; i++) rows.push_back({std::to_string(i % 7 ? i : i % 5)});
  auto table = table_of({"a"}, rows);
  for (auto model : {PopulationModel::pitman, PopulationModel::zayatz, PopulationModel::snb}) {
    auto report = measure_risk(table, {.quasi = {"a"}, .sampling_fraction = 0.05, .model = model}, profiles());
    ASSERT_TRUE(report);
    const auto& e = *report->population;
    const auto& its = model == PopulationModel::pitman ? e.pitman : model == PopulationModel::zayatz ? e.zayatz : e.snb;
    EXPECT_EQ(e.uniques, its);
    EXPECT_EQ(report->basis, its ? enum_names(model)[static_cast<size_t>(model)] : std::string_view("sampling_fraction"));
  }
}

TEST(RiskReport, ColumnsThatAreNotThereAndSharesOutOfRangeAreRefused) {
  auto table = table_of({"a"}, {{"x"}});
  EXPECT_EQ(measure_risk(table, {.quasi = {"b"}}, {}).error().reason, "anonymity.unknown_column");
  EXPECT_EQ(measure_risk(table, {.quasi = {}}, {}).error().reason, "anonymity.no_columns");
  EXPECT_EQ(measure_risk(table, {.quasi = {"a"}, .sampling_fraction = 0.0}, {}).error().reason, "anonymity.bad_fraction");
}

// Differential: minimal unique sets against counting every subset of columns for every row.
TEST(UniqueSets, AgreeWithANaiveSearch) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; round++) {
    std::vector<std::vector<std::string>> rows(60 + random() % 60);
    for (auto& row : rows)
      for (int c = 0; c < 5; c++) row.push_back(std::to_string(random() % (2 + static_cast<unsigned>(c) * 2)));
    std::map<unsigned, std::map<std::vector<std::string>, int>> counts;
    for (unsigned set = 1; set < 32; set++)
      for (const auto& row : rows) counts[set][cells(row, set)]++;
    std::map<unsigned, uint64_t> minimal;
    for (const auto& row : rows)
      for (unsigned set = 1; set < 32; set++) {
        if (__builtin_popcount(set) > 4 || counts[set][cells(row, set)] != 1) continue;
        bool smaller = false;
        for (unsigned sub = (set - 1) & set; sub; sub = (sub - 1) & set) smaller = smaller || counts[sub][cells(row, sub)] == 1;
        if (!smaller) minimal[set]++;
      }
    auto table = table_of({"a", "b", "c", "d", "e"}, rows);
    std::vector<const table::KeyColumn*> keys;
    for (const auto& c : table.columns) keys.push_back(&c.keys);
    auto tuples = collapse(keys);
    ASSERT_TRUE(tuples);
    auto found = find_unique_sets(tuples->columns, tuples->weights, 4, 2);
    ASSERT_TRUE(found);
    std::map<unsigned, uint64_t> ours;
    for (const auto& set : found->sets) {
      unsigned bits = 0;
      for (size_t c : set.columns) bits |= 1u << c;
      ours[bits] = set.minimal_rows;
    }
    EXPECT_EQ(ours, minimal);
  }
}

}  // namespace sluice::anonymity
