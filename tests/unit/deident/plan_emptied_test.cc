#include <gtest/gtest.h>

#include "base/file.h"
#include "deident/plan.h"

namespace sluice::deident {
namespace {

// 35岁 is no number and 199709 no date: a run would empty these columns, and the plan says so.
TEST(Plan, ColumnsThatATechniqueWouldEmptyAreTold) {
  const std::string path = testing::TempDir() + "/plan_emptied_" + std::to_string(::getpid()) + ".csv";
  std::string text = "age,month,weight,half\n";
  for (int i = 0; i < 40; i++) text += std::to_string(20 + i) + "岁," + std::to_string(1990 + i % 9) + "09," + std::to_string(40 + i) + "," + (i % 2 ? "-" : "7") + "\n";
  ASSERT_TRUE(write_file(path, view(text)));
  auto strategy = read_strategy(R"({"format":"sluice-strategy/1","id":"u","version":"1","unlisted":"keep","fields":[{"column":"age","technique":"band","width":5},
    {"column":"month","technique":"date","unit":"year"},{"column":"weight","technique":"band","width":5},{"column":"half","technique":"round","to":5}]})");
  ASSERT_TRUE(strategy);
  auto found = inspect(*strategy, {}, path, 1000);
  ASSERT_TRUE(found);
  std::vector<std::string> emptied;
  for (const auto& finding : *found)
    if (finding.rule == "cells_emptied") emptied.push_back(finding.columns.front() + " " + std::to_string(finding.permille));
  EXPECT_EQ(emptied, (std::vector<std::string>{"age 1000", "month 1000"})) << "half is not most";
  std::remove(path.c_str());
}

}  // namespace
}  // namespace sluice::deident
