#include "table/parquet.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "tests/support/random_table.h"

namespace sluice::table {
namespace {

namespace fs = std::filesystem;

class Parquet : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("sluice parquet [*] " + std::to_string(::getpid()) + "_" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ / name; }

  Bytes random_file(size_t rows) {
    SeededRandom random(3);
    auto sink = create_parquet(path("t.parquet"), testing::every_type());
    EXPECT_TRUE((*sink)->append(testing::random_batch(testing::every_type(), random, rows, 9)));
    EXPECT_TRUE((*sink)->finish());
    return read_file(path("t.parquet"), 1 << 24).value();
  }
  // The whole file, or the first reason why not.
  std::string read_all(const std::string& file, MemoryTable* into = nullptr) {
    auto stream = open_parquet(file, {.memory_bytes = 256u << 20, .threads = 2});
    if (!stream) return std::string(stream.error().reason);
    while (true) {
      auto batch = (*stream)->next();
      if (!batch) return std::string(batch.error().reason);
      if (!*batch) return "ok";
      if (into && !into->append(**batch)) return "shape";
    }
  }

  fs::path folder_;
};

TEST_F(Parquet, NotesTravelInTheFooterAndLeaveTheRowsAsTheyAre) {
  SeededRandom random(5);
  ParquetNotes notes{{"sluice.labels", R"({"level":4,"title":"住院 'x' \"y\""})"}, {"other", ""}};
  auto sink = create_parquet(path("t.parquet"), testing::every_type(), {}, notes);
  ASSERT_TRUE(sink) << sink.error().reason;
  ASSERT_TRUE((*sink)->append(testing::random_batch(testing::every_type(), random, 100, 3)));
  ASSERT_TRUE((*sink)->finish());
  auto read = parquet_notes(path("t.parquet"));
  ASSERT_TRUE(read) << read.error().reason << " " << read.error().detail;
  EXPECT_EQ(*read, notes);
  EXPECT_EQ(read_all(path("t.parquet")), "ok");
  random_file(10);
  EXPECT_TRUE(parquet_notes(path("t.parquet"))->empty());
  ASSERT_TRUE(write_file(path("bad.parquet"), view("no parquet")));
  EXPECT_EQ(parquet_notes(path("bad.parquet")).error().reason, "table.bad_parquet");
}

TEST_F(Parquet, WhatIsWrittenIsReadInOrder) {
  SeededRandom random(21);
  MemoryTable table(testing::every_type()), back(testing::every_type());
  auto sink = create_parquet(path("t.parquet"), testing::every_type());
  ASSERT_TRUE(sink) << sink.error().reason;
  for (size_t rows : {1000, 70000, 1, 130000}) {
    Batch batch = testing::random_batch(testing::every_type(), random, rows, 7);
    ASSERT_TRUE((*sink)->append(batch));
    ASSERT_TRUE(table.append(batch));
  }
  EXPECT_FALSE(fs::exists(path("t.parquet")));
  Status finished = (*sink)->finish();
  ASSERT_TRUE(finished) << finished.error().reason;
  ASSERT_EQ(read_all(path("t.parquet"), &back), "ok");
  ASSERT_EQ(back.rows(), table.rows());
  for (size_t c = 0; c < testing::every_type().size(); c++) {
    ColumnBuilder a(testing::every_type()[c]), b(testing::every_type()[c]);
    for (size_t g = 0; g < table.row_groups(); g++) a.append_rows(**table.read(g, c), 0, table.rows_of(g));
    for (size_t g = 0; g < back.row_groups(); g++) b.append_rows(**back.read(g, c), 0, back.rows_of(g));
    EXPECT_TRUE(a.finish().same_values(b.finish())) << testing::every_type()[c].name;
  }
}

TEST_F(Parquet, ADroppedWriterLeavesNothing) {
  {
    SeededRandom random(1);
    auto sink = create_parquet(path("t.parquet"), testing::every_type());
    ASSERT_TRUE((*sink)->append(testing::random_batch(testing::every_type(), random, 5000, 0)));
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Parquet, AFolderThatIsNotThereIsUnwritable) {
  auto sink = create_parquet(path("no/such/t.parquet"), testing::every_type());
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().reason, "file.unwritable");
}

TEST_F(Parquet, CutFilesAndStrangersAreBadParquet) {
  Bytes good = random_file(3000);
  EXPECT_EQ(read_all(path("missing.parquet")), "file.not_found");
  for (size_t keep : {size_t{0}, size_t{3}, size_t{4}, size_t{12}, good.size() / 2, good.size() - 1}) {
    ASSERT_TRUE(write_file(path("bad.parquet"), ByteView(good).first(keep)));
    EXPECT_EQ(read_all(path("bad.parquet")), "table.bad_parquet") << keep;
  }
  ASSERT_TRUE(write_file(path("bad.parquet"), view("a,b\n1,2\n")));
  EXPECT_EQ(read_all(path("bad.parquet")), "table.bad_parquet");
}

TEST_F(Parquet, LyingOffsetsAndChangedBytesNeverCrashTheReader) {
  Bytes good = random_file(2000);
  SeededRandom random(17);
  // The footer length, then bytes of the footer (schema, offsets, sizes, counts), then bytes of the pages.
  size_t refused = 0;
  for (int round = 0; round < 150; round++) {
    Bytes bad = good;
    size_t footer = good.size() - 8 - (good[good.size() - 8] | good[good.size() - 7] << 8);
    size_t at = round < 8 ? good.size() - 8 + static_cast<size_t>(round)
                : round < 110 ? footer + random.below(good.size() - 8 - footer)
                              : 4 + random.below(footer - 4);
    bad[at] = static_cast<uint8_t>(bad[at] ^ (1 + random.below(255)));
    ASSERT_TRUE(write_file(path("bad.parquet"), bad));
    std::string reason = read_all(path("bad.parquet"));
    EXPECT_TRUE(reason == "ok" || reason == "table.bad_parquet" || reason == "table.out_of_memory" ||
                reason == "table.unsupported_type")
        << reason << " at " << at;
    refused += reason != "ok";
  }
  EXPECT_GT(refused, 40u);
}

}  // namespace
}  // namespace sluice::table
