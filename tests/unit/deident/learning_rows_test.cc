// Law: techniques that count rows hold for the rows that are written: after a sample and after rows in small classes were dropped no value of `rare`, no
// mean of `microaggregate` stands in fewer than k of them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "base/file.h"
#include "deident/apply.h"
#include "deident/file_rows.h"

namespace sluice::deident {
namespace {

struct LearningRows {
  std::string dir = testing::TempDir() + "/learning_rows_" + std::to_string(::getpid());
  LearningRows() { std::filesystem::create_directories(dir); }
  ~LearningRows() { std::filesystem::remove_all(dir); }

  // How many written rows hold each value of a column.
  std::map<std::string, int> written(const std::string& strategy, const std::string& column) {
    auto read = read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\n" + strategy);
    EXPECT_TRUE(read) << (read ? "" : read.error().reason);
    auto receipt = apply_csv(*read, SecretBytes(Bytes(32, 5)), dir + "/in.csv", dir + "/out.csv");
    EXPECT_TRUE(receipt) << (receipt ? "" : std::string(receipt.error().reason) + " " + receipt.error().detail);
    std::map<std::string, int> out;
    EXPECT_TRUE(read_rows(dir + "/out.csv", {column}, [&](std::span<const std::string_view> cells) {
      out[std::string(cells[0])]++;
      return true;
    }));
    return out;
  }
};

TEST(LearningRows, ASampleIsWhatIsLearntFrom) {
  LearningRows bench;
  std::string text = "id,ward,price\n";
  for (int i = 0; i < 3000; i++) text += "p" + std::to_string(i) + ",w" + std::to_string(i % 60) + "," + std::to_string(i % 211) + "." + std::to_string(i % 10) + "\n";
  ASSERT_TRUE(write_file(bench.dir + "/in.csv", view(text)));
  const std::string sampled = "sample: {column: id, permille: 50}\nfields:\n  - {column: id, technique: pseudonym}\n";
  for (const auto& [value, rows] : bench.written(sampled + "  - {column: ward, technique: rare, k: 5, value: other}\n", "ward"))
    EXPECT_TRUE(value == "other" || rows >= 5) << "a value of few rows";
  for (const auto& [value, rows] : bench.written(sampled + "  - {column: price, technique: microaggregate, k: 5}\n", "price")) EXPECT_GE(rows, 5);
}

TEST(LearningRows, WhatIsDroppedWithSmallClassesIsNotLearntFrom) {
  LearningRows bench;
  // Wards of six rows, of which two stand in classes of their own; a price for each ward.
  std::string text = "age,ward,price\n";
  int odd = 100;
  for (int w = 0; w < 30; w++)
    for (int i = 0; i < 6; i++) text += std::to_string(i < 2 && w < 4 ? odd++ : 40 + w % 3) + ",w" + std::to_string(w) + "," + std::to_string(1000 + w * 7) + "\n";
  ASSERT_TRUE(write_file(bench.dir + "/in.csv", view(text)));
  const std::string dropped = "quasi_identifiers: [age]\nk_min: 5\nsuppress_permille: 100\nfields:\n  - {column: age, technique: keep}\n";
  int left = 0;
  for (const auto& [value, rows] : bench.written(dropped + "  - {column: ward, technique: rare, k: 5, value: other}\n", "ward")) {
    EXPECT_TRUE(value == "other" || rows >= 5) << rows;
    left += rows;
  }
  EXPECT_EQ(left, 172) << "eight rows were dropped";
  for (const auto& [value, rows] : bench.written(dropped + "  - {column: price, technique: microaggregate, k: 5}\n", "price")) EXPECT_GE(rows, 5);
}

}  // namespace
}  // namespace sluice::deident
