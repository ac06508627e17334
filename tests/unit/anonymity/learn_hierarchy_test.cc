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

TEST(LearnHierarchy, WhatNoFileCanNameIsRefused) {
  EXPECT_EQ(learn_hierarchy(column_of({})).error().reason, "anonymity.no_rows");
  EXPECT_EQ(learn_hierarchy(column_of({"a;b", "c"})).error().reason, "hierarchy.cannot_learn");
}

}  // namespace
}  // namespace sluice::anonymity
