#include "table/profile.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/random_table.h"

namespace sluice::table {
namespace {

TEST(Profile, ShapesShowFormNotValue) {
  EXPECT_EQ(shape_of("D440100012345"), "A9{12}");
  EXPECT_EQ(shape_of("2026-11-22 04:17"), "9{4}-9{2}-9{2} 9{2}:9{2}");
  EXPECT_EQ(shape_of("张三"), "文{2}");
  EXPECT_EQ(shape_of("Ab张9\x01"), "Aa文9?");
  EXPECT_EQ(shape_of(""), "");
  EXPECT_EQ(shape_of(std::string(1000, '7')), "9{1000}");
  std::string zebra;
  for (int i = 0; i < 100; i++) zebra += i % 2 ? "a" : "1";
  EXPECT_LT(shape_of(zebra).size(), 40u);
}

TEST(Profile, CountsAreThoseOfANaivePass) {
  SeededRandom random(9);
  MemoryTable table(testing::every_type());
  for (size_t rows : {3000, 1, 2500}) ASSERT_TRUE(table.append(testing::random_batch(testing::every_type(), random, rows, 6)));
  auto profiles = profile(table);
  ASSERT_TRUE(profiles);
  for (size_t c = 0; c < testing::every_type().size(); c++) {
    const ColumnProfile& p = (*profiles)[c];
    int64_t nulls = 0;
    std::set<std::string> texts;
    std::set<int64_t> numbers;
    for (size_t g = 0; g < table.row_groups(); g++) {
      ColumnRef column = table.read(g, c).value();
      for (size_t i = 0; i < column->rows(); i++) {
        if (column->is_null(i)) nulls++;
        else if (p.type == Type::text) texts.emplace(column->text_at(i));
        else numbers.insert(column->int_at(i));
      }
    }
    EXPECT_EQ(p.rows, 5501);
    EXPECT_EQ(p.nulls, nulls) << p.name;
    EXPECT_TRUE(p.distinct_exact);
    EXPECT_EQ(p.distinct, static_cast<int64_t>(texts.size() + numbers.size())) << p.name;
    if (!numbers.empty()) {
      EXPECT_EQ(p.min, *numbers.begin());
      EXPECT_EQ(p.max, *numbers.rbegin());
    }
  }
}

TEST(Profile, ManyDistinctValuesAreEstimatedClosely) {
  ColumnBuilder builder(Type::int64);
  for (int64_t i = 0; i < 500000; i++) builder.append_int(i * 7919 % 300007);
  Profiler profiler({{"n", Type::int64, 0}});
  profiler.add_column(0, builder.finish());
  ColumnProfile p = profiler.finish()[0];
  EXPECT_FALSE(p.distinct_exact);
  EXPECT_NEAR(static_cast<double>(p.distinct), 300007, 300007 * 0.04);
}

TEST(Profile, AShapeThatFewRowsHaveIsNotListed) {
  ColumnBuilder builder(Type::text);
  for (int i = 0; i < 100; i++) builder.append_text("1380000000" + std::to_string(i % 10));
  for (int i = 0; i < 4; i++) builder.append_text("x@y");
  Profiler profiler({{"tel", Type::text, 0}});
  profiler.add_column(0, builder.finish());
  ColumnProfile p = profiler.finish()[0];
  ASSERT_EQ(p.shapes.size(), 1u);
  EXPECT_EQ(p.shapes[0].form, "9{11}");
  EXPECT_EQ(p.shapes[0].rows, 100);
}

}  // namespace
}  // namespace sluice::table
