// A file in GB18030 and the same file in UTF-8 say the same: keyed values, conditions, samples, names of columns. And dates as people write them.
#include <gtest/gtest.h>

#include "base/file.h"
#include "codec/csv.h"
#include "deident/apply.h"
#include "deident/kernels.h"
#include "deident/project.h"

namespace sluice::deident {
namespace {

constexpr const char* kRows =
    "编号,姓名,性别,病种,备注,就诊日\n"
    "001,张三,男,感冒,患者张三来诊,2024-02-09\n"
    "002,李四,女,肺炎,\"家属，李四\",2024年2月9日\n"
    "003,Smith,男,感冒,,2024/2/9\n"
    "004,张三,女,骨折,张三复诊,2024.02.29 08:30\n"
    "005,王芳芳,女,感冒,无,9999-12-31\n";

constexpr const char* kRecipe = R"({"format":"sluice-strategy/1","id":"e","version":"1","scope":"s","fields":[
  {"column":"姓名","technique":"pseudonym","domain":"name"},
  {"column":"性别","technique":"mask","first":0,"last":0,"when":{"column":"性别","is":["男"]},"otherwise":"keep"},
  {"column":"病种","technique":"rare","k":2,"value":"其他"},
  {"column":"备注","technique":"text"},
  {"column":"就诊日","technique":"date_shift","person":"姓名","days_max":30}],
  "unlisted":"keep","sample":{"column":"姓名","permille":900},"quasi_identifiers":["性别"]})";

std::optional<SecretBytes> key() { return SecretBytes(Bytes(32, 7)); }

struct EncodedRun {
  std::string bytes;
  Receipt receipt;
};
std::string path_of(const std::string& name) { return testing::TempDir() + "/encoding_" + name; }
void put(const std::string& name, const std::string& bytes) { ASSERT_TRUE(write_file(path_of(name), view(bytes)).has_value()); }
std::string got(const std::string& name) { return *read_text_file(path_of(name), 1 << 20); }

EncodedRun mask(const std::string& name, const std::string& bytes, const char* recipe = kRecipe) {
  put(name, bytes);
  auto receipt = apply_file(*read_strategy(recipe), key(), path_of(name), path_of("out_" + name));
  EXPECT_TRUE(receipt.has_value()) << receipt.error().reason << " " << receipt.error().detail;
  return {got("out_" + name), receipt ? *receipt : Receipt{}};
}

TEST(Encoding, AFileInGb18030IsMaskedToWhatTheSameFileInUtf8IsMaskedTo) {
  EncodedRun utf8 = mask("u.csv", kRows), gb = mask("g.csv", *utf8_to_gb18030(kRows));
  EXPECT_EQ(*gb18030_to_utf8(gb.bytes), utf8.bytes);
  EXPECT_NE(gb.bytes, utf8.bytes);
  EXPECT_NE(utf8.bytes.find("其他"), std::string::npos);
  EXPECT_EQ(utf8.bytes.find("张三"), std::string::npos);
  ASSERT_EQ(gb.receipt.columns.size(), utf8.receipt.columns.size());
  for (size_t c = 0; c < gb.receipt.columns.size(); c++) {
    EXPECT_EQ(gb.receipt.columns[c].column, utf8.receipt.columns[c].column);
    EXPECT_EQ(gb.receipt.columns[c].masked, utf8.receipt.columns[c].masked);
    EXPECT_EQ(gb.receipt.columns[c].kept, utf8.receipt.columns[c].kept);
    EXPECT_EQ(gb.receipt.columns[c].failed, 0u) << gb.receipt.columns[c].column;
  }
  EXPECT_EQ(gb.receipt.rows_out, utf8.receipt.rows_out);
  EXPECT_EQ(gb.receipt.risk_after->k_min, utf8.receipt.risk_after->k_min);
}

TEST(Encoding, WhatIsEncipheredInGb18030ComesBackAsItWas) {
  constexpr const char* recipe = R"({"format":"sluice-strategy/1","id":"e","version":"1","unlisted":"keep","fields":[{"column":"姓名","technique":"encrypt"}]})";
  std::string original = *utf8_to_gb18030(kRows);
  EncodedRun gb = mask("g.csv", original, recipe);
  auto rows = reverse_file(*read_strategy(recipe), *key(), {"姓名"}, path_of("out_g.csv"), path_of("back.csv"));
  ASSERT_TRUE(rows.has_value()) << rows.error().reason;
  EXPECT_EQ(got("back.csv"), original);
}

TEST(Encoding, TablesOfAProjectJoinWhateverTheyAreWrittenIn) {
  put("a.csv", "姓名,n\n张三,1\n李四,2\nSmith,3\n");
  put("b.csv", *utf8_to_gb18030("姓名,m\n李四,5\n张三,6\nSmith,7\n"));
  Project project = *read_project(R"({"format":"sluice-masking-project/1","scope":"p","tables":[{"file":"encoding_a.csv","recipe":"r"},{"file":"encoding_b.csv","recipe":"r"}]})");
  auto plan_of = [](const ProjectTable&, const std::string&, const std::string&) {
    return Result<TablePlan>({.strategy = *read_strategy(R"({"format":"sluice-strategy/1","id":"e","version":"1","unlisted":"keep","fields":[{"column":"姓名","technique":"pseudonym"}]})")});
  };
  auto receipt = apply_project(project, testing::TempDir(), testing::TempDir(), testing::TempDir() + "/out", key(), plan_of, {});
  ASSERT_TRUE(receipt.has_value()) << receipt.error().reason;
  ASSERT_EQ(receipt->links.size(), 1u);
  EXPECT_EQ(receipt->links[0].shared_before, 3u);
  EXPECT_EQ(receipt->links[0].shared_after, 3u);
}

TEST(Encoding, DatesAreReadAsPeopleWriteThemAndKeepTheirForm) {
  auto month = [](std::string_view cell) {
    std::string out;
    return generalise_date(cell, DateUnit::month, out) ? out : "FAILED";
  };
  EXPECT_EQ(month("2024-2-9"), "2024-2-1");
  EXPECT_EQ(month("2024/2/29"), "2024/2/1");
  EXPECT_EQ(month("2024.02.29"), "2024.02.01");
  EXPECT_EQ(month("2024年2月29日"), "2024年2月1日");
  EXPECT_EQ(month("2024年02月29日 10:00"), "2024年02月01日");
  for (const char* none : {"2024-2-30", "2024-2", "2024.2.9.1", "2024-2/9", "2024年2月9", "24-2-9", "2024--9", "1.2.2024"}) EXPECT_EQ(month(none), "FAILED") << none;
  std::string moved;
  EXPECT_TRUE(shift_date("2024年2月29日10:20", 1, moved));
  EXPECT_EQ(moved, "2024年3月1日10:20");
  for (const char* open : {"9999-12-31", "9999/12/31", "99991231", "2099-12-31 00:00:00"}) EXPECT_TRUE(means_no_end(open)) << open;
  EXPECT_FALSE(means_no_end("2024-12-31"));
}

}  // namespace
}  // namespace sluice::deident
