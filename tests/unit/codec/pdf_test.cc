// Print: every page says which rows it has, texts can be searched, and broken fonts are errors.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/random.h"
#include "base/file.h"
#include "codec/pdf_table.h"
#include "codec/truetype.h"

namespace sluice {
namespace {

std::string chinese_font() {
  for (const char* path : {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"})
    if (std::filesystem::exists(path)) return path;
  return {};
}

PdfTable sample_table(size_t rows) {
  PdfTable t{"数据分类分级清单", "共若干项", {{"表", 1}, {"字段", 2}, {"级别", 1}}, {}};
  for (size_t i = 0; i < rows; i++) t.rows.push_back({"结算表", "字段" + std::to_string(i), "第4级"});
  return t;
}

size_t count_of(std::string_view text, std::string_view what) {
  size_t n = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) n++;
  return n;
}

TEST(PdfTable, AFontThatIsNotThereIsAnError) {
  auto missing = write_pdf(sample_table(1), "/nonexistent/font.ttf");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, "file.not_found");
}

TEST(PdfTable, CrossReferencesPointAtTheirObjectsAndPagesFollowRows) {
  if (chinese_font().empty()) GTEST_SKIP() << "no Chinese TrueType font here";
  std::string one = *write_pdf(sample_table(3)), many = *write_pdf(sample_table(300));
  EXPECT_EQ(one, *write_pdf(sample_table(3))) << "same input, same bytes";
  EXPECT_EQ(count_of(one, "/Type/Page/"), 1u);
  EXPECT_GT(count_of(many, "/Type/Page/"), 3u);
  size_t table = std::stoul(many.substr(many.rfind("startxref\n") + 10));
  ASSERT_EQ(many.substr(table, 5), "xref\n");
  size_t at = many.find("0000000000 65535 f \n", table) + 20;
  for (int object = 1; many[at + 10] == ' '; object++, at += 20) {
    size_t offset = std::stoul(many.substr(at, 10));
    std::string begins = std::to_string(object) + " 0 obj";
    ASSERT_EQ(many.substr(offset, begins.size()), begins);
    if (many.substr(at + 20, 7) == "trailer") break;
  }
  EXPECT_LT(one.size(), 200'000u) << "only the glyphs that occur are embedded";
}

TEST(TrueType, ASubsetIsAFontThatHasTheSameGlyphs) {
  if (chinese_font().empty()) GTEST_SKIP() << "no Chinese TrueType font here";
  auto font = TrueType::parse(*read_text_file(chinese_font(), 64u << 20));
  ASSERT_TRUE(font) << font.error().reason;
  uint16_t level = font->glyph_of(U'级');
  ASSERT_NE(level, 0);
  std::map<uint16_t, uint16_t> numbers;
  auto small = font->subset({0, level}, numbers);
  ASSERT_TRUE(small);
  EXPECT_EQ(numbers[level], 1);
  EXPECT_LT(small->size(), 100'000u);
}

TEST(TrueType, BrokenFontsAreErrors) {
  if (chinese_font().empty()) GTEST_SKIP() << "no Chinese TrueType font here";
  std::string bytes = read_text_file(chinese_font(), 64u << 20)->substr(0, 4000);
  EXPECT_FALSE(TrueType::parse(bytes));
  EXPECT_EQ(TrueType::parse("").error().reason, "font.broken");
  SeededRandom random(5);
  for (int i = 0; i < 200; i++) {
    std::string bent = bytes;
    for (int k = 0; k < 20; k++) bent[random.below(bent.size())] = static_cast<char>(random.below(256));
    (void)TrueType::parse(bent);
  }
}

}  // namespace
}  // namespace sluice
