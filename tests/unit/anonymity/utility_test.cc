#include <gtest/gtest.h>

#include <cmath>

#include "anonymity/label_cover.h"
#include "anonymity/utility.h"

namespace sluice::anonymity {
namespace {

CsvTable comparison_table(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows) {
  CsvTable out;
  for (const auto& name : names) out.columns.push_back({.name = name, .keys = {}, .texts = {}});
  for (const auto& row : rows) {
    for (size_t c = 0; c < names.size(); c++) out.columns[c].keys.codes.push_back(out.columns[c].texts.code_of(row[c]));
    out.rows++;
  }
  for (auto& c : out.columns) c.keys.cardinality = c.texts.size();
  return out;
}

std::string covered(const std::vector<std::string>& values, const std::vector<std::string>& labels, size_t label) {
  std::vector<std::vector<std::string>> a, b;
  for (const auto& v : values) a.push_back({v});
  for (const auto& l : labels) b.push_back({l});
  CsvTable before = comparison_table({"x"}, a), after = comparison_table({"x"}, b);
  LabelCover cover(before.columns[0], after.columns[0], nullptr);
  std::string out;
  for (uint32_t v : cover.values(static_cast<uint32_t>(label))) out += std::string(before.columns[0].texts.text_of(v)) + " ";
  return out;
}

TEST(LabelCover, EachFormOfLabelStandsForItsValues) {
  std::vector<std::string> ages = {"5", "18", "37", "39", "91"};
  EXPECT_EQ(covered(ages, {"30-39"}, 0), "37 39 ");
  EXPECT_EQ(covered(ages, {"<18"}, 0), "5 ");
  EXPECT_EQ(covered(ages, {"90+"}, 0), "91 ");
  EXPECT_EQ(covered(ages, {"[18, 39["}, 0), "18 37 ");
  EXPECT_EQ(covered(ages, {"*"}, 0), "5 18 37 39 91 ");
  EXPECT_EQ(covered(ages, {"37"}, 0), "37 ");
  EXPECT_EQ(covered(ages, {"40"}, 0), "");
  std::vector<std::string> days = {"2024-01-01", "2024-03-17", "2024-03-31", "2025-03-01"};
  EXPECT_EQ(covered(days, {"2024-03"}, 0), "2024-03-17 2024-03-31 ");
  EXPECT_EQ(covered(days, {"2024Q1"}, 0), "2024-01-01 2024-03-17 2024-03-31 ");
  EXPECT_EQ(covered(days, {"2020s"}, 0), "2024-01-01 2024-03-17 2024-03-31 2025-03-01 ");
  EXPECT_EQ(covered(days, {"2024-01-01", "2025-01-01"}, 1), "2025-03-01 ") << "first days of years are years";
  EXPECT_EQ(covered({"410102", "410105", "419901", "110101"}, {"410100", "110100"}, 0), "410102 410105 ");
  EXPECT_EQ(covered({"张三", "张三丰", "李四"}, {"张*", "李*"}, 0), "张三 ");
}

TEST(Utility, FollowsTheFormulas) {
  CsvTable before = comparison_table({"age", "sex"}, {{"10", "F"}, {"20", "F"}, {"30", "M"}, {"40", "M"}});
  CsvTable same = comparison_table({"age", "sex"}, {{"10", "F"}, {"20", "F"}, {"30", "M"}, {"40", "M"}});
  auto none = compare_tables(before, same, {.columns = {"age", "sex"}, .quasi = {"age", "sex"}});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->columns[0].total_variation, 0);
  EXPECT_EQ(*none->columns[0].earth_mover, 0);
  EXPECT_EQ(none->columns[0].loss, 0);
  EXPECT_EQ(none->correlation_lost, 0);
  EXPECT_EQ(none->query_error_p95, 0);
  EXPECT_EQ(none->classes_after->unique_rows, 4u);

  // 10-20 for three rows, 30-40 for one: 3/8 3/8 1/8 1/8 against quarters. TV = (1/8+1/8+1/8+1/8)/2; EMD: |F−G| = 1/8, 2/8, 1/8 over
  // steps of 10, by a range of 30.
  CsvTable after = comparison_table({"age", "sex"}, {{"10-20", "F"}, {"10-20", "F"}, {"10-20", "M"}, {"30-40", "M"}});
  auto changed = compare_tables(before, after, {.columns = {"age", "sex"}, .quasi = {"age", "sex"}, .queries = {*parse_query("age=10..20,sex=F"), *parse_query("age=10")}});
  ASSERT_TRUE(changed);
  EXPECT_NEAR(changed->columns[0].total_variation, 0.25, 1e-12);
  EXPECT_NEAR(*changed->columns[0].earth_mover, (1 + 2 + 1) / 8.0 * 10 / 30, 1e-12);
  EXPECT_NEAR(changed->columns[0].loss, 1.0 / 3, 1e-12);
  EXPECT_NEAR(*changed->columns[0].mean_after, (3 * 15 + 35) / 4.0, 1e-12);
  EXPECT_EQ(changed->columns[1].total_variation, 0);
  EXPECT_NEAR(changed->asked[0].truth, 2, 1e-12);
  EXPECT_NEAR(changed->asked[0].estimate, 2, 1e-12);
  EXPECT_NEAR(changed->asked[1].estimate, 1.5, 1e-12);
  EXPECT_NEAR(changed->asked[1].error, 0.5, 1e-12);
  EXPECT_EQ(changed->classes_after->k, 1u);
  EXPECT_EQ(changed->classes_after->classes, 3u);
  EXPECT_EQ(changed->pairs[0].measure, "cramers_v");
  EXPECT_NEAR(changed->pairs[0].before, 1, 1e-12);
  EXPECT_NEAR(changed->pairs[0].after, std::sqrt(4.0 / 3 - 1), 1e-12);
}

TEST(Utility, MissingRowsAndColumnsCountAsLost) {
  CsvTable before = comparison_table({"a", "b"}, {{"x", "1"}, {"x", "2"}, {"y", "3"}, {"y", "4"}});
  CsvTable after = comparison_table({"a"}, {{"x"}, {"x"}});
  auto done = compare_tables(before, after, {.columns = {"a", "b"}});
  ASSERT_TRUE(done);
  EXPECT_NEAR(done->columns[0].loss, 0.5, 1e-12);
  EXPECT_NEAR(done->columns[0].total_variation, 0.5, 1e-12);
  EXPECT_TRUE(done->columns[1].dropped);
  EXPECT_EQ(done->columns[1].loss, 1);
  EXPECT_EQ(compare_tables(before, comparison_table({"c"}, {}), {.columns = {"a"}}).error().reason, "anonymity.no_columns");
  for (const char* bad : {"", "a", "=1", "a,b=1"}) EXPECT_EQ(parse_query(bad).error().reason, "anonymity.bad_query") << bad;
}

}  // namespace
}  // namespace sluice::anonymity
