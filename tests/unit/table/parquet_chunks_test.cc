#include <duckdb.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zstd.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "base/file.h"
#include "table/page_codec.h"
#include "table/parquet.h"
#include "table/parquet_map.h"
#include "table/parquet_meta.h"
#include "table/text_chunk.h"
#include "table/thrift_compact.h"
#include "tests/support/random_table.h"

namespace sluice::table {
namespace {

namespace fs = std::filesystem;

// The first letter stays; a text that begins with n becomes null, a null becomes "none".
class FirstLetter final : public TextFunction {
 public:
  Effect effect() const override { return Effect::replaces; }
  Status run(std::span<const std::string_view> cells, std::span<const uint64_t> times, TextsOut& out) override {
    for (size_t i = 0; i < cells.size(); i++) {
      shown_ += times.empty() ? 1 : times[i];
      if (cells[i].data() == nullptr) {
        out.add("none");
      } else if (!cells[i].empty() && cells[i][0] == 'n') {
        out.add_null();
      } else {
        const bool wide = !cells[i].empty() && static_cast<unsigned char>(cells[i][0]) >= 0xe0;
        out.add(std::string(cells[i].substr(0, wide ? 3 : 1)) + "**");
      }
    }
    return {};
  }
  uint64_t shown() const { return shown_; }

 private:
  std::atomic<uint64_t> shown_ = 0;
};

// Every cell that is shown, with how often.
class Watcher final : public TextFunction {
 public:
  Effect effect() const override { return Effect::watches; }
  Status run(std::span<const std::string_view> cells, std::span<const uint64_t> times, TextsOut&) override {
    std::lock_guard lock(mutex_);
    for (size_t i = 0; i < cells.size(); i++) seen[cells[i].data() ? std::string(cells[i]) : "(null)"] += times.empty() ? 1 : times[i];
    return {};
  }
  std::map<std::string, uint64_t> seen;

 private:
  std::mutex mutex_;
};

class Refusing final : public TextFunction {
 public:
  Effect effect() const override { return Effect::watches; }
  Status run(std::span<const std::string_view>, std::span<const uint64_t>, TextsOut&) override { return fail(Errc::refused, "deident.value_refused"); }
};

class ParquetChunks : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("sluice_chunks_" + std::to_string(::getpid()) + "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ / name; }

  void query(const std::string& sql) {
    duckdb_database db;
    duckdb_connection connection;
    duckdb_result result;
    ASSERT_EQ(duckdb_open(nullptr, &db), DuckDBSuccess);
    ASSERT_EQ(duckdb_connect(db, &connection), DuckDBSuccess);
    EXPECT_EQ(duckdb_query(connection, sql.c_str(), &result), DuckDBSuccess) << duckdb_result_error(&result);
    duckdb_destroy_result(&result);
    duckdb_disconnect(&connection);
    duckdb_close(&db);
  }
  // A table of every kind of column, written by the engine.
  void write_by_engine(const std::string& name, const std::string& how, int rows = 30'000) {
    query("SET threads=1; COPY (SELECT CASE WHEN i % 11 = 0 THEN NULL ELSE 'name ' || i END alone, ['anna', 'nobody', '张三', ''][1 + i % 4] few, CASE WHEN i % 3 > 0 THEN 'x' END half, "
          "CAST(NULL AS VARCHAR) empty, i::BIGINT * 1000003 big, (i % 7)::INTEGER small, (i % 250)::UTINYINT tiny, (i * 7)::DECIMAL(9,2) d9, (i * 1234567)::DECIMAL(18,4) d18, DATE '1950-01-01' + i::INTEGER "
          "AS day, TIMESTAMP '2020-01-01 00:00:00' + INTERVAL (i) SECOND AS moment, i % 5 = 0 AS flag FROM range(" + std::to_string(rows) + ") t(i)) TO '" + path(name) + "' (FORMAT parquet, ROW_GROUP_SIZE 8192, " + how + ")");
  }
  static Batch rows_of(const std::string& file) {
    MemoryTable table({});
    auto stream = open_parquet(file);
    EXPECT_TRUE(stream) << stream.error().reason;
    std::vector<ColumnBuilder> builders;
    for (const ColumnSpec& spec : (*stream)->specs()) builders.emplace_back(spec);
    Batch out;
    while (true) {
      auto batch = (*stream)->next();
      EXPECT_TRUE(batch) << batch.error().reason;
      if (!batch || !*batch) break;
      for (size_t c = 0; c < builders.size(); c++) builders[c].append_rows((*batch)->columns[c], 0, (*batch)->rows);
      out.rows += (*batch)->rows;
    }
    for (auto& b : builders) out.columns.push_back(b.finish());
    return out;
  }
  static std::string reason_of(const Result<uint64_t>& result) { return result ? "ok" : std::string(result.error().reason); }

  // A file of one column `t` whose only chunk is given.
  void write_column(const std::string& name, ParquetLeaf leaf, ParquetChunk chunk, const std::string& pages) {
    chunk.data_page += 4;
    if (chunk.dictionary_page) *chunk.dictionary_page += 4;
    chunk.bytes = pages.size();
    leaf.name = "t";
    const uint64_t rows = chunk.values;
    ParquetMeta meta{.leaves = {leaf}, .groups = {{.rows = rows, .chunks = {chunk}}}};
    const std::string footer = write_parquet_meta(meta);
    std::string file = "PAR1" + pages + footer;
    put_le32(file, static_cast<uint32_t>(footer.size()));
    ASSERT_TRUE(write_file(path(name), view(file + "PAR1")));
  }
  static std::string page(ParquetPage header, const std::string& body) {
    header.bytes = static_cast<uint32_t>(body.size());
    if (header.bytes_plain == 0) header.bytes_plain = header.bytes;
    return write_parquet_page(header) + body;
  }
  static std::string plain_texts(std::initializer_list<std::string_view> texts) {
    std::string out;
    for (std::string_view t : texts) put_le32(out, static_cast<uint32_t>(t.size())), out += t;
    return out;
  }
  // Levels of `n` cells that are all there, and their codes.
  static std::string coded(std::vector<uint32_t> codes, unsigned width) {
    std::string levels, out;
    pack_hybrid(std::vector<uint32_t>(codes.size(), 1), 1, levels);
    put_le32(out, static_cast<uint32_t>(levels.size()));
    out += levels + static_cast<char>(width);
    pack_hybrid(codes, width, out);
    return out;
  }
  std::string kept(const std::string& name) { return reason_of(map_parquet_chunks(path(name), path("out"), {{.name = "t"}}, 1)); }

  fs::path folder_;
};

TEST_F(ParquetChunks, TheCellsAreThoseOfTheWayThroughTheEngine) {
  const std::vector<std::string> ways = {"COMPRESSION zstd", "COMPRESSION snappy", "COMPRESSION uncompressed", "COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 1"};
  for (const std::string& how : ways) {
    write_by_engine("in", how);
    auto columns = [&] {
      std::vector<MappedColumn> out = {{.name = "few", .function = std::make_shared<FirstLetter>()}, {.name = "alone", .function = std::make_shared<FirstLetter>()},
                                       {.name = "empty", .function = std::make_shared<FirstLetter>()}, {.name = "half", .function = std::make_shared<Watcher>()}};
      for (const char* name : {"big", "small", "tiny", "d9", "d18", "day", "moment", "flag"}) out.push_back({.name = name});
      return out;
    };
    ASSERT_EQ(reason_of(map_parquet(path("in"), path("by engine"), columns())), "ok");
    ASSERT_EQ(reason_of(map_parquet_chunks(path("in"), path("by chunks"), columns(), 3)), "ok") << how;
    Batch a = rows_of(path("by engine")), b = rows_of(path("by chunks"));
    ASSERT_EQ(a.rows, b.rows);
    ASSERT_EQ(a.columns.size(), b.columns.size());
    for (size_t c = 0; c < a.columns.size(); c++) EXPECT_TRUE(a.columns[c].same_values(b.columns[c])) << how << " " << c;
    ASSERT_EQ(reason_of(map_parquet_chunks(path("in"), path("one thread"), columns(), 1)), "ok");
    EXPECT_EQ(read_file(path("one thread"), 1 << 26).value(), read_file(path("by chunks"), 1 << 26).value()) << "threads do not show";
    // What was written is of the common form, too.
    ASSERT_EQ(reason_of(map_parquet_chunks(path("by chunks"), path("again"), {{.name = "few"}, {.name = "day"}}, 2)), "ok");
  }
}

TEST_F(ParquetChunks, AFunctionSeesEveryCellOnceOrWithItsNumber) {
  for (const char* how : {"COMPRESSION zstd", "COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1"}) {
    write_by_engine("in", how);
    auto few = std::make_shared<Watcher>(), big = std::make_shared<Watcher>(), money = std::make_shared<Watcher>(), day = std::make_shared<Watcher>();
    auto masked = std::make_shared<FirstLetter>();
    ASSERT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "few", .function = few}, {.name = "big", .function = big}, {.name = "d18", .function = money},
                                                                     {.name = "day", .function = day}, {.name = "alone", .function = masked}}, 2)), "ok");
    EXPECT_EQ(few->seen, (std::map<std::string, uint64_t>{{"anna", 7500}, {"nobody", 7500}, {"张三", 7500}, {"", 7500}}));
    EXPECT_EQ(masked->shown(), 30'000u);
    EXPECT_EQ(big->seen.size(), 29'000u);  // of ten digits and more: from 1000 × 1000003 on
    EXPECT_EQ(big->seen.count("1000003000"), 1u);
    EXPECT_EQ(big->seen.count("999002997"), 0u);
    EXPECT_EQ(money->seen.count("1234567000.0000"), 1u);
    EXPECT_TRUE(day->seen.empty());
  }
}

TEST_F(ParquetChunks, WhatAMaskedColumnWasMadeOfCannotBeToldFromTheFile) {
  auto write = [&](const std::string& name, const std::string& text, const std::string& how) {
    query("SET threads=1; COPY (SELECT " + text + " t FROM range(20000) t(i)) TO '" + path(name) + "' (FORMAT parquet, ROW_GROUP_SIZE 4096, KV_METADATA {author: 'somebody'}, " + how + ")");
    ASSERT_EQ(reason_of(map_parquet_chunks(path(name), path(name + " out"), {{.name = "t", .function = std::make_shared<FirstLetter>()}}, 2)), "ok") << name;
  };
  write("plain", "chr(65 + (i * 7 % 20)::INTEGER) || 'original ' || i", "COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 1");
  write("dictionary", "chr(65 + (i * 7 % 20)::INTEGER) || 'other ' || i % 40", "COMPRESSION snappy");
  write("bare", "chr(65 + (i * 7 % 20)::INTEGER)", "COMPRESSION uncompressed");
  const Bytes first = read_file(path("plain out"), 1 << 24).value();
  EXPECT_EQ(first, read_file(path("dictionary out"), 1 << 24).value());
  EXPECT_EQ(first, read_file(path("bare out"), 1 << 24).value());
  for (std::string_view trace : {"original", "other", "somebody", "author", "DuckDB"}) EXPECT_EQ(text(first).find(trace), std::string_view::npos) << trace;
  EXPECT_TRUE(parquet_notes(path("plain out"))->empty());
}

TEST_F(ParquetChunks, OfKeptColumnsNoStatisticsOrNotesAreTakenOver) {
  write_by_engine("in", "COMPRESSION zstd, KV_METADATA {origin: 'ward seven'}");
  ASSERT_NE(text(read_file(path("in"), 1 << 24).value()).find("name 10000"), std::string_view::npos) << "the least text stands in the source's statistics";
  ASSERT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "alone"}, {.name = "few"}}, 2)), "ok");
  const Bytes out = read_file(path("out"), 1 << 24).value();
  for (std::string_view trace : {"name 10000", "ward seven", "origin"}) EXPECT_EQ(text(out).find(trace), std::string_view::npos) << trace;
}

TEST_F(ParquetChunks, AnEntryThatNoCellUsesLeavesWithNoColumn) {
  const std::string dictionary = page({.kind = ParquetPageKind::dictionary, .values = 2}, plain_texts({"here", "someone else"}));
  ParquetChunk chunk{.values = 3, .data_page = dictionary.size(), .dictionary_page = 0};
  auto with = [&](const std::vector<uint32_t>& codes) {
    write_column("in", text_leaf("t"), chunk, dictionary + page({.values = 3, .encoding = ParquetEncoding::rle_dictionary}, coded(codes, 1)));
  };
  with({0, 1, 0});
  EXPECT_EQ(kept("in"), "ok");
  with({0, 0, 0});
  EXPECT_EQ(kept("in"), "table.wrong_shape");
  // A masked column is written anew; its function is not shown the entry either.
  auto function = std::make_shared<FirstLetter>();
  EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "t", .function = function}}, 1)), "ok");
  EXPECT_EQ(function->shown(), 3u);
  EXPECT_EQ(text(read_file(path("out"), 1 << 20).value()).find("someone"), std::string_view::npos);
}

TEST_F(ParquetChunks, BytesBesideTheCellsAreNotTakenOver) {
  ParquetChunk chunk{.values = 2};
  ParquetLeaf required = text_leaf("t");
  required.optional = false;
  auto form = [&](const std::string& pages) {
    write_column("in", required, chunk, pages);
    return kept("in");
  };
  const std::string cells = plain_texts({"a", "b"});
  EXPECT_EQ(form(page({.values = 2}, cells)), "ok");
  EXPECT_EQ(form(page({.values = 2}, cells + "rest")), "table.wrong_shape");
  EXPECT_EQ(form(page({.values = 2}, cells) + "rest"), "table.wrong_shape");
  EXPECT_EQ(form(page({.values = 2}, plain_texts({"a", "\xff"}))), "table.wrong_shape");
  EXPECT_EQ(form(page({.values = 1}, plain_texts({"a"}))), "table.wrong_shape") << "a cell is missing";
  chunk.codec = ParquetCodec::zstd;
  std::string packed, hidden;
  ASSERT_TRUE(pack_page(ParquetCodec::zstd, cells, packed));
  const auto plain = static_cast<uint32_t>(cells.size());
  EXPECT_EQ(form(page({.bytes_plain = plain, .values = 2}, packed)), "ok");
  ASSERT_TRUE(pack_page(ParquetCodec::zstd, "", hidden));
  EXPECT_EQ(form(page({.bytes_plain = plain, .values = 2}, packed + hidden)), "table.wrong_shape") << "a second frame";
  hidden.clear();
  put_le32(hidden, ZSTD_MAGIC_SKIPPABLE_START);
  put_le32(hidden, 6);
  hidden += "secret";
  EXPECT_EQ(form(page({.bytes_plain = plain, .values = 2}, packed + hidden)), "table.wrong_shape");
  EXPECT_EQ(form(page({.bytes_plain = plain, .values = 2}, hidden + packed)), "table.wrong_shape");
}

TEST_F(ParquetChunks, PagesOfEitherVersionAndDictionariesThatWereGivenUpAreRead) {
  const std::string dictionary = page({.kind = ParquetPageKind::dictionary, .values = 2}, plain_texts({"one", "two"}));
  std::string levels;
  pack_hybrid(std::vector<uint32_t>{1, 0, 1}, 1, levels);
  const std::string second = levels + plain_texts({"three", "one"});
  ParquetPage version_2{.kind = ParquetPageKind::data_2, .values = 3, .level_bytes = static_cast<uint32_t>(levels.size()), .nulls = 1};
  ParquetChunk chunk{.values = 6, .data_page = dictionary.size(), .dictionary_page = 0};
  const std::string first = page({.values = 3, .encoding = ParquetEncoding::plain_dictionary}, coded({1, 0, 1}, 1));
  write_column("in", text_leaf("t"), chunk, dictionary + first + page(version_2, second));
  ASSERT_EQ(kept("in"), "ok");
  Batch out = rows_of(path("out"));
  ASSERT_EQ(out.rows, 6u);
  EXPECT_EQ(out.columns[0].text_at(0), "two");
  EXPECT_EQ(out.columns[0].text_at(3), "three");
  EXPECT_TRUE(out.columns[0].is_null(4));
  version_2.nulls = 2;
  write_column("in", text_leaf("t"), chunk, dictionary + first + page(version_2, second));
  EXPECT_EQ(kept("in"), "table.wrong_shape") << "a count that lies";
}

TEST_F(ParquetChunks, WhatFillsUpPackedBitsIsNotTakenOver) {
  for (ParquetCodec codec : {ParquetCodec::none, ParquetCodec::snappy, ParquetCodec::zstd}) {
    const std::string dictionary = plain_texts({"one", "two"});
    std::string clean = coded({0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1}, 1), dirty = clean;
    dirty.back() = static_cast<char>(dirty.back() | 0xf8);
    auto file = [&](const std::string& name, const std::string& data) {
      std::string a, b;
      ASSERT_TRUE(pack_page(codec, dictionary, a));
      ASSERT_TRUE(pack_page(codec, data, b));
      const std::string first = page({.kind = ParquetPageKind::dictionary, .bytes_plain = static_cast<uint32_t>(dictionary.size()), .values = 2}, a);
      const std::string second = page({.bytes_plain = static_cast<uint32_t>(data.size()), .values = 11, .encoding = ParquetEncoding::rle_dictionary}, b);
      write_column(name, text_leaf("t"), {.codec = codec, .values = 11, .data_page = first.size(), .dictionary_page = 0}, first + second);
    };
    ASSERT_NE(clean, dirty);
    file("clean", clean);
    file("dirty", dirty);
    ASSERT_EQ(kept("clean"), "ok");
    const Bytes expected = read_file(path("out"), 1 << 20).value();
    EXPECT_EQ(rows_of(path("out")).columns[0].text_at(10), "two");
    ASSERT_EQ(kept("dirty"), "ok");
    EXPECT_EQ(expected, read_file(path("out"), 1 << 20).value());
  }
}

TEST_F(ParquetChunks, DecimalsOfAnyWidthAreShownAsTheFilesCarryThem) {
  ParquetLeaf leaf;
  leaf.type = ParquetType::fixed_bytes;
  leaf.width = 9;
  leaf.optional = false;
  leaf.kind = ParquetKind::decimal;
  leaf.converted = 5;
  leaf.scale = 2;
  leaf.precision = 18;
  std::string cells;
  for (int64_t v : {int64_t{1380000123456}, int64_t{-1380000123456}, int64_t{5}}) {
    cells += v < 0 ? '\xff' : '\0';
    for (int byte = 7; byte >= 0; byte--) cells += static_cast<char>(static_cast<uint64_t>(v) >> (8 * byte));
  }
  write_column("in", leaf, {.values = 3}, page({.values = 3}, cells));
  auto watcher = std::make_shared<Watcher>();
  ASSERT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "t", .function = watcher}}, 1)), "ok");
  EXPECT_EQ(watcher->seen, (std::map<std::string, uint64_t>{{"13800001234.56", 1}, {"-13800001234.56", 1}}));
  EXPECT_EQ(rows_of(path("out")).columns[0].int_at(1), -1380000123456);
}

TEST_F(ParquetChunks, AnErrorOfAFunctionOrOfTheDiskComesOutAsItIs) {
  write_by_engine("in", "COMPRESSION zstd");
  EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "alone"}, {.name = "few", .function = std::make_shared<Refusing>()}}, 2)), "deident.value_refused");
  EXPECT_EQ(fs::file_size(path("out")), 0u) << "what was written before is gone";
  EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), path("no/such"), {{.name = "few"}}, 2)), "file.unwritable");
  EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), "/dev/full", {{.name = "few"}}, 2)), "file.disk_full");
  EXPECT_EQ(reason_of(map_parquet_chunks(path("missing"), path("out"), {{.name = "few"}}, 2)), "file.not_found");
  EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "unknown"}}, 2)), "table.wrong_shape");
  EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "big", .function = std::make_shared<FirstLetter>()}}, 2)), "table.wrong_shape");
}

TEST_F(ParquetChunks, FormsThatAreNotTheCommonOneAreLeftToTheEngine) {
  for (const char* column : {"1.5::DOUBLE", "[1, 2]", "{a: 1}", "uuid()", "TIME '10:00'", "i::UBIGINT", "i::HUGEINT::DECIMAL(30,0)"}) {
    query("COPY (SELECT 'a' few, " + std::string(column) + " other FROM range(10) t(i)) TO '" + path("in") + "' (FORMAT parquet)");
    EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "few"}}, 1)), "table.wrong_shape") << column;
  }
  query("COPY (SELECT 'a' few) TO '" + path("in") + "' (FORMAT parquet, COMPRESSION gzip)");
  EXPECT_EQ(reason_of(map_parquet_chunks(path("in"), path("out"), {{.name = "few"}}, 1)), "table.wrong_shape");
}

TEST_F(ParquetChunks, AFooterOfALotOfNothingIsRefusedEarly) {
  // Ten million column chunks of a byte each, in one row group.
  CompactWriter out;
  out.begin_list(4, ThriftType::structure, 1);
  out.begin_element();
  out.begin_list(1, ThriftType::structure, 10'000'000);
  const std::string footer = std::move(out).finish() + std::string(10'000'000, '\0');
  auto read = read_parquet_meta(footer, 1u << 30);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().reason, "table.wrong_shape");
}

TEST_F(ParquetChunks, ChangedBytesGiveWrongShapeOrAFileThatTheEngineReads) {
  write_by_engine("in", "COMPRESSION zstd", 500);
  const Bytes good = read_file(path("in"), 1 << 24).value();
  SeededRandom random(4);
  const size_t footer = good.size() - 8 - (good[good.size() - 8] | static_cast<size_t>(good[good.size() - 7]) << 8);
  size_t refused = 0;
  for (int round = 0; round < 160; round++) {
    Bytes bad = good;
    const size_t at = round % 2 ? footer + random.below(good.size() - footer) : random.below(footer);
    bad[at] = static_cast<uint8_t>(bad[at] ^ (1 + random.below(255)));
    ASSERT_TRUE(write_file(path("bad"), bad));
    auto done = map_parquet_chunks(path("bad"), path("out"), {{.name = "few", .function = std::make_shared<FirstLetter>()}, {.name = "alone"}, {.name = "big"}}, 1);
    if (!done) {
      EXPECT_EQ(done.error().reason, "table.wrong_shape");
      refused++;
    } else {
      EXPECT_EQ(rows_of(path("out")).rows, *done) << at;
    }
  }
  EXPECT_GT(refused, 40u);
}

TEST(TextChunk, IsAFunctionOfItsCells) {
  SeededRandom random(9);
  for (uint64_t different : {1u, 2u, 300u, 5'000u, 400'000u}) {
    std::vector<std::string> cells;
    for (int i = 0; i < 60'000; i++) cells.push_back("cell " + std::to_string(random.below(different)));
    TextChunk anew, by_ticket;
    std::map<std::string, uint32_t> tickets;
    for (const std::string& cell : cells) {
      anew.add(cell);
      auto at = tickets.find(cell);
      if (at == tickets.end()) {
        tickets[cell] = by_ticket.add(cell);
      } else {
        by_ticket.add_again(at->second);
      }
    }
    ParquetChunk a, b;
    EXPECT_EQ(anew.finish(a).value(), by_ticket.finish(b).value()) << different;
    EXPECT_EQ(a.dictionary_page.has_value(), different < 10'000) << different;
  }
}

TEST(PageCodec, HybridComesBack) {
  SeededRandom random(2);
  for (unsigned width = 1; width <= 32; width++)
    for (size_t n : {1u, 7u, 8u, 9u, 100u, 1000u}) {
      std::vector<uint32_t> values(n), back(n);
      uint32_t v = 0;
      for (size_t i = 0; i < n; i++) values[i] = v = i % 97 < 40 ? v : static_cast<uint32_t>(random.next() & ((uint64_t{1} << width) - 1));
      std::string packed;
      pack_hybrid(values, width, packed);
      ASSERT_TRUE(unpack_hybrid(packed, width, n, back.data())) << width << " " << n;
      EXPECT_EQ(back, values);
      EXPECT_FALSE(unpack_hybrid(packed + '\0', width, n, back.data()));
      EXPECT_FALSE(unpack_hybrid(std::string_view(packed).substr(0, packed.size() - 1), width, n, back.data()));
    }
}

}  // namespace
}  // namespace sluice::table
