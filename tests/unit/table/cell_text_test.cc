// Laws: what cells become as text comes back as the same column; what is no value of the column's type is refused.
#include "table/cell_text.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "tests/support/random_table.h"

namespace sluice::table {
namespace {

Column texts_of_column(const Column& column) {
  ColumnBuilder builder(Type::text);
  std::string cell;
  for (size_t row = 0; row < column.rows(); row++) {
    cell.clear();
    cell_text_to(cell, column, row);
    if (column.is_null(row)) builder.append_null();
    else builder.append_text(cell);
  }
  return builder.finish();
}

TEST(CellText, EveryDayMomentNumberAndTruthComesBack) {
  struct Case {
    ColumnSpec spec;
    std::vector<int64_t> values;
  };
  const int64_t day = days_from_civil(2024, 2, 29);
  for (const auto& [spec, values] : std::vector<Case>{{{"i", Type::int64, 0}, {0, -7, 13800000000, INT64_MAX, INT64_MIN}},
                                                      {{"p", Type::decimal, 2}, {1230, -5, 0, 99999999}},
                                                      {{"q", Type::decimal, 0}, {3, -4}},
                                                      {{"d", Type::date, 0}, {day, 0, days_from_civil(1899, 12, 31)}},
                                                      {{"t", Type::datetime, 0}, {day * kDayMs, day * kDayMs + 86399000, -kDayMs}},
                                                      {{"b", Type::boolean, 0}, {0, 1}}}) {
    ColumnBuilder builder(spec);
    for (int64_t v : values) builder.append_int(v);
    builder.append_null();
    Column column = builder.finish();
    auto back = column_of_texts(texts_of_column(column), spec);
    ASSERT_TRUE(back) << spec.name;
    EXPECT_TRUE(back->same_values(column)) << spec.name;
  }
}

TEST(CellText, WhatIsNoValueOfTheTypeIsRefused) {
  auto typed = [](std::string_view cell, const ColumnSpec& spec) {
    ColumnBuilder builder(Type::text);
    builder.append_text(cell);
    return column_of_texts(builder.finish(), spec);
  };
  EXPECT_EQ(typed("12.3", {"p", Type::decimal, 2})->int_at(0), 1230);
  for (std::string_view cell : {"12.345", "1.2.3", "", "-", "1e3", "99999999999999999999"}) EXPECT_FALSE(typed(cell, {"p", Type::decimal, 2})) << cell;
  for (std::string_view cell : {"soon", "2024-02-30", "2024-13-01", "2024/01/01", "2024-01-0", "2024-01-011"}) EXPECT_FALSE(typed(cell, {"d", Type::date, 0})) << cell;
  for (std::string_view cell : {"2024-01-01", "2024-01-01T24:00:00", "2024-01-01T10:61:00", "2024-01-01T1"}) EXPECT_FALSE(typed(cell, {"t", Type::datetime, 0})) << cell;
  EXPECT_EQ(typed("yes", {"b", Type::boolean, 0}).error().reason, "table.bad_value");
}

}  // namespace
}  // namespace sluice::table
