#include <gtest/gtest.h>

#include "collect/jsonl.h"
#include "collect/pipeline.h"
#include "collect/xlsx_parts.h"

namespace sluice::collect {
namespace {

Plan two_columns() {
  Plan plan;
  for (const char* name : {"id", "fee"}) {
    PlanField field;
    field.name = name;
    plan.columns.push_back(field);
  }
  return plan;
}

// Rows as "id|fee;", or the reason and its place.
std::string lines_of(std::string_view text) {
  Plan plan = two_columns();
  auto source = bytes_of_memory(text);
  auto lines = json_lines(plan, *source);
  CsvBlock block;
  std::string out;
  while (true) {
    auto more = lines->next(block);
    if (!more) return std::string(more.error().reason) + " " + more.error().detail;
    if (!*more) return out;
    for (size_t r = 0; r < block.rows; r++) out += std::string(block.cell(r, 0)) + "|" + std::string(block.cell(r, 1)) + ";";
  }
}

TEST(JsonLines, NumbersKeepEveryDigitAndNamesAnyOrder) {
  EXPECT_EQ(lines_of("{\"id\":\"a\",\"fee\":123456789012345678.10}\n{\"fee\":-0.0,\"id\":\"b\"}"), "a|123456789012345678.10;b|-0.0;");
  EXPECT_EQ(lines_of("\xEF\xBB\xBF{}\r\n\n{\"fee\":null,\"id\":true}\n"), "|;true|;");
  EXPECT_EQ(lines_of(R"({"id":"\u4e2d\ud83d\ude00\"\/\n","fee":1e3})"), "中😀\"/\n|1e3;");
}

TEST(JsonLines, AFaultNamesItsLineAndNoValue) {
  EXPECT_EQ(lines_of("{\"id\":1}\n\n{\"id\":secret}\n"), "jsonl.malformed line 3");
  EXPECT_EQ(lines_of("{\"id\":1}{\"id\":2}"), "jsonl.malformed line 1");
  EXPECT_EQ(lines_of("{\"id\":[1]}"), "jsonl.nested_value line 1");
  EXPECT_EQ(lines_of("{\"other\":1}"), "collect.unknown_field line 1");
  EXPECT_EQ(lines_of(""), "jsonl.empty ");
}

std::string plain(std::string_view text) {
  std::string out;
  return plain_number(text, out) ? out : "no number";
}

TEST(Xlsx, NumbersAreSetOutPlainlyToFifteenDigits) {
  EXPECT_EQ(plain("0.30000000000000004"), "0.3");
  EXPECT_EQ(plain("1E-3"), "0.001");
  EXPECT_EQ(plain("-12.300000000000001"), "-12.3");
  EXPECT_EQ(plain("123456789012345"), "123456789012345");
  EXPECT_EQ(plain("1.5E+3"), "1500");
  EXPECT_EQ(plain("100"), "100");
  EXPECT_EQ(plain("-0"), "0");
  EXPECT_EQ(plain("1e300"), "no number");
  EXPECT_EQ(plain("nan"), "no number");
  EXPECT_EQ(plain("12a"), "no number");
}

std::string day(std::string_view serial, bool epoch_1904 = false) {
  std::string out;
  return date_of_serial(serial, epoch_1904, out) ? out : "no day";
}

TEST(Xlsx, SerialDaysFollowBothSystemsAndTheDayThatNeverWas) {
  EXPECT_EQ(day("1"), "1900-01-01");
  EXPECT_EQ(day("59"), "1900-02-28");
  EXPECT_EQ(day("60"), "no day");
  EXPECT_EQ(day("61"), "1900-03-01");
  EXPECT_EQ(day("45000"), "2023-03-15");
  EXPECT_EQ(day("45000.5"), "2023-03-15T12:00:00");
  EXPECT_EQ(day("45000.999999"), "2023-03-16");
  EXPECT_EQ(day("0", true), "1904-01-01");
  EXPECT_EQ(day("43538", true), "2023-03-15");
  EXPECT_EQ(day("-1"), "no day");
  EXPECT_EQ(day("3000000"), "no day");
}

}  // namespace
}  // namespace sluice::collect
