#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "crypto/block_digest.h"
#include "crypto/hash.h"
#include "recheck/check.h"
#include "recheck/claim.h"
#include "recheck/file_digest.h"
#include "recheck/identifiers.h"

namespace sluice::recheck {
namespace {

bool holds(const char* technique, const char* parameters, const char* cell) {
  auto claim = claim_of(technique, *parse_json(parameters));
  return claim && claim->holds(cell);
}

TEST(Claim, EachTechniqueIsToldFromAnUntouchedValue) {
  EXPECT_TRUE(holds("mask", R"({"first":3,"last":4})", "138****0000"));
  EXPECT_FALSE(holds("mask", R"({"first":3,"last":4})", "13800000000"));
  EXPECT_TRUE(holds("mask", R"({"first":1})", "欧***"));
  EXPECT_FALSE(holds("mask", R"({"first":1})", "欧阳某"));
  EXPECT_TRUE(holds("pseudonym", R"({"prefix":"P","length":13})", "Pabcdefghij234"));
  EXPECT_FALSE(holds("pseudonym", R"({"length":13})", "张三"));
  EXPECT_TRUE(holds("date", R"({"unit":"quarter"})", "2024-04-01"));
  EXPECT_FALSE(holds("date", R"({"unit":"quarter"})", "2024-05-01"));
  EXPECT_FALSE(holds("date", R"({"unit":"month"})", "2024-05-17"));
  EXPECT_TRUE(holds("band", R"({"width":5,"top":90})", "40-44"));
  EXPECT_TRUE(holds("band", R"({"width":5,"top":90})", "90+"));
  EXPECT_FALSE(holds("band", R"({"width":5})", "40-49"));
  EXPECT_TRUE(holds("region", R"({"digits":4})", "419900"));
  EXPECT_FALSE(holds("region", R"({"digits":4})", "419901"));
  EXPECT_TRUE(holds("round", R"({"to":10})", "120.00"));
  EXPECT_FALSE(holds("round", R"({"to":10})", "123.45"));
  EXPECT_FALSE(holds("blank", "{}", "x"));
  EXPECT_TRUE(holds("redact", R"({"value":"x"})", "x"));
  EXPECT_TRUE(holds("hierarchy", R"({"hierarchy":"icd10","height":2})", "IX"));
  EXPECT_FALSE(holds("hierarchy", R"({"hierarchy":"icd10","height":2})", "I10.x00"));
  EXPECT_FALSE(holds("clamp", R"({"top":90})", "97"));
  EXPECT_FALSE(holds("encrypt", "{}", "张三"));
  EXPECT_EQ(claim_of("keep", Json::object()), nullptr);
}

std::string id_with_check(const std::string& first17) { return first17 + check_character_of_id(first17); }

TEST(Claim, AnIdNumberOfAnAssignableDivisionIsNotWhatMaskingWrites) {
  EXPECT_TRUE(holds("id_number", R"({"region":2,"birth":"year"})", id_with_check("41000019870101000").c_str()));
  EXPECT_FALSE(holds("id_number", R"({"region":2,"birth":"year"})", id_with_check("41990119871123451").c_str()));
  EXPECT_TRUE(holds("format_preserving", R"({"kind":"id_number"})", id_with_check("41600119871123451").c_str()));
  EXPECT_FALSE(holds("format_preserving", R"({"kind":"id_number"})", id_with_check("41990119871123451").c_str()));
}

TEST(Identifiers, AreFoundByTypeAndChanceHitsAreNot) {
  IdentifierScan scan;
  scan.cell(id_with_check("41990119871123451"));
  scan.cell("请联系 13912345678 或 a.b@example.org");
  scan.cell("卡号4111111111111111");
  scan.cell("护照E12345678");
  scan.cell("患者：王小明，来诊");
  auto found = scan.found();
  EXPECT_EQ(found["id_number"], 1u);
  EXPECT_EQ(found["phone"], 1u);
  EXPECT_EQ(found["email"], 1u);
  EXPECT_EQ(found["bank_card"], 1u);
  EXPECT_EQ(found["passport"], 1u);
  EXPECT_EQ(found["person_name"], 1u);
  IdentifierScan none;
  for (const char* cell : {"2024-01-01 10:20:30", "0.13912345678", "1391234567812", "AE123456789", "患者王某来诊为好", "高血压", "price@home"}) none.cell(cell);
  EXPECT_TRUE(none.found().empty());
}

// The law of receipts of format 2: what the writer's lanes compute is what the checker computes by the page of the format.
TEST(FileDigest, TheCheckersEqualsTheWritersForFilesOfEverySize) {
  SeededRandom random(9);
  Bytes data = random_bytes(random, (size_t{2} << 20) + 4321);
  std::string path = testing::TempDir() + "/recheck_digest_" + std::to_string(::getpid());
  for (size_t size : {size_t{0}, size_t{1}, size_t{65535}, size_t{65536}, size_t{65537}, size_t{1} << 20, size_t{17} * 65536, data.size()}) {
    ASSERT_TRUE(write_file(path, ByteView(data).first(size)));
    EXPECT_EQ(*digest_of_file(kBlockDigestKind, path), *block_digest_of_file(path)) << size;
    EXPECT_EQ(*digest_of_file("sm3", path), sm3(ByteView(data).first(size)));
  }
  EXPECT_EQ(digest_of_file("sm3-blocks-65536/2", path).error().reason, "recheck.unsupported_format");
  std::remove(path.c_str());
  for (const char* kind : {"sm3", "sm3-blocks-65536/1"}) EXPECT_EQ(digest_of_file(kind, path).error().reason, "file.not_found");
}

struct CheckedFile {
  std::string path = testing::TempDir() + "/recheck_" + std::to_string(::getpid()) + ".csv";
  std::string receipt;
  explicit CheckedFile(const std::string& text) {
    EXPECT_TRUE(write_file(path, view(text)));
    receipt = R"({"format":"sluice-deident-receipt/1","rows_in":4,"rows_out":4,"output_sm3":")" + hex(sm3(view(text))) +
              R"(","fields":[{"column":"name","technique":"suppress","masked":4,"nulls":0,"failed":0},
      {"column":"tel","technique":"mask","masked":3,"nulls":1,"failed":0,"parameters":{"first":3,"last":4}},
      {"column":"year","technique":"date","masked":4,"nulls":0,"failed":0,"parameters":{"unit":"year"}}],
      "risk_after":{"columns":["year"],"k_min":2}})";
  }
  std::string verdict(const Demands& demands = {}) const {
    auto report = check_output(path, receipt, demands);
    if (!report) return std::string(report.error().reason);
    std::string out;
    for (const auto& f : report->findings)
      if (f.outcome == Outcome::broken) out += f.check + " ";
    EXPECT_EQ(report->holds, out.empty());
    return out;
  }
};

const std::string kGood = "tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n137****2222,1990-01-01\n";

// The same receipt in format 2.
std::string in_format_2(const CheckedFile& file, std::string kind = std::string(kBlockDigestKind)) {
  Json json = *parse_json(file.receipt);
  json.set("format", "sluice-deident-receipt/2");
  json.set("digest_kind", kind);
  json.set("output_digest", hex(*block_digest_of_file(file.path)));
  json.erase("output_sm3");
  return canonical(json);
}

TEST(Check, BothFormatsOfReceiptsAreReadEachWithItsKindOfDigest) {
  CheckedFile file(kGood);
  EXPECT_EQ(file.verdict(), "");
  file.receipt = in_format_2(file);
  EXPECT_EQ(file.verdict(), "");
  auto report = check_output(file.path, file.receipt, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->findings[0].check, "digest");
  EXPECT_EQ(report->findings[0].outcome, Outcome::ok);
  EXPECT_EQ(report->findings[0].detail, kBlockDigestKind);
  ASSERT_TRUE(write_file(file.path, view("tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n137****3333,1990-01-01\n")));
  EXPECT_EQ(file.verdict(), "digest ");
  file.receipt = in_format_2(file, "sm3-of-my-own/1");
  EXPECT_EQ(file.verdict(), "recheck.unsupported_format");
}

TEST(Check, AFileThatKeepsItsReceiptHoldsAndEveryBreachIsNamed) {
  EXPECT_EQ(CheckedFile(kGood).verdict(), "");
  EXPECT_EQ(CheckedFile(kGood).verdict({.k = 3}), "k ");
  EXPECT_EQ(CheckedFile(kGood).verdict({.k = 2, .quasi_identifiers = {"tel"}}), "k ");
  EXPECT_EQ(CheckedFile(kGood).verdict({.k = 2, .quasi_identifiers = {"none"}}), "recheck.no_such_column");
  EXPECT_EQ(CheckedFile("tel,year\n138****0000,1987-01-01\n,1987-01-01\n13912341111,1990-01-01\n137****2222,1990-01-01\n").verdict(), "claim residual ");
  EXPECT_EQ(CheckedFile("tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-05-01\n137****2222,1990-01-01\n").verdict(), "claim k ");
  EXPECT_EQ(CheckedFile("tel,year\n,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n137****2222,1990-01-01\n").verdict(), "empty_cells ");
  EXPECT_EQ(CheckedFile("tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n").verdict(), "rows k ");
  EXPECT_EQ(CheckedFile("name,tel,year\na,138****0000,1987-01-01\nb,,1987-01-01\nc,139****1111,1990-01-01\nd,137****2222,1990-01-01\n").verdict(), "columns ");
  CheckedFile touched(kGood);
  ASSERT_TRUE(write_file(touched.path, view("tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n137****3333,1990-01-01\n")));
  EXPECT_EQ(touched.verdict(), "digest ");
  touched.receipt = "{}";
  EXPECT_EQ(touched.verdict(), "recheck.unsupported_format");
}

}  // namespace
}  // namespace sluice::recheck
