// Samples by which the same rows are found under another name.
#include <gtest/gtest.h>

#include <cstring>

#include "node/row_marks.h"

namespace sluice::node {
namespace {

class Sink final : public table::BatchSink {
 public:
  Status append(const table::Batch& batch) override { return rows += batch.rows, Status(); }
  Status finish() override { return {}; }
  size_t rows = 0;
};

// Texts "PREFIX00000001" … of these numbers, with a column of short words beside them.
std::set<uint64_t> sample_of(const std::string& prefix, int from, int to, bool reversed = false, uint64_t seed = 7) {
  table::ColumnBuilder ids({"id", table::Type::text, 0}), words({"word", table::Type::text, 0});
  for (int i = from; i < to; i++) {
    char text[32];
    std::snprintf(text, sizeof text, "%s%08d", prefix.c_str(), reversed ? from + to - 1 - i : i);
    ids.append_text(text);
    words.append_text(i % 2 ? "男" : "女");
  }
  table::Batch batch;
  batch.rows = static_cast<size_t>(to - from);
  if (reversed) batch.columns.push_back(words.finish());
  batch.columns.push_back(ids.finish());
  Sink sink;
  Bytes key(sizeof seed);
  std::memcpy(key.data(), &seed, sizeof seed);
  MarkedRows marked(sink, key);
  EXPECT_TRUE(marked.append(batch));
  EXPECT_EQ(sink.rows, batch.rows) << "rows go on as they are";
  return unpack_marks(marked.marks());
}

TEST(RowMarks, TheSameValuesAreFoundWhateverTheOrderAndThePart) {
  auto whole = sample_of("P", 0, 20000);
  EXPECT_EQ(whole.size(), kRowMarks);
  EXPECT_EQ(same_permille(whole, sample_of("P", 0, 20000, true)), 1000) << "rows and columns in another order";
  EXPECT_EQ(same_permille(whole, sample_of("P", 5000, 10000)), 1000) << "a part of them";
  EXPECT_GT(same_permille(whole, sample_of("P", 8000, 28000)), 500) << "more than half in common";
  EXPECT_EQ(same_permille(sample_of("P", 0, 450), sample_of("P", 0, 449)), 1000) << "small tables";
}

TEST(RowMarks, OtherValuesFewOfThemAndOtherSeedsAreNotTheSame) {
  auto whole = sample_of("P", 0, 20000);
  EXPECT_EQ(same_permille(whole, sample_of("Q", 0, 20000)), 0);
  EXPECT_EQ(same_permille(whole, sample_of("P", 18000, 38000)), 0) << "a tenth in common";
  EXPECT_EQ(same_permille(sample_of("P", 0, 10), sample_of("P", 0, 10)), 0) << "too few to say";
  EXPECT_EQ(same_permille(whole, sample_of("P", 0, 20000, false, 8)), 0) << "nobody without the seed can compare";
  Sink sink;
  EXPECT_TRUE(MarkedRows(sink, {}).marks().empty());
}

TEST(RowMarks, JoiningKeepsTheSmallestOfBothAndPackingKeepsThem) {
  auto a = sample_of("P", 0, 5000), b = sample_of("P", 5000, 10000);
  EXPECT_EQ(join_marks(a, b), sample_of("P", 0, 10000));
  EXPECT_EQ(unpack_marks(pack_marks(a)), a);
}

}  // namespace
}  // namespace sluice::node
