#include "table/classes.h"

#include <gtest/gtest.h>

#include <map>

namespace sluice::table {
namespace {

std::vector<KeyColumn> random_key_columns(uint64_t seed, size_t rows, const std::vector<uint32_t>& cardinalities) {
  std::vector<KeyColumn> columns;
  uint64_t x = seed * 2654435761 + 1;
  for (uint32_t cardinality : cardinalities) {
    std::vector<int64_t> values(rows);
    for (auto& v : values) {
      x = x * 6364136223846793005 + 1442695040888963407;
      v = static_cast<int64_t>((x >> 33) % cardinality);
    }
    columns.push_back(key_column(std::span<const int64_t>(values)));
  }
  return columns;
}

std::map<uint64_t, uint64_t> naive_histogram(const std::vector<KeyColumn>& columns) {
  std::map<std::vector<uint32_t>, uint64_t> classes;
  for (size_t r = 0; r < columns[0].codes.size(); r++) {
    std::vector<uint32_t> key;
    for (const auto& c : columns) key.push_back(c.codes[r]);
    classes[key]++;
  }
  std::map<uint64_t, uint64_t> histogram;
  for (const auto& [key, n] : classes) histogram[n]++;
  return histogram;
}

TEST(Classes, EqualANaiveMapWhateverTheKeySpaceAndThreads) {
  std::vector<std::vector<uint32_t>> shapes = {{1}, {7}, {3, 5}, {1000, 1000, 1000}, {50, 2, 90, 300}, {60000, 60000, 60000, 60000, 60000}};
  for (size_t s = 0; s < shapes.size(); s++)
    for (size_t rows : {1ul, 17ul, 3000ul, 60000ul})
      for (unsigned threads : {1u, 3u}) {
        auto columns = random_key_columns(s + rows, rows, shapes[s]);
        auto count = count_classes(std::span<const KeyColumn>(columns), {.threads = threads});
        ASSERT_TRUE(count);
        auto expected = naive_histogram(columns);
        ASSERT_EQ(count->histogram, expected);
        ASSERT_EQ(count->k_min, expected.begin()->first);
        ASSERT_EQ(count->rows, rows);
      }
}

TEST(Classes, RowClassesGiveEachRowTheSizeOfItsClass) {
  auto columns = random_key_columns(5, 5000, {40, 40});
  std::vector<const KeyColumn*> pointers = {&columns[0], &columns[1]};
  auto classes = row_classes(pointers);
  ASSERT_TRUE(classes);
  uint64_t sum = 0;
  for (uint32_t n : classes->size_of_class) sum += n;
  EXPECT_EQ(sum, 5000u);
  for (size_t i = 1; i < 5000; i++) {
    bool same = columns[0].codes[i] == columns[0].codes[0] && columns[1].codes[i] == columns[1].codes[0];
    EXPECT_EQ(same, classes->class_of_row[i] == classes->class_of_row[0]);
  }
}

TEST(Classes, NullIsAValueOfItsOwn) {
  KeyEncoder encoder;
  encoder.add("");
  encoder.add_null();
  encoder.add("");
  encoder.add_null();
  KeyColumn column = encoder.finish();
  EXPECT_EQ(column.codes, (std::vector<uint32_t>{0, 1, 0, 1}));
}

// Short and long texts, integers, nulls: codes are equal exactly for equal values, in order of first appearance.
TEST(KeyEncoder, GivesTheCodesOfANaiveMapForTextsOfEveryLength) {
  std::map<std::string, uint32_t> naive;
  std::vector<uint32_t> expected;
  KeyEncoder encoder;
  uint64_t x = 3;
  for (int i = 0; i < 30000; i++) {
    x = x * 6364136223846793005 + 1442695040888963407;
    std::string text;
    for (uint64_t n = (x >> 60); n > 0; n--) text += static_cast<char>(x >> (n * 3) & 3);  // zeros too
    encoder.add(text);
    expected.push_back(naive.emplace(text, static_cast<uint32_t>(naive.size())).first->second);
  }
  KeyColumn column = encoder.finish();
  EXPECT_EQ(column.codes, expected);
  EXPECT_EQ(column.cardinality, naive.size());
}

TEST(KeyEncoder, SeveralJoinedAreAsOneThatTookAll) {
  for (Type type : {Type::text, Type::int64}) {
    std::vector<KeyEncoder> parts(3);
    KeyEncoder one;
    uint64_t x = 9;
    for (size_t part = 0; part < parts.size(); part++) {
      ColumnBuilder builder(type);
      for (int i = 0; i < 2000; i++) {
        x = x * 6364136223846793005 + 1442695040888963407;
        int64_t value = static_cast<int64_t>(x >> 33) % 700 - 350;
        if (value % 50 == 0) builder.append_null();
        else if (type == Type::text) builder.append_text(std::string(static_cast<size_t>(value + 350) % 12, 'a') + std::to_string(value));
        else builder.append_int(value);
      }
      Column column = builder.finish();
      parts[part].add(column);
      one.add(column);
    }
    KeyColumn joined = KeyEncoder::join(parts), whole = one.finish();
    EXPECT_EQ(joined.codes, whole.codes);
    EXPECT_EQ(joined.cardinality, whole.cardinality);
  }
}

TEST(Classes, RowsAreNumberedByTheFirstRowOfTheirClassWhateverTheKeySpaceAndThreads) {
  std::vector<std::vector<uint32_t>> shapes = {{7}, {3, 5}, {1000, 1000}, {50000, 50000, 3}, {60000, 60000, 60000, 60000, 60000}};
  for (const auto& shape : shapes)
    for (unsigned threads : {1u, 3u}) {
      auto columns = random_key_columns(shape.size(), 60000, shape);
      columns.push_back(columns[0]);
      std::vector<const KeyColumn*> pointers;
      for (const auto& c : columns) pointers.push_back(&c);
      auto classes = row_classes(pointers, {.threads = threads});
      ASSERT_TRUE(classes);
      std::map<std::vector<uint32_t>, uint32_t> naive;
      std::vector<uint32_t> sizes;
      for (size_t r = 0; r < 60000; r++) {
        std::vector<uint32_t> key;
        for (const auto& c : columns) key.push_back(c.codes[r]);
        uint32_t number = naive.emplace(key, static_cast<uint32_t>(naive.size())).first->second;
        sizes.resize(naive.size());
        sizes[number]++;
        ASSERT_EQ(classes->class_of_row[r], number);
      }
      EXPECT_EQ(classes->size_of_class, sizes);
    }
}

TEST(Classes, RaggedAndHugeAreRefusedAndEmptyIsHonest) {
  auto a = random_key_columns(1, 10, {3})[0], b = random_key_columns(1, 11, {3})[0];
  std::vector<const KeyColumn*> ragged = {&a, &b};
  EXPECT_EQ(count_classes(ragged).error().reason, "classes.ragged");
  std::vector<const KeyColumn*> one = {&a};
  EXPECT_EQ(count_classes(one, {.bytes_max = 10}).error().reason, "classes.too_large");
  KeyColumn empty;
  std::vector<const KeyColumn*> none = {&empty};
  EXPECT_EQ(count_classes(none)->k_min, 0u);
  EXPECT_EQ(risk_of(*count_classes(none), 0.2).prosecutor.highest, 0);
}

TEST(Risk, FollowsTheFormulas) {
  // Classes of 1, 2 and 5 rows.
  ClassCount count{.rows = 8, .classes = 3, .k_min = 1, .histogram = {{1, 1}, {2, 1}, {5, 1}}};
  Risk r = risk_of(count, 0.2);
  EXPECT_DOUBLE_EQ(r.prosecutor.highest, 1.0);
  EXPECT_DOUBLE_EQ(r.prosecutor.average, 3.0 / 8);
  EXPECT_DOUBLE_EQ(r.prosecutor.share_at_risk, 3.0 / 8);
  EXPECT_DOUBLE_EQ(r.marketer, 3.0 / 8);
  EXPECT_DOUBLE_EQ(r.journalist.highest, 1.0);
  EXPECT_DOUBLE_EQ(r.journalist.share_at_risk, 3.0 / 8);
  EXPECT_EQ(count.unique_rows(), 1u);
  EXPECT_EQ(count.rows_below(5), 3u);
}

TEST(Risk, AgainstAPopulationTable) {
  std::vector<int64_t> values = {1, 2, 2, /* population */ 1, 1, 1, 1, 2, 2, 3};
  KeyColumn column = key_column(std::span<const int64_t>(values));
  std::vector<const KeyColumn*> columns = {&column};
  auto risk = risk_against_population(columns, 3, 0.3);
  ASSERT_TRUE(risk);
  EXPECT_DOUBLE_EQ(risk->journalist.highest, 0.5);
  EXPECT_DOUBLE_EQ(risk->prosecutor.highest, 1.0);
  EXPECT_DOUBLE_EQ(risk->marketer, (0.25 + 0.5 * 2) / 3);
}

}  // namespace
}  // namespace sluice::table
