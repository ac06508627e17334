#include <gtest/gtest.h>

#include <random>

#include "anonymity/hierarchy.h"
#include "anonymity/learn_hierarchy.h"

namespace sluice::anonymity {
namespace {

TableColumn column_of(const std::vector<std::string>& cells) {
  TableColumn out;
  for (const auto& c : cells) out.keys.codes.push_back(out.texts.code_of(c));
  out.keys.cardinality = out.texts.size();
  return out;
}

TEST(LearnHierarchy, IsAHierarchyOfEveryValueAndDoesNotDependOnTheOrderOfRows) {
  std::mt19937 rng(4);
  std::vector<std::vector<std::string>> columns(4);
  for (int i = 0; i < 3000; i++) {
    columns[0].push_back(std::to_string(20 + std::min(rng() % 60, rng() % 60)));
    columns[1].push_back(std::to_string(410000 + rng() % 300));
    columns[2].push_back("200" + std::to_string(rng() % 10) + "-0" + std::to_string(1 + rng() % 9) + "-1" + std::to_string(rng() % 10));
    columns[3].push_back(rng() % 50 ? rng() % 2 ? "高血压" : "糖尿病" : "罕见病" + std::to_string(rng() % 20));
  }
  const ColumnShape shapes[] = {ColumnShape::numbers, ColumnShape::codes, ColumnShape::numbers, ColumnShape::texts};
  for (size_t c = 0; c < columns.size(); c++) {
    TableColumn column = column_of(columns[c]);
    EXPECT_EQ(shape_of(column), shapes[c]) << c;
    auto csv = learn_hierarchy(column);
    ASSERT_TRUE(csv);
    auto tree = Hierarchy::parse(*csv);
    ASSERT_TRUE(tree) << c << " " << tree.error().reason << " " << tree.error().detail;
    EXPECT_GE(tree->levels(), 3u);
    EXPECT_EQ(tree->group_count(tree->levels() - 1), 1u);
    for (size_t l = 0; l + 1 < tree->levels(); l++) EXPECT_GE(tree->group_count(l), tree->group_count(l + 1)) << "coarser upwards";
    for (const auto& cell : columns[c]) ASSERT_TRUE(tree->leaf_of(cell));
    std::shuffle(columns[c].begin(), columns[c].end(), rng);
    EXPECT_EQ(*learn_hierarchy(column_of(columns[c])), *csv);
  }
}

TEST(LearnHierarchy, FrequentRegionsKeepDetail) {
  std::vector<std::string> cells;
  for (int age = 0; age < 90; age++)
    for (int i = 0; i < (age >= 30 && age < 40 ? 100 : 1); i++) cells.push_back(std::to_string(age));
  auto tree = Hierarchy::parse(*learn_hierarchy(column_of(cells)));
  ASSERT_TRUE(tree);
  auto under = [&](const char* value) { return tree->leaves_under(1, tree->group_of(1, *tree->leaf_of(value))); };
  EXPECT_LT(under("35"), 3u);
  EXPECT_GT(under("70"), 20u);
}

// The least amount and the oldest birth date are single persons': labels are open there, and cut at round places elsewhere.
TEST(LearnHierarchy, NoLabelTellsAnExtreme) {
  std::mt19937 rng(8);
  std::vector<std::string> amounts, dates, signed_amounts;
  for (int i = 0; i < 400; i++) {
    amounts.push_back(std::to_string(3 + rng() % 900) + "." + std::to_string(10 + rng() % 90));
    dates.push_back(std::to_string(1940 + rng() % 60) + "-0" + std::to_string(1 + rng() % 9) + "-" + std::to_string(10 + rng() % 18));
    signed_amounts.push_back(std::to_string(static_cast<int>(rng() % 4000) - 2000));
  }
  amounts.push_back("1.07");
  amounts.push_back("98765.43");
  dates.push_back("1911-02-03");
  signed_amounts.push_back("-7777");
  for (const auto& [cells, extremes] : {std::pair(amounts, std::vector<std::string>{"1.07", "98765.43"}), {dates, {"1911-02-03"}}, {signed_amounts, {"-7777"}}}) {
    const TableColumn column = column_of(cells);
    auto tree = Hierarchy::parse(*learn_hierarchy(column));
    ASSERT_TRUE(tree) << tree.error().reason;
    for (size_t l = 1; l + 1 < tree->levels(); l++)
      for (uint32_t g = 0; g < tree->group_count(l); g++) {
        const std::string_view label = tree->label(l, g);
        for (const auto& extreme : extremes) EXPECT_EQ(label.find(extreme), std::string_view::npos) << label;
      }
    EXPECT_TRUE(tree->label(1, tree->group_of(1, *tree->leaf_of(extremes[0]))).starts_with('<'));
  }
  auto ages = column_of({"18", "22", "22", "25", "29", "31", "34", "38", "40", "44", "47", "52", "55", "61", "66", "70", "73", "79", "83", "97"});
  const std::string csv = *learn_hierarchy(ages);
  EXPECT_EQ(csv.substr(0, csv.find('\n')), "18;<29;<55;*") << csv;
  EXPECT_NE(csv.find("\n47;40-54;<55;*\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\n97;73+;55+;*\n"), std::string::npos) << csv;
}

TEST(LearnHierarchy, WhatNoFileCanNameIsRefused) {
  EXPECT_EQ(learn_hierarchy(column_of({})).error().reason, "anonymity.no_rows");
  EXPECT_EQ(learn_hierarchy(column_of({"a;b", "c"})).error().reason, "hierarchy.cannot_learn");
}

}  // namespace
}  // namespace sluice::anonymity
