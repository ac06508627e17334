#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "deident/mark.h"
#include "deident/trace_code.h"

namespace sluice::deident {
namespace {

constexpr const char* kMarkStrategy = R"(format: sluice-strategy/1
id: marks
version: "1"
unlisted: keep
quasi_identifiers: [sex]
k_min: 100
fields:
  - {column: id, technique: keep}
marks:
  row_key: id
  one_in: 2
  carriers:
    - {column: amount, kind: low_digit}
    - {column: day, kind: day}
    - {column: mode, kind: equivalent, pair: [门诊, 普通门诊]}
)";

using Rows = std::vector<std::vector<std::string>>;

struct TraceBench {
  std::string dir = testing::TempDir() + "/trace_" + std::to_string(::getpid()) + "_" + std::to_string(made()++);
  Strategy strategy = *read_strategy(kMarkStrategy);
  SecretBytes key{Bytes(32, 11)};
  std::vector<std::string> candidates;

  static int& made() {
    static int count = 0;
    return count;
  }
  explicit TraceBench(int rows) {
    std::filesystem::create_directories(dir);
    std::string data = "id,sex,amount,day,mode\n";
    SeededRandom random(1);
    for (int i = 0; i < rows; i++) {
      char line[160];
      std::snprintf(line, sizeof line, "p%d,%d,%u.%02u,2024-%02u-%02u,%s\n", i, i % 2, static_cast<unsigned>(random.below(5000)), static_cast<unsigned>(random.below(100)),
                    static_cast<unsigned>(1 + random.below(12)), static_cast<unsigned>(1 + random.below(28)), i % 3 ? "门诊" : "住院");
      data += line;
    }
    EXPECT_TRUE(write_file(dir + "/base.csv", view(data)));
    for (int i = 0; i < 200; i++) candidates.push_back("recipient-" + std::to_string(i));
  }
  ~TraceBench() { std::filesystem::remove_all(dir); }

  Rows copy_of(int recipient) {
    std::string out = dir + "/copy.csv";
    auto receipt = mark_csv(strategy, key, candidates[static_cast<size_t>(recipient)], dir + "/base.csv", out);
    EXPECT_TRUE(receipt) << (receipt ? "" : receipt.error().reason);
    EXPECT_GE(*receipt->k_min, 100u);
    return parse(*read_text_file(out, 1u << 27));
  }
  static Rows parse(const std::string& text) {
    Rows rows;
    for (size_t at = 0; at < text.size();) {
      size_t end = text.find('\n', at);
      std::vector<std::string> row;
      for (size_t from = at; from <= end;) {
        size_t to = std::min(text.find(',', from), end);
        row.push_back(text.substr(from, to - from));
        from = to + 1;
      }
      rows.push_back(std::move(row));
      at = end + 1;
    }
    return rows;
  }
  // The names accused for a suspect of these rows, with only these columns.
  std::vector<std::string> accused(const Rows& rows, const std::vector<size_t>& columns = {0, 1, 2, 3, 4}) {
    std::string text;
    for (const auto& row : rows) {
      for (size_t c = 0; c < columns.size(); c++) text += (c ? "," : "") + row[columns[c]];
      text += '\n';
    }
    EXPECT_TRUE(write_file(dir + "/suspect.csv", view(text)));
    auto report = trace_csv(strategy, key, candidates, dir + "/suspect.csv");
    EXPECT_TRUE(report) << (report ? "" : report.error().reason);
    std::vector<std::string> out;
    for (const auto& r : report->recipients)
      if (r.accused) out.push_back(r.recipient);
    std::sort(out.begin(), out.end());
    return out;
  }
};

Rows half_shuffled(Rows rows, uint64_t seed) {
  SeededRandom random(seed);
  for (size_t i = rows.size() - 1; i > 1; i--) std::swap(rows[i], rows[1 + random.below(i)]);
  rows.resize(1 + (rows.size() - 1) / 2);
  return rows;
}

TEST(Trace, OneLeakerIsNamedAfterDeletionShufflingColumnLossAndRounding) {
  TraceBench bench(50000);
  Rows copy = half_shuffled(bench.copy_of(17), 2);
  const std::vector<std::string> only = {"recipient-17"};
  EXPECT_EQ(bench.accused(copy), only);
  for (size_t carrier : {2u, 3u, 4u}) EXPECT_EQ(bench.accused(copy, {carrier, 0}), only) << "one carrier left: " << carrier;
  Rows rounded = copy;
  for (size_t r = 1; r < rounded.size(); r++) rounded[r][2] = rounded[r][2].substr(0, rounded[r][2].find('.')) + ".00";
  EXPECT_EQ(bench.accused(rounded), only) << "the other carriers speak";
  Rows tenth(copy.begin(), copy.begin() + 5001);
  EXPECT_EQ(bench.accused(tenth), only) << "90 % deleted";
}

// The least that is marked: a thousand rows with one carrier, a thousand symbols.
TEST(Trace, OneLeakerOfAThousandRowsIsNamedByTheWholeCopyAndByHalfOfIt) {
  TraceBench bench(1000);
  bench.strategy.marks->one_in = 1;
  bench.strategy.marks->carriers.resize(1);
  ASSERT_EQ(symbols_expected(*bench.strategy.marks, 1000, 1), kMarkSymbolsMin);
  for (int leaker : {5, 60, 131, 199}) {
    const std::vector<std::string> only = {bench.candidates[static_cast<size_t>(leaker)]};
    Rows copy = bench.copy_of(leaker);
    EXPECT_EQ(bench.accused(copy), only);
    EXPECT_EQ(bench.accused(half_shuffled(copy, static_cast<uint64_t>(leaker))), only);
  }
  EXPECT_TRUE(bench.accused(TraceBench::parse(*read_text_file(bench.dir + "/base.csv", 1u << 27))).empty()) << "who has no marked copy is not named";
}

TEST(Trace, WhatCountsIsTheNumberOfCellsThatCarryASymbol) {
  MarkPlan plan{.row_key = "id", .one_in = 10, .carriers = {}};
  EXPECT_FALSE(enough_to_mark(plan, 4000, 1));
  EXPECT_TRUE(enough_to_mark(plan, 4000, 3));
  EXPECT_FALSE(enough_to_mark(plan, kMarkRowsMin - 1, 100)) << "few rows, however many carriers";
}

TEST(Trace, ThreeWhoMixTheirCopiesAreNamedAndNobodyElseIs) {
  TraceBench bench(50000);
  const std::vector<int> guilty = {3, 90, 151};
  std::vector<Rows> copies;
  for (int g : guilty) copies.push_back(bench.copy_of(g));
  const std::vector<std::string> names = {"recipient-151", "recipient-3", "recipient-90"};
  SeededRandom random(5);
  Rows by_row = copies[0], by_majority = copies[0], by_minority = copies[0];
  for (size_t r = 1; r < by_row.size(); r++) {
    by_row[r] = copies[random.below(3)][r];
    for (size_t c = 2; c < 5; c++) {
      const std::string &x = copies[0][r][c], &y = copies[1][r][c], &z = copies[2][r][c];
      by_majority[r][c] = y == z ? y : x;
      by_minority[r][c] = x == y ? z : x == z ? y : x;
    }
  }
  EXPECT_EQ(bench.accused(half_shuffled(by_row, 6)), names);
  EXPECT_EQ(bench.accused(half_shuffled(by_majority, 7)), names);
  auto minority = bench.accused(half_shuffled(by_minority, 8));
  EXPECT_FALSE(minority.empty());
  for (const auto& name : minority) EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << "an innocent was named";
}

TEST(Trace, WithoutMarksOrWithAnotherKeyNobodyIsNamed) {
  TraceBench bench(20000);
  Rows unmarked = TraceBench::parse(*read_text_file(bench.dir + "/base.csv", 1u << 27));
  EXPECT_TRUE(bench.accused(unmarked).empty());
  Rows copy = bench.copy_of(1);
  bench.key = SecretBytes(Bytes(32, 12));
  EXPECT_TRUE(bench.accused(copy).empty());
}

TEST(Trace, InnocentScoresStayBelowTheirBound) {
  TraceCode code(SecretBytes(Bytes(32, 1)));
  std::vector<double> weights(kTraceCodeLength);
  auto bits = code.bits_of("guilty");
  for (size_t i = 0; i < weights.size(); i++) weights[i] = bits[i] ? 1 : -1;
  EXPECT_LT(code.score("guilty", weights).false_accusation, 1e-30);
  int above_two = 0;
  for (int i = 0; i < 4000; i++) {
    auto score = code.score("innocent" + std::to_string(i), weights);
    above_two += score.deviations > 2;
    EXPECT_GT(score.false_accusation, 1e-6);
  }
  EXPECT_NEAR(above_two / 4000.0, 0.0228, 0.012);
}

TEST(Trace, MarksGoOnlyWhereThereIsSlack) {
  TraceBench bench(6000);
  auto reason = [&](const std::string& from, const std::string& to) {
    std::string text = kMarkStrategy;
    text.replace(text.find(from), from.size(), to);
    auto strategy = read_strategy(text);
    if (!strategy) return std::string(strategy.error().reason);
    auto result = mark_csv(*strategy, bench.key, "r", bench.dir + "/base.csv", bench.dir + "/x.csv");
    return result ? std::string("fine") : std::string(result.error().reason);
  };
  EXPECT_EQ(reason("one_in: 2", "one_in: 3"), "fine");
  EXPECT_EQ(reason("column: amount", "column: medfee_sumamt"), "mark.bad_plan");
  EXPECT_EQ(reason("column: day, kind: day", "column: id, kind: day"), "mark.bad_plan");
  EXPECT_EQ(reason("pair: [门诊, 普通门诊]", "pair: [门诊]"), "mark.bad_plan");
  EXPECT_EQ(reason("  - {column: id, technique: keep}", "  - {column: day, technique: date, unit: year}"), "mark.bad_plan");
  EXPECT_EQ(reason("k_min: 100", "k_min: 4000"), "mark.k_too_small");
  TraceBench few(100);
  EXPECT_EQ(mark_csv(few.strategy, few.key, "r", few.dir + "/base.csv", few.dir + "/y.csv").error().reason, "mark.too_few_rows");
  EXPECT_FALSE(std::filesystem::exists(few.dir + "/y.csv"));
  // Only the slack changes: whole yuan, months and everything else stay.
  Rows base = TraceBench::parse(*read_text_file(bench.dir + "/base.csv", 1u << 27)), copy = bench.copy_of(2);
  size_t changed = 0;
  for (size_t r = 1; r < base.size(); r++) {
    EXPECT_EQ(copy[r][0], base[r][0]);
    EXPECT_EQ(copy[r][1], base[r][1]);
    EXPECT_LE(std::abs(std::stod(copy[r][2]) - std::stod(base[r][2])), 0.0101);
    EXPECT_EQ(copy[r][3].substr(0, 7), base[r][3].substr(0, 7));
    changed += copy[r] != base[r];
  }
  EXPECT_GT(changed, base.size() / 4);
}

}  // namespace
}  // namespace sluice::deident
