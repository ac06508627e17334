// The network that is mixed with the linear model (classify/network.h), on one small enough to be reckoned by hand.
#include "classify/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "classify/classify.h"

namespace sluice::classify {
namespace {

using rules::NetworkPack;
using rules::NetworkShape;

// Two types. Mark 7 lights number 0 of a column, mark 9 number 47; what the column lights speaks for the second type, what stands
// in its table for the first.
NetworkPack small() {
  NetworkShape shape(2);
  NetworkPack pack{.pack = "resemblance_network", .version = "1", .effective_from = "2026-01-01", .types = {"phone", "email"}, .row_step_micro = 100'000, .dense_step_nano = 1'000'000, .linear_permille = 500,
                   .network_permille = 1000, .marks = {7, 0, 0, 0, 9, 0, 0, 0}, .rows = Bytes(2 * NetworkShape::kRow, 0x88), .dense = Bytes(2 * shape.size(), 0)};
  pack.rows[0] = 0x8C;                                                  // +4 at number 0
  pack.rows[NetworkShape::kWidth / 2] = 5;                              // times 5 steps of 0.1
  pack.rows[NetworkShape::kRow + NetworkShape::kWidth / 2 - 1] = 0x78;  // -1 at number 47
  pack.rows[2 * NetworkShape::kRow - 1] = 10;
  auto weight = [&](size_t at, int16_t thousandths) { pack.dense[2 * at] = static_cast<uint8_t>(thousandths), pack.dense[2 * at + 1] = static_cast<uint8_t>(static_cast<uint16_t>(thousandths) >> 8); };
  weight(shape.out() + NetworkShape::kWidth * 2 + 1, 1500);                     // first layer, number 0 → second type
  weight(shape.second() + NetworkShape::kWidth * NetworkShape::kWidth, 1000);   // the table's number 0 → second layer's number 0
  weight(shape.out(), 1000);                                                    // second layer, number 0 → first type
  return pack;
}

std::vector<std::vector<float>> mixed(const NetworkPack& pack, const std::vector<std::vector<uint32_t>>& columns) {
  Network network(pack);
  std::vector<Network::Sums> seen(columns.size());
  for (size_t k = 0; k < columns.size(); k++) network.add(columns[k], seen[k]);
  std::vector<size_t> said(columns.size(), SIZE_MAX);
  std::vector<std::vector<float>> scores(columns.size(), {1, 3});
  network.mix(seen, said, scores);
  return scores;
}

TEST(Network, MixesWhatItMakesOfAColumnWithTheLinearModel) {
  auto scores = mixed(small(), {{7}});
  // Number 0 is 4 · 5 · 0.1 = 2: log-odds 2 (by the table of one column) against 3; the linear model has 1 against 3, halved.
  EXPECT_NEAR(scores[0][1] - scores[0][0], (3 - 2) + 0.5 * (3 - 1), 1e-4);
  EXPECT_FLOAT_EQ(scores[0][1], 3) << "the best stays as high as it was";
}

TEST(Network, SeesTheTableAndNothingBelowZero) {
  auto scores = mixed(small(), {{7}, {9}});
  EXPECT_NEAR(scores[0][1] - scores[0][0], (3 - 1) + 1, 1e-4) << "the mean over two columns";
  EXPECT_NEAR(scores[1][1] - scores[1][0], -1 + 1, 1e-4) << "a column without light still stands in its table";
}

TEST(MarkIndex, FindsWhatThePackHasAndNothingElse) {
  for (uint32_t count : {0u, 1u, 2u, 7u, 1000u}) {
    Bytes marks;
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < count; i++) all.push_back(i * 4'000'003u + i / 3);
    std::sort(all.begin(), all.end());
    if (count >= 2) all.front() = 0, all.back() = UINT32_MAX;
    for (uint32_t mark : all)
      for (int shift : {0, 8, 16, 24}) marks.push_back(static_cast<uint8_t>(mark >> shift));
    MarkIndex index(marks);
    for (uint32_t i = 0; i < count; i++) EXPECT_EQ(index.find(all[i]), i);
    for (uint32_t other : {1u, 5u, 123'456'789u, UINT32_MAX - 1}) EXPECT_EQ(index.find(other), UINT32_MAX) << count;
  }
}

TEST(Network, AnUnknownMarkSaysNothing) {
  auto known = mixed(small(), {{7}}), more = mixed(small(), {{7, 8, 1'000'000}});
  EXPECT_EQ(known, more);
}

TEST(Network, ASetWithoutItLeavesTheLinearModelAlone) {
  Network none{NetworkPack()};
  EXPECT_TRUE(none.empty());
  Network::Sums sums;
  none.add(std::vector<uint32_t>{1, 2, 3}, sums);
  EXPECT_EQ(sums.steps, Network::Sums().steps);
}

TEST(Network, StandsInTheBuiltInRulesAndReasonsNameWords) {
  EXPECT_FALSE(rules::RuleSet::built_in().network.types.empty());
  FieldInput f;
  f.table = "t_yl_jl", f.column = "zlfa", f.comment = "牙周基础治疗方案描述", f.type = "varchar(200)";
  auto verdicts = Classifier::built_in().classify({&f, 1});
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_FALSE(verdicts[0].reasons.empty());
  EXPECT_EQ(verdicts[0].category, Category::medical);
}

}  // namespace
}  // namespace sluice::classify
