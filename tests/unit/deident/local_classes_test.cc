// Laws of local recoding inside a strategy: what is written holds k and the targets, no cell is coarser than without it and some are finer; classes that are too
// small at the coarsest heights are left out or refuse the run; where it cannot hold what it promises it is refused.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "deident/apply.h"
#include "deident/file_rows.h"

namespace sluice::deident {
namespace {

struct Bench {
  std::string dir = testing::TempDir() + "/local_classes_" + std::to_string(::getpid());
  std::vector<std::string> columns{"age", "place", "sex", "diag"};
  Bench() { std::filesystem::create_directories(dir); }
  ~Bench() { std::filesystem::remove_all(dir); }

  // 900 rows: many of the forties in one place, few elsewhere; `more` are appended.
  void people(const std::string& more = "") const {
    std::string text = "age,place,sex,diag\n";
    for (int i = 0; i < 900; i++) {
      const int age = i % 3 ? 40 + i % 10 : 20 + i * 7 % 60;
      text += std::to_string(age) + ",4403" + (i % 5 ? "05" : i % 2 ? "06" : "07") + "," + (i % 2 ? "男" : "女") + ",d" + std::to_string(i / 6 % 6) + "\n";
    }
    ASSERT_TRUE(write_file(dir + "/in.csv", view(text + more)));
  }
  static Result<Strategy> strategy(const std::string& how, const std::string& more = "k_min: 6\n") {
    return read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\nquasi_identifiers: [age, place, sex]\n" + more + "fields:\n" +
                         "  - {column: age, technique: hierarchy, hierarchy: age, height: 4" + how + "}\n  - {column: place, technique: hierarchy, hierarchy: division, height: 1" + how + "}\n");
  }
  Result<Receipt> run(const Strategy& strategy) const { return apply_csv(strategy, SecretBytes(Bytes(32, 5)), dir + "/in.csv", dir + "/out.csv"); }
  std::vector<std::vector<std::string>> written() const {
    std::vector<std::vector<std::string>> out;
    EXPECT_TRUE(read_rows(dir + "/out.csv", columns, [&](std::span<const std::string_view> cells) {
      out.emplace_back(cells.begin(), cells.end());
      return true;
    }));
    return out;
  }
};

// Rows and different diagnoses of the smallest class.
std::pair<size_t, size_t> least(const std::vector<std::vector<std::string>>& rows) {
  std::map<std::vector<std::string>, std::pair<size_t, std::set<std::string>>> classes;
  for (const auto& row : rows) {
    auto& [n, values] = classes[{row[0], row[1], row[2]}];
    n++;
    values.insert(row[3]);
  }
  std::pair<size_t, size_t> out{SIZE_MAX, SIZE_MAX};
  for (const auto& [key, c] : classes) out = {std::min(out.first, c.first), std::min(out.second, c.second.size())};
  return out;
}

TEST(LocalClasses, HoldKAndTargetsAndAreNeverCoarserThanTheFullDomain) {
  Bench bench;
  bench.people();
  auto plain = bench.run(*Bench::strategy(""));
  ASSERT_TRUE(plain) << plain.error().reason;
  const auto coarse = bench.written();
  for (const char* more : {"k_min: 6\n", "k_min: 6\ntargets: {diversity: [{column: diag, l: 4}]}\n", "k_min: 6\ntargets: {closeness: [{column: diag, t_permille: 400}], risk_permille_max: 50}\n"}) {
    auto strategy = Bench::strategy(", lowest: 0", more);
    ASSERT_TRUE(strategy) << strategy.error().reason;
    auto receipt = bench.run(*strategy);
    ASSERT_TRUE(receipt) << more << receipt.error().reason << " " << receipt.error().detail;
    const auto fine = bench.written();
    ASSERT_EQ(fine.size(), coarse.size());
    const auto [k, l] = least(fine);
    EXPECT_GE(k, std::string_view(more).find("risk") != std::string_view::npos ? 20u : 6u);
    EXPECT_GE(l, std::string_view(more).find("l: 4") != std::string_view::npos ? 4u : 1u);
    size_t finer = 0;
    for (size_t r = 0; r < fine.size(); r++) finer += fine[r][0] != coarse[r][0] || fine[r][1] != coarse[r][1];
    EXPECT_GT(finer, fine.size() / 2) << more;
    EXPECT_GT(receipt->risk_after->classes, plain->risk_after->classes);
    for (const auto& model : receipt->models) EXPECT_TRUE(model.holds) << model.model;
    ASSERT_EQ(receipt->columns[0].parameters->find("lowest")->as_int(), 0);
  }
  // From a height on: no cell is finer than that.
  auto bounded = read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\nquasi_identifiers: [age]\nk_min: 6\nfields:\n  - {column: age, technique: hierarchy, hierarchy: age, height: 4, lowest: 2}\n");
  ASSERT_TRUE(bounded && bench.run(*bounded));
  for (const auto& row : bench.written()) EXPECT_NE(row[0].find('-'), std::string::npos) << "a group of ten years at least";
}

TEST(LocalClasses, WhatIsSmallAtTheCoarsestIsLeftOutWithinTheLimitOrRefusesTheRun) {
  Bench bench;
  bench.people("31,110101,男,d1\n33,110101,男,d2\n");
  auto refused = bench.run(*Bench::strategy(", lowest: 0"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "deident.k_too_small");
  auto receipt = bench.run(*Bench::strategy(", lowest: 0", "k_min: 6\nsuppress_permille: 10\n"));
  ASSERT_TRUE(receipt) << receipt.error().reason;
  EXPECT_EQ(receipt->rows_suppressed, 2u);
  EXPECT_GE(least(bench.written()).first, 6u);
}

TEST(LocalClasses, EmptyAndUnknownCellsAreEmptyInEveryClass) {
  Bench bench;
  std::string more;
  for (int i = 0; i < 12; i++) more += ",440305,女,d" + std::to_string(i % 6) + "\nold,440305,女,d" + std::to_string(i % 6) + "\n";
  bench.people(more);
  auto receipt = bench.run(*Bench::strategy(", lowest: 0"));
  ASSERT_TRUE(receipt) << receipt.error().reason;
  EXPECT_EQ(receipt->columns[0].nulls, 12u);
  EXPECT_EQ(receipt->columns[0].failed, 12u);
  for (const auto& row : bench.written()) EXPECT_NE(row[0], "old");
}

TEST(LocalClasses, OfASampleAreMadeOfItsRowsAlone) {
  Bench bench;
  bench.people();
  auto sampled = Bench::strategy(", lowest: 0", "k_min: 6\nsample: {column: diag, permille: 600}\n");
  ASSERT_TRUE(sampled);
  auto receipt = bench.run(*sampled);
  ASSERT_TRUE(receipt) << receipt.error().reason;
  EXPECT_GT(receipt->rows_not_sampled.value_or(0), 0u);
  EXPECT_GE(least(bench.written()).first, 6u);
}

TEST(LocalClasses, AreRefusedWhereTheyCannotHoldWhatTheyPromise) {
  auto reason = [](const Result<Strategy>& s) { return s ? std::string("read") : std::string(s.error().reason); };
  EXPECT_EQ(reason(Bench::strategy(", lowest: 0", "")), "strategy.local_wants");
  EXPECT_EQ(reason(Bench::strategy(", lowest: 0", "k_min: 1\n")), "strategy.local_wants");
  EXPECT_EQ(reason(Bench::strategy(", lowest: 0", "k_min: 5\ntargets: {presence_permille_max: 500}\n")), "strategy.local_wants");
  EXPECT_EQ(reason(Bench::strategy(", lowest: 4")), "strategy.bad_parameter");
  EXPECT_EQ(reason(Bench::strategy(", lowest: -1")), "strategy.bad_parameter");
  EXPECT_EQ(reason(Bench::strategy(", lowest: 0, when: {column: sex, is: [男]}")), "strategy.bad_parameter");
  const std::string head = "format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\nk_min: 5\nquasi_identifiers: ";
  EXPECT_EQ(reason(read_strategy(head + "[sex]\nfields:\n  - {column: age, technique: hierarchy, hierarchy: age, height: 4, lowest: 1}\n")), "strategy.local_wants");
  EXPECT_EQ(reason(read_strategy(head + "[age]\nfields:\n  - {column: age, technique: band, width: 5, lowest: 1}\n")), "strategy.bad_parameter");

  Bench bench;
  bench.people();
  // What hangs on other cells, or on the whole column, cannot stand in a class; nor can what the classes are made of be judged as sensitive.
  for (const char* sex : {"{column: sex, technique: permute}", "{column: sex, technique: rare, k: 3}", "{column: sex, technique: encrypt, mode: randomised}", "{column: sex, technique: redact, value: x, when: {column: diag, is: [d1]}}"}) {
    auto strategy = read_strategy(head + "[age, sex]\nfields:\n  - {column: age, technique: hierarchy, hierarchy: age, height: 4, lowest: 1}\n  - " + sex + "\n");
    ASSERT_TRUE(strategy);
    auto done = bench.run(*strategy);
    ASSERT_FALSE(done) << sex;
    EXPECT_EQ(done.error().reason, "strategy.local_beside") << sex;
  }
  auto itself = read_strategy(head + "[age]\ntargets: {diversity: [{column: age, l: 2}]}\nfields:\n  - {column: age, technique: hierarchy, hierarchy: age, height: 4, lowest: 1}\n");
  ASSERT_TRUE(itself);
  EXPECT_EQ(bench.run(*itself).error().reason, "strategy.local_beside");
  EXPECT_FALSE(std::filesystem::exists(bench.dir + "/out.csv"));
}

}  // namespace
}  // namespace sluice::deident
