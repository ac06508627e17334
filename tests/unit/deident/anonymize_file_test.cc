#include "deident/anonymize_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"

namespace sluice::deident {
namespace {

struct AnonymizedFolder {
  std::string path = testing::TempDir() + "/anonymize_file_" + std::to_string(::getpid());
  AnonymizedFolder() { std::filesystem::create_directories(path); }
  ~AnonymizedFolder() { std::filesystem::remove_all(path); }
  std::string file(const char* name, const std::string& text) const {
    std::string at = path + "/" + name;
    EXPECT_TRUE(write_file(at, view(text)));
    return at;
  }
};

// 120 people; every tenth without an age, illnesses in turn.
std::string people_to_anonymize(const std::string& more_header = "", const std::string& more = "") {
  std::string out = "sex,age,illness" + more_header + "\n";
  for (int i = 0; i < 120; i++) out += std::string(i % 2 ? "F" : "M") + "," + (i % 10 == 7 ? "" : std::to_string(20 + i % 40)) + "," + "ABC"[i % 3] + more + "\n";
  return out;
}

std::string ladders_of_ages() {
  std::string out;
  for (int a = 20; a < 60; a++) out += std::to_string(a) + ";" + std::to_string(a / 20 * 20) + "+;*\n";
  return out;
}

anonymity::Request request_for(const AnonymizedFolder& folder, const std::string& text, uint64_t k) {
  anonymity::Request out;
  out.in = folder.file("in.csv", text);
  out.out = folder.path + "/out.csv";
  out.quasi = {"sex", "age"};
  out.hierarchy_files = {{"age", folder.file("age.csv", ladders_of_ages())}};
  out.search.k = k;
  return out;
}

TEST(AnonymizeFile, TheReceiptSaysOfEveryColumnWhatWasDoneWhateverTheSearchFound) {
  AnonymizedFolder folder;
  for (auto [k, suppression, rows] : std::initializer_list<std::tuple<uint64_t, double, anonymity::SuppressedRows>>{
           {3, 0, anonymity::SuppressedRows::drop}, {2, 0.2, anonymity::SuppressedRows::drop}, {9, 0.2, anonymity::SuppressedRows::mark}, {70, 0, anonymity::SuppressedRows::drop}}) {
    for (auto recoding : {anonymity::Recoding::full_domain, anonymity::Recoding::local}) {
      if (recoding == anonymity::Recoding::local && suppression > 0) continue;
      auto request = request_for(folder, people_to_anonymize(), k);
      request.search.suppression = suppression;
      request.suppressed_rows = rows;
      request.recoding = recoding;
      request.sensitive = {"illness"};
      request.search.models.diversity = {{.column = 0, .l = 2}};
      Receipt receipt;
      auto done = anonymize_file(request, {.identifiers_kept = {}, .performed_by = "me", .receipt = [&](const Receipt& made) {
                                             EXPECT_FALSE(std::filesystem::exists(request.out)) << "the receipt is there before the output";
                                             receipt = made;
                                             return Status();
                                           }});
      ASSERT_TRUE(done) << k << " " << done.error().reason;
      ASSERT_TRUE(std::filesystem::remove(request.out));
      EXPECT_EQ(receipt.rows_out + receipt.rows_suppressed.value_or(0), 120u);
      EXPECT_EQ(receipt.residual_rows_scanned, receipt.rows_out);
      ASSERT_EQ(receipt.columns.size(), 3u);
      for (const auto& f : receipt.columns) EXPECT_EQ(f.masked + f.nulls + f.failed + *f.kept, 120u) << f.column << " " << k;
      EXPECT_EQ(receipt.columns[2].technique, Technique::keep);
      EXPECT_GE(receipt.risk_after->k_min, k);
      EXPECT_EQ(receipt.risk_before->rows, 120u);
      for (const auto& m : receipt.models) EXPECT_TRUE(m.holds) << m.model;
      EXPECT_FALSE(receipt.models.empty());
      EXPECT_TRUE(receipt.output_digest && receipt.input_digest);
    }
  }
}

TEST(AnonymizeFile, AnEmptyCellNeedsNoLineInTheHierarchy) {
  AnonymizedFolder folder;
  auto request = request_for(folder, people_to_anonymize(), 3);
  auto done = anonymize_file(request, {});
  ASSERT_TRUE(done) << done.error().reason;
  std::string text = *read_text_file(request.out, 1 << 20);
  EXPECT_NE(text.find("F,,"), std::string::npos) << "empty cells are a value of their own: " << text.substr(0, 200);
  auto coarse = request_for(folder, people_to_anonymize(), 70);
  ASSERT_TRUE(anonymize_file(coarse, {}));
  EXPECT_EQ(read_text_file(coarse.out, 1 << 20)->find(",,"), std::string::npos) << "and the highest level generalises them";
}

TEST(AnonymizeFile, IdentifiersInAnyColumnAreRefusedUnlessTheyAreSaidToStay) {
  AnonymizedFolder folder;
  auto request = request_for(folder, people_to_anonymize(",tel", ",13812345678"), 3);
  auto refused = anonymize_file(request, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "deident.residual_found");
  EXPECT_EQ(refused.error().detail, "column 4: phone in 120 cells");
  EXPECT_FALSE(std::filesystem::exists(request.out));
  Receipt receipt;
  auto kept = anonymize_file(request, {.identifiers_kept = {"tel"}, .performed_by = {}, .receipt = [&](const Receipt& made) {
                                         receipt = made;
                                         return Status();
                                       }});
  ASSERT_TRUE(kept) << kept.error().reason;
  EXPECT_EQ(receipt.residual.size(), 1u);
  std::filesystem::remove(request.out);
  auto no_paper = anonymize_file(request, {.identifiers_kept = {"tel"}, .performed_by = {}, .receipt = [](const Receipt&) -> Status { return fail(Errc::io, "file.unwritable"); }});
  ASSERT_FALSE(no_paper);
  EXPECT_FALSE(std::filesystem::exists(request.out)) << "no output without its receipt";
  auto in_header = request_for(folder, people_to_anonymize(",13812345678", ",x"), 3);
  std::filesystem::remove(in_header.out);
  auto named = anonymize_file(in_header, {});
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().reason, "deident.header_is_data");
  EXPECT_EQ(named.error().detail, "column 4");
  EXPECT_FALSE(std::filesystem::exists(in_header.out));
  for (const auto& left : std::filesystem::directory_iterator(folder.path)) EXPECT_TRUE(left.path().filename() == "in.csv" || left.path().filename() == "age.csv") << left.path();
}

}  // namespace
}  // namespace sluice::deident
