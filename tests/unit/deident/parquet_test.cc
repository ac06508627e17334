// Masking from Parquet to Parquet against the CSV path: cell for cell, count for count, finding for finding.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "codec/csv.h"
#include "codec/record.h"
#include "deident/apply.h"
#include "table/cell_text.h"
#include "table/parquet.h"

namespace sluice::deident {
namespace {

namespace fs = std::filesystem;
using table::Type;

const std::vector<table::ColumnSpec>& visit_specs() {
  static const std::vector<table::ColumnSpec> specs = {{"psn", Type::text, 0}, {"name", Type::text, 0}, {"ward", Type::text, 0}, {"code", Type::text, 0}, {"note", Type::text, 0},
                                                       {"fee", Type::decimal, 2}, {"day", Type::date, 0}, {"number", Type::int64, 0}, {"flag", Type::boolean, 0}};
  return specs;
}

// The same rows as CSV and as Parquet.
class BothFormats : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("sluice_both_" + std::to_string(::getpid()) + "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ / name; }

  void write(size_t rows, const std::string& note = "rest", int64_t number = 7) {
    SeededRandom random(31);
    const auto& specs = visit_specs();
    std::string csv;
    for (size_t c = 0; c < specs.size(); c++) csv += (c ? "," : "") + specs[c].name;
    auto sink = table::create_parquet(path("in.parquet"), specs);
    ASSERT_TRUE(sink) << sink.error().reason;
    for (size_t from = 0; from < rows; from += 50'000) {
      table::Batch batch{.columns = {}, .rows = std::min<size_t>(50'000, rows - from)};
      std::vector<table::ColumnBuilder> builders;
      for (const auto& spec : specs) builders.emplace_back(spec);
      for (size_t r = from; r < from + batch.rows; r++) {
        const std::string id = std::to_string(r);
        builders[0].append_text("P" + std::string(7 - id.size(), '0') + id);
        random.below(9) ? builders[1].append_text("王" + std::to_string(random.below(400))) : builders[1].append_null();
        builders[2].append_text(random.below(3) ? "内科" : "外科");
        builders[3].append_text("A" + std::to_string(random.below(20 + random.below(200))));
        builders[4].append_text(r % 4 == 0 ? note : "没有");
        builders[5].append_int(static_cast<int64_t>(random.below(100'000)));
        random.below(5) ? builders[6].append_int(static_cast<int64_t>(random.below(20'000))) : builders[6].append_null();
        builders[7].append_int(r % 5 == 0 ? number : static_cast<int64_t>(random.below(100)));
        builders[8].append_int(static_cast<int64_t>(random.below(2)));
      }
      for (auto& b : builders) batch.columns.push_back(b.finish());
      for (size_t r = 0; r < batch.rows; r++)
        for (size_t c = 0; c < specs.size(); c++) {
          csv += c ? ',' : '\n';
          table::cell_text_to(csv, batch.columns[c], r);
        }
      ASSERT_TRUE((*sink)->append(batch));
    }
    ASSERT_TRUE((*sink)->finish());
    ASSERT_TRUE(write_file(path("in.csv"), view(csv + "\n")));
  }
  // The written file as lines of cells.
  static std::string lines_of_parquet(const std::string& file) {
    auto stream = table::open_parquet(file);
    EXPECT_TRUE(stream) << stream.error().reason;
    std::string out;
    for (const auto& spec : (*stream)->specs()) out += (out.empty() ? "" : ",") + spec.name;
    while (true) {
      auto batch = (*stream)->next();
      EXPECT_TRUE(batch) << batch.error().reason;
      if (!batch || !*batch) return out + "\n";
      for (size_t r = 0; r < (*batch)->rows; r++)
        for (size_t c = 0; c < (*batch)->columns.size(); c++) {
          out += c ? ',' : '\n';
          table::cell_text_to(out, (*batch)->columns[c], r);
        }
    }
  }
  static Strategy strategy_of(const std::string& body) {
    auto strategy = read_strategy("format: sluice-strategy/1\nid: both\nversion: \"1\"\nunlisted: keep\n" + body);
    EXPECT_TRUE(strategy) << strategy.error().reason << " " << strategy.error().detail;
    return *strategy;
  }
  std::pair<Result<Receipt>, Result<Receipt>> apply_both(const Strategy& strategy) {
    const std::optional<SecretBytes> key(Bytes(32, 5));
    return {apply_csv(strategy, key, path("in.csv"), path("out.csv"), {.threads = 2}), apply_parquet(strategy, key, path("in.parquet"), path("out.parquet"), {.threads = 2})};
  }
  static std::string counts_of(const Receipt& receipt) {
    std::string out;
    for (const auto& column : receipt.columns) out += canonical(encode(column)) + "\n";
    for (const auto& finding : receipt.residual) out += canonical(encode(finding)) + "\n";
    return out + std::to_string(receipt.residual_rows_scanned);
  }
  void expect_alike(const std::string& body) {
    auto [csv, parquet] = apply_both(strategy_of(body));
    ASSERT_TRUE(csv) << csv.error().reason << " " << csv.error().detail;
    ASSERT_TRUE(parquet) << parquet.error().reason << " " << parquet.error().detail;
    EXPECT_EQ(read_text_file(path("out.csv"), 1 << 28).value(), lines_of_parquet(path("out.parquet")));
    EXPECT_EQ(counts_of(*csv), counts_of(*parquet));
    EXPECT_EQ(csv->rows_out, parquet->rows_out);
  }
  bool by_chunks() const { return text(read_file(path("out.parquet"), 1 << 28).value()).find("DuckDB") == std::string_view::npos; }

  fs::path folder_;
};

TEST_F(BothFormats, TechniquesThatNeedTheCellAloneGoByChunksAndGiveTheSame) {
  write(130'000);  // two row groups
  expect_alike("fields:\n  - {column: name, technique: mask, first: 1, last: 0}\n  - {column: code, technique: redact, value: gone}\n");
  EXPECT_TRUE(by_chunks());
  expect_alike("fields:\n  - {column: psn, technique: pseudonym, length: 20}\n  - {column: name, technique: encrypt}\n  - {column: ward, technique: suppress}\n");
  EXPECT_TRUE(by_chunks());
  // Counted for each cell, though enciphered once for each entry.
  expect_alike("fields:\n  - {column: code, technique: format_preserving, kind: code}\n  - {column: name, technique: rare, k: 290, value: other}\n");
  EXPECT_TRUE(by_chunks());
}

TEST_F(BothFormats, WhatNeedsRowsGoesAnotherWayAndGivesTheSame) {
  write(3'000);
  expect_alike("fields:\n  - {column: name, technique: mask, first: 1, last: 0, when: {column: ward, is: [内科]}, otherwise: keep}\n");
  EXPECT_FALSE(by_chunks());
  expect_alike("fields:\n  - {column: code, technique: permute}\n");
  EXPECT_FALSE(by_chunks());
  expect_alike("quasi_identifiers: [ward]\nfields:\n  - {column: name, technique: mask, first: 1, last: 0}\n");
  EXPECT_FALSE(by_chunks());
}

TEST_F(BothFormats, WhatIsLeftInAKeptColumnIsFoundInEveryCell) {
  const Strategy strategy = strategy_of("fields:\n  - {column: name, technique: mask, first: 1, last: 0}\n");
  write(4'000, "电话 13812345678");
  auto [csv, parquet] = apply_both(strategy);
  ASSERT_FALSE(csv);
  ASSERT_FALSE(parquet);
  EXPECT_EQ(csv.error().reason, "deident.residual_found");
  EXPECT_EQ(csv.error().detail, "column 5: phone in 1000 cells");
  EXPECT_EQ(parquet.error().detail, csv.error().detail);
  EXPECT_FALSE(fs::exists(path("out.parquet")));
  write(4'000, "rest", 13912345678);
  auto [csv_number, parquet_number] = apply_both(strategy);
  EXPECT_EQ(csv_number.error().detail, "column 8: phone in 800 cells");
  EXPECT_EQ(parquet_number.error().detail, "column 8: phone in 800 cells");
}

TEST_F(BothFormats, ARefusedValueRefusesTheRun) {
  write(500);
  auto [csv, parquet] = apply_both(strategy_of("fields:\n  - {column: note, technique: band, width: 10, on_failure: refuse}\n"));
  ASSERT_FALSE(csv);
  ASSERT_FALSE(parquet);
  EXPECT_EQ(csv.error().reason, "deident.value_refused");
  EXPECT_EQ(parquet.error().reason, "deident.value_refused");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2);
}

}  // namespace
}  // namespace sluice::deident
