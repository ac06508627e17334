#include "codec/csv.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "codec/csv_scan.h"
#include "codec/json.h"

namespace sluice {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// Everything that a reader gives, or the reason of its error.
struct CsvRead {
  Rows rows;
  std::vector<std::string> header;
  std::string reason, detail;
};

CsvRead read_csv(std::string_view text, CsvDialect dialect = {.header = false}, size_t block = 1 << 16) {
  CsvRead out;
  auto source = bytes_of_memory(text);
  auto reader = CsvReader::open(*source, dialect, block);
  if (!reader) {
    out.reason = reader.error().reason;
    out.detail = reader.error().detail;
    return out;
  }
  out.header = reader->header();
  while (true) {
    auto next = reader->next();
    if (!next) {
      out.reason = next.error().reason;
      out.detail = next.error().detail;
      return out;
    }
    if (!*next) return out;
    for (size_t r = 0; r < (*next)->rows; r++) {
      out.rows.emplace_back();
      for (size_t c = 0; c < (*next)->columns; c++) out.rows.back().emplace_back((*next)->cell(r, c));
    }
  }
}

TEST(Csv, QuotingOfEveryKindIsTakenOff) {
  auto read = read_csv("a,b,c\r\n\"x,1\",\"he said \"\"hi\"\"\",\"two\nlines\"\n\"\",,5\" pipe\n");
  EXPECT_EQ(read.reason, "");
  EXPECT_EQ(read.rows, (Rows{{"a", "b", "c"}, {"x,1", "he said \"hi\"", "two\nlines"}, {"", "", "5\" pipe"}}));
}

TEST(Csv, LineEndsAndTheMissingLastOneAreAccepted) {
  Rows two = {{"a", "b"}, {"c", "d"}};
  for (const char* text : {"a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\nc,d", "a,b\r\nc,d\r", "a,b\n\n\nc,d\n\n", "\xef\xbb\xbf" "a,b\nc,d\n",
                           "\"a\",\"b\"\r\n\"c\",\"d\"", "\"a\",\"b\"\r\n\"c\",\"d\"\r"})
    EXPECT_EQ(read_csv(text).rows, two) << text;
}

TEST(Csv, HeaderIsApartFromRows) {
  auto read = read_csv("\xef\xbb\xbf" "id,名称\n1,甲\n", {});
  EXPECT_EQ(read.header, (std::vector<std::string>{"id", "名称"}));
  EXPECT_EQ(read.rows, (Rows{{"1", "甲"}}));
}

TEST(Csv, ErrorsNameRecordAndByteButNoValue) {
  struct Case {
    std::string text;
    std::string_view reason;
    std::string detail;
  };
  for (const Case& c : std::vector<Case>{
           {"a,b\nsecret\n", "csv.ragged", "record 2, byte 4"},
           {"a,b\n1,2,3\n", "csv.ragged", "record 2, byte 4"},
           {"a,b\n1,\"open\n", "csv.unterminated_quote", "record 2, byte 6"},
           {"a,b\n\"x\"y,2\n", "csv.quote_misplaced", "record 2, byte 7"},
           {std::string("a,b\n1,\0\n", 8), "csv.nul_byte", "record 2, byte 6"},
           {"a,b\n1,\xff\n", "csv.bad_encoding", "record 2, byte 6"},
           {"\xff\xfe" "a\0", "csv.bad_encoding", "UTF-16 at byte 0"},
           {"", "csv.empty", ""},
           {"\n\n", "csv.empty", ""},
           {"姓名,地址,科室\n张某某,广东省,内科\n李某某,\xd6\xd0\xb9\xfa,外科\n姓名地址科室名称人员\n", "csv.mixed_encoding", "record 3, byte 58"},
       }) {
    CsvDialect dialect{.header = false, .encoding = Encoding::utf8};
    auto read = read_csv(c.text, dialect);
    EXPECT_EQ(read.reason, c.reason) << c.text;
    EXPECT_EQ(read.detail, c.detail) << c.text;
    EXPECT_EQ(read.detail.find("secret"), std::string::npos);
  }
}

TEST(Csv, BlockSizeNeverChangesTheResult) {
  SeededRandom random(7);
  for (int round = 0; round < 60; round++) {
    std::string text;
    CsvWriter writer(text);
    Rows rows;
    static const std::vector<std::string> pieces = {"", "a", "中文", "x\ny", "\"", ",", "\r\n", "\"\"", " pad ", "long long long text of a cell", "🀄"};
    for (size_t r = 0; r < 1 + random.below(30); r++) {
      rows.emplace_back();
      for (int c = 0; c < 3; c++) {
        std::string cell;
        for (size_t k = random.below(4); k > 0; k--) cell += pieces[random.below(pieces.size())];
        writer.field(cell);
        rows.back().push_back(std::move(cell));
      }
      writer.end_record();
    }
    for (size_t block : {64, 65, 100, 1000, 1 << 16}) {
      auto read = read_csv(text, {.header = false}, block);
      ASSERT_EQ(read.reason, "") << round << " block " << block;
      ASSERT_EQ(read.rows, rows) << round << " block " << block;
    }
  }
}

TEST(Csv, EndlessLineFailsInBoundedMemory) {
  class Endless final : public ByteSource {
   public:
    Result<size_t> read(std::span<char> into) override {
      std::fill(into.begin(), into.end(), 'x');
      given += into.size();
      return into.size();
    }
    uint64_t given = 0;
  } endless;
  auto reader = CsvReader::open(endless, {});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().reason, "csv.record_too_long");
  EXPECT_LT(endless.given, 16u << 20);
}

TEST(Csv, EndlessQuoteFailsInBoundedMemory) {
  class Quoted final : public ByteSource {
   public:
    Result<size_t> read(std::span<char> into) override {
      std::fill(into.begin(), into.end(), '\n');
      if (given == 0) into[0] = '"';
      given += into.size();
      return into.size();
    }
    uint64_t given = 0;
  } endless;
  auto reader = CsvReader::open(endless, {});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().reason, "csv.record_too_long");
  EXPECT_LT(endless.given, 16u << 20);
}

TEST(Csv, Gb18030IsReadWithAnyDelimiter) {
  // 「|」 is 0x7C, which is also the second byte of GBK characters such as 倈 (0x82 0x7C).
  std::string utf8 = "编号|姓名|倈\n1|\"张|某\"|倈倈\n2|\"\"|𠀀\n";
  auto gb = utf8_to_gb18030(utf8);
  ASSERT_TRUE(gb);
  for (size_t block : {64, 1000}) {
    auto read = read_csv(*gb, {.delimiter = '|', .header = false, .encoding = Encoding::gb18030}, block);
    EXPECT_EQ(read.reason, "");
    EXPECT_EQ(read.rows, (Rows{{"编号", "姓名", "倈"}, {"1", "张|某", "倈倈"}, {"2", "", "𠀀"}}));
  }
}

TEST(Csv, EncodingIsFoundByTheText) {
  std::string utf8 = "编号,名称\n1,国家医疗保障局\n";
  auto gb = utf8_to_gb18030(utf8);
  ASSERT_TRUE(gb);
  EXPECT_EQ(read_csv(utf8).rows, read_csv(*gb).rows);
  EXPECT_EQ(read_csv("a,b\n1,2\n").rows, (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(Csv, BrokenGb18030IsRefused) {
  auto read = read_csv("a,b\n1,\xb0\x20\n", {.header = false, .encoding = Encoding::gb18030});
  EXPECT_EQ(read.reason, "csv.bad_encoding");
  EXPECT_EQ(read.detail, "record 2, byte 6");
}

TEST(Csv, FieldAndColumnLimitsHold) {
  EXPECT_EQ(read_csv("a," + std::string(kCsvFieldBytesMax + 1, 'x') + "\n").reason, "csv.field_too_long");
  EXPECT_EQ(read_csv(std::string(16384, ',') + "\n").reason, "csv.too_many_columns");
}

TEST(Csv, UnusableDialectIsRefused) {
  EXPECT_EQ(read_csv("a", {.delimiter = '"'}).reason, "csv.bad_dialect");
  EXPECT_EQ(read_csv("a", {.delimiter = '\n'}).reason, "csv.bad_dialect");
}

TEST(Csv, WriterQuotesOnlyWhatMustBe) {
  std::string out;
  CsvWriter writer(out);
  writer.record(std::vector<std::string_view>{"plain", "a,b", "say \"x\"", "", " lead"});
  EXPECT_EQ(out, "plain,\"a,b\",\"say \"\"x\"\"\",,\" lead\"\n");
  out.clear();
  CsvWriter one(out);
  one.record(std::vector<std::string_view>{""});
  EXPECT_EQ(out, "\"\"\n");
}

TEST(Csv, FormulaGuardDisarmsSpreadsheetCells) {
  std::string out;
  CsvWriter writer(out, ',', FormulaGuard::prefix_quote);
  writer.record(std::vector<std::string_view>{"=1+1", "+8,6", "@x", "ok"});
  EXPECT_EQ(out, "'=1+1,\"'+8,6\",'@x,ok\n");
}

TEST(CsvScan, WidePathEqualsPortablePath) {
  SeededRandom random(3);
  for (int round = 0; round < 5000; round++) {
    char bytes[64];
    for (char& c : bytes) c = static_cast<char>(random.below(8) == 0 ? "\n\",;\x80\x00\xffz"[random.below(8)] : static_cast<char>(random.below(256)));
    EXPECT_EQ(csv_scan::mask64(bytes, ',', '\n', '"'), csv_scan::mask64_portable(bytes, ',', '\n', '"'));
    for (char& c : bytes) c = static_cast<char>(random.below(200) == 0 ? random.below(256) : 32 + random.below(90));
    size_t n = random.below(65);
    EXPECT_EQ(csv_scan::ascii_prefix(bytes, n), csv_scan::ascii_prefix_portable(bytes, n));
  }
}

TEST(CsvScan, Utf8CheckAgreesWithTheJsonOne) {
  SeededRandom random(5);
  for (int round = 0; round < 20000; round++) {
    std::string s;
    for (size_t i = random.below(12); i > 0; i--) s += static_cast<char>(random.below(2) ? 0x80 + random.below(128) : 'a');
    size_t multibyte;
    EXPECT_EQ(csv_scan::utf8_prefix(s.data(), s.size(), multibyte) == s.size(), is_utf8(s));
  }
}

TEST(CsvScan, EveryWideUtf8CheckAgreesWithTheOneByCharacters) {
  static const std::string pieces[] = {"a", "abcdefg", "\x7f", "é", "中", "文文文", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "𠮷", "\xc2\x80", "\xdf\xbf", "\xef\xbf\xbf"};
  static const std::string faults[] = {std::string(1, '\0'), "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe4\xb8", "\xf0\x90\x80", "\xfe"};
  SeededRandom random(8);
  size_t good = 0;
  for (int round = 0; round < 60000; round++) {
    std::string s;
    for (uint64_t n = random.below(70); n > 0; n--) s += pieces[random.below(std::size(pieces))];
    if (random.below(3) == 0) s.insert(random.below(s.size() + 1), faults[random.below(std::size(faults))]);
    if (random.below(4) == 0) s.resize(random.below(s.size() + 1));
    if (random.below(8) == 0 && !s.empty()) s[random.below(s.size())] = static_cast<char>(random.below(256));
    size_t characters = 0;
    const bool is_text = csv_scan::utf8_prefix_by_characters(s.data(), s.size(), characters) == s.size();
    good += is_text;
    for (const auto& way : csv_scan::utf8_ways()) {
      size_t counted = 0;
      ASSERT_EQ(way.is_utf8(s.data(), s.size(), counted), is_text) << way.name;
      if (is_text) {
        ASSERT_EQ(counted, characters) << way.name;
      }
    }
    size_t counted = 0;
    ASSERT_EQ(csv_scan::utf8_prefix(s.data(), s.size(), counted) == s.size(), is_text);
  }
  EXPECT_GT(good, 10000u);
}

TEST(CsvScan, EveryPairAndTripleOfBytesIsJudgedAlikeAcrossTheEdgeOfAWord) {
  for (size_t ahead : {size_t{61}, size_t{62}, size_t{63}})
    for (unsigned a = 0; a < 256; a++)
      for (unsigned b = 0; b < 256; b++)
        for (const char* rest : {"", "\x80", "\x80\x80", "a"}) {
          const std::string s = std::string(ahead, 'x') + static_cast<char>(a) + static_cast<char>(b) + rest;
          size_t characters = 0, counted = 0;
          const bool is_text = csv_scan::utf8_prefix_by_characters(s.data(), s.size(), characters) == s.size();
          for (const auto& way : csv_scan::utf8_ways()) ASSERT_EQ(way.is_utf8(s.data(), s.size(), counted), is_text) << way.name << ' ' << a << ' ' << b;
        }
}

}  // namespace
TEST(Csv, TheSeparatorIsFoundOutsideQuotesAndInTheFirstRecordOnly) {
  EXPECT_EQ(find_delimiter("a,b\n1;2;3;4\n"), ',');
  EXPECT_EQ(find_delimiter("\"a;b;c\",d\n"), ',');
  EXPECT_EQ(find_delimiter("\"one\nline;two\"\td\n"), '\t');
  EXPECT_EQ(find_delimiter("x|y"), '|');
  EXPECT_EQ(find_delimiter("one column\n"), ',');
  EXPECT_EQ(find_delimiter("a,x;b\n1;2\n3;4\n"), ';') << "the rows decide what the header leaves open";
  EXPECT_EQ(find_delimiter("a,x;b\n1,2\n3,4"), ',');
  EXPECT_EQ(find_delimiter("a;x,b\n"), ',') << "nothing decides";
  EXPECT_EQ(find_delimiter(""), ',');
}

}  // namespace sluice
