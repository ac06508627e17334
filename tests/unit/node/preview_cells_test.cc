// What of a cell leaves a preview: forms that no strategy has a part in.
#include <gtest/gtest.h>

#include "node/jobs/preview_cells.h"

namespace sluice::node {
namespace {

PreviewJob job_of(std::vector<GradedColumn> graded) {
  PreviewJob job;
  job.graded = std::move(graded);
  return job;
}

GradedColumn graded(const char* name, int level, bool confirmed, bool identifying) {
  GradedColumn g;
  g.column = name;
  g.level = level;
  g.confirmed = confirmed;
  g.identifying = identifying;
  return g;
}

TEST(PreviewCells, AreOpenAtLevelTwoConfirmedAndNamingNobodyOrUnderAnOperation) {
  PreviewJob job = job_of({graded("low", 2, true, false), graded("high", 3, true, false), graded("names", 2, true, true), graded("proposed", 1, false, false)});
  EXPECT_TRUE(column_open("low", job));
  for (const char* closed : {"high", "names", "proposed", "unknown"}) EXPECT_FALSE(column_open(closed, job)) << closed;
  job.before = PreviewRange{{"names"}, 0, 3};
  EXPECT_TRUE(column_open("names", job));
  EXPECT_FALSE(column_open("high", job));
}

TEST(PreviewCells, OfAFixedFormShowItAndOfOthersNoLength) {
  CellForms ids(4), names(4);
  for (int i = 0; i < 19; i++) {
    ids.add("11010519491231002" + std::to_string(i % 10));
    names.add(i % 2 ? "王小明" : "李四");
  }
  ids.add("123");
  EXPECT_EQ(ids.form("330102199001011234"), "9{18}");
  EXPECT_EQ(ids.form("33010219900101123X"), "9+A+") << "rarer than one in ten";
  EXPECT_EQ(names.form("王小明"), names.form("李四")) << "no length where lengths differ";
  EXPECT_EQ(names.form("王小明"), "文+");
  EXPECT_EQ(names.form("-12.50"), "-9+.9+");
  EXPECT_EQ(names.form("a1b2c3d4e5"), "a+9+a+9+a+9+…");
  EXPECT_EQ(names.form(""), "");
}

TEST(PreviewCells, OfFewRowsHaveNoFixedForm) {
  CellForms few(3);
  for (int i = 0; i < 9; i++) few.add("13800000001");
  EXPECT_EQ(few.form("13800000001"), "9+");
}

TEST(PreviewCells, OfLevelFiveAreAllAlike) {
  CellForms highest(5);
  for (int i = 0; i < 50; i++) highest.add("B24");
  EXPECT_EQ(highest.form("B24"), "*");
  EXPECT_EQ(highest.form(""), "*") << "whether there is one is not told either";
  EXPECT_EQ(example_of("*"), "");
  EXPECT_EQ(shown_form("*"), "⟨*⟩");
}

TEST(PreviewCells, ExamplesHaveTheFormAndAreMadeOfItAlone) {
  EXPECT_EQ(example_of("9{18}"), "110105198001010008");
  EXPECT_EQ(example_of("9{4}-9{2}-9{2}"), "2000-01-31");
  EXPECT_EQ(example_of("文+"), "某某某");
  EXPECT_EQ(example_of("A9{4}"), "A1234");
  EXPECT_EQ(example_of("9+.9+"), "123.123");
  EXPECT_EQ(example_of("文{2}，9+…"), "某某，123");
  EXPECT_LT(example_of("9{9999999}{{}}").size(), 100u) << "punctuation of a cell that looks like a length makes nothing large";
}

}  // namespace
}  // namespace sluice::node
