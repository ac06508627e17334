#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "crypto/block_digest.h"
#include "crypto/document_signature.h"
#include "crypto/hash.h"
#include "recheck/check.h"
#include "recheck/claim.h"
#include "recheck/file_digest.h"
#include "recheck/identifiers.h"
#include "recheck/ladder.h"
#include "recheck/receipt_signature.h"
#include "recheck/value_tree.h"

namespace sluice::recheck {
namespace {

bool holds(const char* technique, const char* parameters, const char* cell) {
  const Parameters read = Parameters::read(technique, *parse_json(parameters));
  EXPECT_EQ(read.fault(), "") << technique << " " << parameters;
  auto claim = claim_of(technique, read);
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
  EXPECT_FALSE(holds("hierarchy", R"({"hierarchy":"icd10","height":1})", "I1"));
  EXPECT_TRUE(holds("hierarchy", R"({"hierarchy":"division","height":2})", "410000"));
  EXPECT_FALSE(holds("hierarchy", R"({"hierarchy":"division","height":2})", "419900"));
  EXPECT_TRUE(holds("hierarchy", R"({"hierarchy":"age","height":4})", "80-89"));
  EXPECT_FALSE(holds("hierarchy", R"({"hierarchy":"age","height":4})", "35-39"));
  EXPECT_FALSE(holds("hierarchy", R"({"hierarchy":"age","height":5})", "0-39"));
  EXPECT_TRUE(holds("hierarchy", R"({"hierarchy":"date","height":2})", "2024Q1"));
  EXPECT_FALSE(holds("hierarchy", R"({"hierarchy":"date","height":2})", "202403"));
  EXPECT_TRUE(holds("hierarchy", R"({"hierarchy":"date","height":4})", "2020s"));
  EXPECT_FALSE(holds("hierarchy", R"({"hierarchy":"drug","height":5})", "XA01ABD075A002010100483"));
  EXPECT_FALSE(holds("clamp", R"({"bottom":-3})", "-3.5"));
  EXPECT_TRUE(holds("clamp", R"({"top":-3})", "-3.5"));
  EXPECT_FALSE(holds("clamp", R"({"top":90})", "97"));
  EXPECT_FALSE(holds("encrypt", "{}", "张三"));
  EXPECT_EQ(claim_of("keep", Parameters::read("keep", Json::object())), nullptr);
}

// A number stands alone only where a band has room for one: by its width, or where the top cuts it.
TEST(Claim, ABandIsOnTheGridOfItsWidthAndNoRawNumber) {
  EXPECT_FALSE(holds("band", R"({"width":10})", "83"));
  EXPECT_TRUE(holds("band", R"({"width":10})", "80-89"));
  EXPECT_FALSE(holds("band", R"({"width":10})", "83-83"));
  EXPECT_FALSE(holds("band", R"({"width":10})", "83-92"));
  EXPECT_TRUE(holds("band", R"({"width":10})", "-10--1"));
  EXPECT_TRUE(holds("band", R"({"width":1})", "83"));
  EXPECT_TRUE(holds("band", R"({"width":10,"top":81})", "80"));
  EXPECT_TRUE(holds("band", R"({"width":10,"top":85})", "80-84"));
  EXPECT_FALSE(holds("band", R"({"width":10,"top":85})", "80-89"));
  EXPECT_FALSE(holds("band", R"({"width":10,"top":85})", "90-99"));
  EXPECT_TRUE(holds("band", R"({"width":10,"bottom":18})", "18-27"));
  EXPECT_FALSE(holds("band", R"({"width":10,"bottom":18})", "20-29"));
  EXPECT_FALSE(holds("band", R"({"width":10,"bottom":18})", "8-17"));
  EXPECT_TRUE(holds("band", R"({"width":10,"bottom":18})", "<18"));
  EXPECT_FALSE(holds("band", R"({"width":10})", "90+"));
}

TEST(Parameters, WhatATechniqueCannotHaveIsAFaultAndNamed) {
  auto fault = [](const char* technique, const char* json) { return Parameters::read(technique, *parse_json(json)).fault(); };
  for (auto [technique, json, named] : std::initializer_list<std::array<const char*, 3>>{
           {"round", R"({"to":0})", "to"}, {"round", R"({"to":-1})", "to"}, {"round", "{}", "to"}, {"round", R"({"to":"10"})", "to"}, {"round", R"({"to":1.5})", "to"},
           {"round", R"({"to":9223372036854775807})", "to"}, {"region", R"({"digits":-5})", "digits"}, {"region", R"({"digits":3})", "digits"},
           {"rare", R"({"k":0})", "k"}, {"microaggregate", R"({"k":1})", "k"}, {"hierarchy", R"({"hierarchy":"division","height":99})", "height"},
           {"hierarchy", R"({"hierarchy":"age","height":-1})", "height"}, {"hierarchy", R"({"height":1})", "hierarchy"}, {"band", R"({"width":0})", "width"},
           {"band", R"({"width":5,"top":3,"bottom":3})", "bottom"}, {"clamp", "{}", "top"}, {"mask", "{}", "first"}, {"mask", R"({"first":-1})", "first"},
           {"mask", R"({"first":1,"mask_char":"**"})", "mask_char"}, {"date", R"({"unit":"week"})", "unit"}, {"pseudonym", R"({"length":0})", "length"},
           {"format_preserving", R"({"kind":"soul"})", "kind"}, {"format_preserving", R"({"kind":"phone","first":2})", "first"}, {"well_formed", "{}", "form"},
           {"mask", R"({"first":1,"otherwise":"keep"})", "otherwise"}, {"mask", R"({"first":1,"when":{"column":"a","is":[],"is_not":[]}})", "when"},
           {"rare", R"({"k":5,"when":{"column":"a","is":["x"]}})", "when"}, {"id_number", R"({"region":5})", "region"}})
    EXPECT_EQ(fault(technique, json), named) << technique << " " << json;
  EXPECT_EQ(fault("mask", R"({"first":1,"k":5})"), "one that the technique does not have");
  for (auto [technique, json] : std::initializer_list<std::array<const char*, 2>>{
           {"rare", R"({"k":5,"value":"x"})"}, {"mask", R"({"first":1,"when":{"column":"a","is":["x"],"is_not":[]},"otherwise":"keep"})"}, {"keep", "{}"},
           {"format_preserving", R"({"kind":"card","first":6,"cipher":"aes"})"}, {"hierarchy", R"({"hierarchy":"mine","height":40})"}, {"text", R"({"domain":"d"})"}})
    EXPECT_EQ(fault(technique, json), "") << technique << " " << json;
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
  for (const char* id : {"身份证４４９８０１１９６８０３１２４５１５", "449801 19680312 4515", "449801680312451"}) {
    IdentifierScan one;
    one.cell(id);
    EXPECT_EQ(one.found()["id_number"], 1u) << id;
  }
  for (const char* phone : {"１３８００１３８００１", "138 0013 8001", "138-0013-8001", "1380013 8001"}) {
    IdentifierScan one;
    one.cell(phone);
    EXPECT_EQ(one.found()["phone"], 1u) << phone;
  }
  // Ten people among ninety numbers of their shape: more than chance gives of dates so old.
  IdentifierScan many;
  for (int i = 0; i < 10; i++) many.cell(id_with_check("4498011968031245" + std::to_string(i)));
  for (int i = 0; i < 90; i++) many.cell("4498011968031" + std::to_string(100 + i) + (id_with_check("4498011968031" + std::to_string(100 + i) + "1").back() == '7' ? "18" : "17"));
  EXPECT_EQ(many.found()["id_number"], 10u);
  IdentifierScan none;
  for (const char* cell : {"120 80 72 36 18", "2024-01-01 10:20:30", "0.13912345678", "1391234567812", "AE123456789", "患者王某来诊为好", "高血压", "price@home"}) none.cell(cell);
  EXPECT_TRUE(none.found().empty());
}

// The law of receipts of format 2: what the writer's lanes compute is what the checker computes by the page of the format.
TEST(Identifiers, AreNotSeenInsideUuidsAndDigests) {
  for (const char* token : {"cd021316-1bf6-2049-1604-18803332993d", "07aa6775-0a7b-23fb-1732-54765010b38f", "b13812345678abcd", "62220212345678901289f86d081884c7"}) {
    IdentifierScan scan;
    scan.cell(token);
    EXPECT_TRUE(scan.found().empty()) << token;
  }
  IdentifierScan scan;
  scan.cell("x13812345678abcd");
  EXPECT_EQ(scan.found().size(), 1u);
}

TEST(HierarchyLines, LabelsOfIntervalsWithCommasNeedNoQuotes) {
  const std::string path = ::testing::TempDir() + "intervals.csv";
  ASSERT_TRUE(write_file(path, view("20;[20, 40[;[0, 100[\n25;[20, 40[;[0, 100[\n40;[40, 60[;[0, 100[\n")));
  auto ladder = Ladder::read(path);
  ASSERT_TRUE(ladder);
  EXPECT_EQ(ladder->top(), 2u);
  EXPECT_EQ(ladder->label("25", 1), "[20, 40[");
  auto tree = ValueTree::read(path);
  ASSERT_TRUE(tree);
  EXPECT_EQ(*tree->groups_of("20"), (std::vector<uint32_t>{0, 1}));
  ASSERT_TRUE(write_file(path, view("20;a;*\n25;*\n")));
  EXPECT_EQ(Ladder::read(path).error().reason, "recheck.bad_hierarchy");
  EXPECT_EQ(ValueTree::read(path).error().reason, "recheck.bad_hierarchy");
  std::remove(path.c_str());
}

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
    receipt = R"({"format":"sluice-deident-receipt/1","rows_in":4,"rows_out":4,"residual_rows_scanned":4,"output_sm3":")" + hex(sm3(view(text))) +
              R"(","fields":[{"column":"name","technique":"suppress","masked":4,"nulls":0,"failed":0},
      {"column":"tel","technique":"mask","masked":3,"nulls":1,"failed":0,"parameters":{"first":3,"last":4}},
      {"column":"year","technique":"date","masked":4,"nulls":0,"failed":0,"parameters":{"unit":"year"}}],
      "risk_after":{"columns":["year"],"rows":4,"classes":2,"k_min":2,"unique_rows":0,"prosecutor_ppm":500000,"journalist_ppm":500000,"marketer_ppm":500000}})";
  }
  std::string verdict(const Demands& demands = {}) const {
    auto report = check_output(path, receipt, demands);
    if (!report) return std::string(report.error().reason);
    std::string out;
    uint64_t not_checkable = 0;
    for (const auto& f : report->findings) {
      if (f.outcome == Outcome::broken) out += f.check + " ";
      not_checkable += f.outcome == Outcome::not_checkable;
    }
    EXPECT_EQ(report->holds, out.empty());
    EXPECT_EQ(report->not_checkable, not_checkable);
    return out;
  }
  // With one member of the receipt changed, or taken away by a null.
  std::string verdict_when(const char* member, const char* value) const {
    CheckedFile other = *this;
    Json json = *parse_json(receipt);
    Json to = *parse_json(value);
    if (to.is_null()) {
      json.erase(member);
    } else {
      json.set(member, to);
    }
    other.receipt = canonical(json);
    return other.verdict();
  }
  // With a text of the receipt replaced.
  std::string verdict_with(const std::string& from, const std::string& to) const {
    CheckedFile other = *this;
    size_t at = other.receipt.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    other.receipt.replace(at, from.size(), to);
    return other.verdict();
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
  EXPECT_EQ(CheckedFile("tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-05-01\n137****2222,1990-01-01\n").verdict(), "claim k risk ");
  EXPECT_EQ(CheckedFile("tel,year\n,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n137****2222,1990-01-01\n").verdict(), "empty_cells ");
  EXPECT_EQ(CheckedFile("tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n").verdict(), "rows k risk ");
  EXPECT_EQ(CheckedFile("name,tel,year\na,138****0000,1987-01-01\nb,,1987-01-01\nc,139****1111,1990-01-01\nd,137****2222,1990-01-01\n").verdict(), "columns ");
  CheckedFile touched(kGood);
  ASSERT_TRUE(write_file(touched.path, view("tel,year\n138****0000,1987-01-01\n,1987-01-01\n139****1111,1990-01-01\n137****3333,1990-01-01\n")));
  EXPECT_EQ(touched.verdict(), "digest ");
  touched.receipt = "{}";
  EXPECT_EQ(touched.verdict(), "recheck.unsupported_format");
}

// The law of receipts: whatever member is false of the file or of the others, the check says which.
TEST(Check, AFalseReceiptIsRefusedWhicheverMemberIsFalse) {
  CheckedFile file(kGood);
  EXPECT_EQ(file.verdict_when("rows_in", "5"), "row_sum ");
  EXPECT_EQ(file.verdict_when("rows_suppressed", "7"), "row_sum ");
  EXPECT_EQ(file.verdict_when("rows_in", "-4"), "recheck.malformed_receipt");
  EXPECT_EQ(file.verdict_when("residual_rows_scanned", "0"), "scanned ");
  EXPECT_EQ(file.verdict_when("residual_rows_scanned", "null"), "scanned ");
  EXPECT_EQ(file.verdict_with(R"("classes":2)", R"("classes":1)"), "risk ");
  EXPECT_EQ(file.verdict_with(R"("unique_rows":0)", R"("unique_rows":3)"), "risk ");
  EXPECT_EQ(file.verdict_with(R"("prosecutor_ppm":500000)", R"("prosecutor_ppm":1)"), "risk ");
  EXPECT_EQ(file.verdict_with(R"("marketer_ppm":500000)", R"("marketer_ppm":1)"), "risk ");
  EXPECT_EQ(file.verdict_with(R"("k_min":2)", R"("k_min":50)"), "k ");
  EXPECT_EQ(file.verdict_with(R"("columns":["year"])", R"("columns":["born"])"), "k k risk ");
  EXPECT_EQ(file.verdict_with(R"("technique":"mask")", R"("technique":"zzz")"), "claim ");
  EXPECT_EQ(file.verdict_with(R"("technique":"mask")", R"("technique":"keep")"), "field_counts ");
  EXPECT_EQ(file.verdict_with(R"("masked":3,"nulls":1)", R"("masked":9,"nulls":1)"), "field_counts ");
  EXPECT_EQ(file.verdict_with(R"("masked":3,"nulls":1)", R"("masked":"3","nulls":1)"), "recheck.malformed_receipt");
  EXPECT_EQ(file.verdict_when("models", R"([{"model":"k","column":"","wanted":2,"reached":2,"holds":true}])"), "");
  EXPECT_EQ(file.verdict_when("models", R"([{"model":"k","column":"","wanted":3,"reached":3,"holds":true}])"), "model ");
  EXPECT_EQ(file.verdict_when("models", R"([{"model":"l","column":"tel","wanted":2,"reached":2,"holds":true}])"), "");
  EXPECT_EQ(file.verdict_when("models", R"([{"model":"l","column":"tel","wanted":1,"reached":1,"holds":true}])"), "model ");
  EXPECT_EQ(file.verdict_when("models", R"([{"model":"t_permille","column":"tel","wanted":500,"reached":500,"holds":true}])"), "");
  EXPECT_EQ(file.verdict_when("models", R"([{"model":"t_permille","column":"tel","wanted":100,"reached":100,"holds":true}])"), "model ");
  EXPECT_EQ(file.verdict_when("models", R"([{"model":"luck","column":"","wanted":1,"reached":1,"holds":true}])"), "model ");
  // Parameters out of their range claim nothing: no crash, and never "holds".
  for (const char* rule : {R"("technique":"round","masked":3,"nulls":1,"failed":0,"parameters":{"to":0}})", R"("technique":"round","masked":3,"nulls":1,"failed":0,"parameters":{"to":-1}})",
                           R"("technique":"region","masked":3,"nulls":1,"failed":0,"parameters":{"digits":-5}})", R"("technique":"rare","masked":3,"nulls":1,"failed":0,"parameters":{"k":0}})",
                           R"("technique":"hierarchy","masked":3,"nulls":1,"failed":0,"parameters":{"hierarchy":"division","height":99}})"})
    EXPECT_EQ(file.verdict_with(R"("technique":"mask","masked":3,"nulls":1,"failed":0,"parameters":{"first":3,"last":4}})", rule), "claim ") << rule;
  EXPECT_EQ(file.verdict_with(R"("parameters":{"first":3,"last":4})", R"("parameters":[])"), "recheck.malformed_receipt");
  // A receipt that names no file is of any, and one field cannot be two things.
  EXPECT_EQ(file.verdict_when("output_sm3", "null"), "digest ");
  EXPECT_EQ(file.verdict_with(R"("fields":[)", R"("fields":[{"column":"year","technique":"suppress"},)"), "recheck.malformed_receipt");
  CheckedFile second = file;
  second.receipt = in_format_2(file);
  EXPECT_EQ(second.verdict_when("output_digest", "null"), "recheck.malformed_receipt");
  Json no_risk = *parse_json(file.receipt);
  no_risk.set("risk_before", *no_risk.find("risk_after"));
  no_risk.erase("risk_after");
  second.receipt = canonical(no_risk);
  EXPECT_EQ(second.verdict(), "k ");
  EXPECT_EQ(file.verdict({.covers = Covers::part}), "");
}

TEST(Check, TheRiskOfBeforeMustBePossible) {
  CheckedFile file(kGood);
  const Json good = *parse_json(file.receipt);
  const int64_t rows = *good.get_int("rows_in");
  Json before = *good.find("risk_after");
  auto verdict = [&](std::string_view member, int64_t value) {
    Json changed = before, receipt = good;
    if (!member.empty()) changed.set(member, value);
    receipt.set("risk_before", changed);
    CheckedFile other = file;
    other.receipt = canonical(receipt);
    return other.verdict();
  };
  EXPECT_EQ(verdict("", 0), "");
  for (auto [member, value] : {std::pair("rows", rows + 1), {"k_min", int64_t{0}}, {"k_min", int64_t{1}}, {"k_min", int64_t{3}}, {"unique_rows", int64_t{1}}, {"classes", int64_t{1}},
                               {"prosecutor_ppm", int64_t{1'000'001}}, {"journalist_ppm", int64_t{1'000'001}}, {"marketer_ppm", int64_t{1}}})
    EXPECT_EQ(verdict(member, value), "risk_before ") << member << value;
}

TEST(Check, WhatNobodyCanSeeInTheFileIsCountedAndWhatIsKeptIsNamed) {
  CheckedFile file(kGood);
  auto report = check_output(file.path, file.receipt, {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(std::any_of(report->findings.begin(), report->findings.end(),
                          [](const Finding& f) { return f.check == "residual" && f.column.empty() && f.outcome == Outcome::ok && f.cells == 4; }));
  EXPECT_EQ(report->not_checkable, 0u);
  size_t at = file.receipt.find(R"("technique":"date","masked":4)");
  file.receipt.replace(at, std::string(R"("technique":"date","masked":4)").size(), R"("technique":"keep","masked":0)");
  report = check_output(file.path, file.receipt, {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(std::any_of(report->findings.begin(), report->findings.end(),
                          [](const Finding& f) { return f.check == "kept" && f.column == "year" && f.outcome == Outcome::note; }));
  at = file.receipt.find(R"("technique":"mask")");
  file.receipt.replace(at, std::string(R"("technique":"mask")").size(), R"("technique":"text")");
  at = file.receipt.find(R"({"first":3,"last":4})");
  file.receipt.replace(at, std::string(R"({"first":3,"last":4})").size(), "{}");
  EXPECT_EQ(check_output(file.path, file.receipt, {})->not_checkable, 1u);
}

// The receipt of an aggregate of two groups by a threshold of 5; the file of `cells` lines with `hidden` hidden ones.
std::string verdict_on_aggregate(const std::string& text, int cells, int hidden, const char* rule) {
  CheckedFile file(text);
  file.receipt = R"({"format":"sluice-deident-receipt/1","rows_in":40,"rows_out":40,"residual_rows_scanned":40,"fields":[],"aggregated_cells":)" + std::to_string(cells) +
                 R"(,"aggregated_hidden":)" + std::to_string(hidden) + R"(,"output_sm3":")" + hex(sm3(view(text))) + "\"" + (*rule ? std::string(R"(,"aggregate":)") + rule : "") + "}";
  return file.verdict();
}

TEST(Check, AnAggregateShowsNothingBelowItsThresholdAndNothingThatItHid) {
  constexpr const char* kRule = R"({"by":["a","b"],"sums":[],"means":[],"threshold":5})";
  const std::string hidden = "a,b,count,suppressed\nx,p,,1\nx,q,,1\nx,(total),20,0\ny,p,,1\ny,q,,1\ny,(total),20,0\n(total),p,20,0\n(total),q,20,0\n(total),(total),40,0\n";
  const std::string filled = "a,b,count,suppressed\nx,p,3,0\nx,q,17,0\nx,(total),20,0\ny,p,17,0\ny,q,3,0\ny,(total),20,0\n(total),p,20,0\n(total),q,20,0\n(total),(total),40,0\n";
  EXPECT_EQ(verdict_on_aggregate(hidden, 9, 4, kRule), "");
  EXPECT_EQ(verdict_on_aggregate(hidden, 9, 3, kRule), "hidden_cells ");
  EXPECT_EQ(verdict_on_aggregate(filled, 9, 0, kRule), "threshold ") << "all that was hidden is filled in truthfully";
  EXPECT_EQ(verdict_on_aggregate(filled, 9, 0, ""), "") << "a receipt of before the rule was named says less";
  EXPECT_EQ(verdict_on_aggregate(hidden, 9, 4, R"({"by":["a"],"sums":[],"means":[],"threshold":5})"), "columns ");
  EXPECT_EQ(verdict_on_aggregate(hidden, 9, 4, R"({"by":["a","b"],"sums":[],"means":[],"threshold":1})"), "recheck.malformed_receipt");
  // Two hidden cells that share 4 are known within 2.
  EXPECT_EQ(verdict_on_aggregate("a,count,suppressed\nx,,1\ny,,1\nz,36,0\n(total),40,0\n", 4, 2, R"({"by":["a"],"sums":[],"means":[],"threshold":5})"), "recomputable ");
  // A line twice is one that the sums do not see.
  EXPECT_EQ(verdict_on_aggregate("a,count,suppressed\nx,,1\nx,,1\nz,10,0\n(total),40,0\n", 4, 2, R"({"by":["a"],"sums":[],"means":[],"threshold":5})"), "cells ");
  // 20 rows of whom one has an amount: sum and mean are that amount.
  EXPECT_EQ(verdict_on_aggregate("a,count,sum_m,mean_m,suppressed\nx,20,9.5,9.500000,0\ny,20,60.0,6.000000,0\n(total),40,69.5,6.318182,0\n", 3, 0,
                                 R"({"by":["a"],"sums":["m"],"means":["m"],"threshold":5})"),
            "threshold ");
}

TEST(Check, DiversityAndClosenessAreDemandedOfTheClassesThatStandInTheFile) {
  // Classes a and b of four rows each; the sensitive values 1..4.
  std::string text = "q,s\na,1\na,1\na,1\na,2\nb,1\nb,2\nb,3\nb,4\n";
  CheckedFile file(text);
  file.receipt = R"({"format":"sluice-deident-receipt/1","rows_in":8,"rows_out":8,"residual_rows_scanned":8,"fields":[{"column":"q","technique":"keep"},{"column":"s","technique":"keep"}],"output_sm3":")" +
                 hex(sm3(view(text))) + R"("})";
  auto l = [&](Diversity kind, double l, double c = 3) { return file.verdict({.quasi_identifiers = {"q"}, .diversity = {{"s", kind, l, c}}}); };
  EXPECT_EQ(l(Diversity::distinct, 2), "");
  EXPECT_EQ(l(Diversity::distinct, 3), "l ");
  EXPECT_EQ(l(Diversity::entropy, 1.7), "");   // exp of 0.75 ln(4/3) + 0.25 ln 4 = 1.7548
  EXPECT_EQ(l(Diversity::entropy, 1.8), "l ");
  EXPECT_EQ(l(Diversity::recursive, 2, 3.1), "");  // 3 < 3.1 × 1
  EXPECT_EQ(l(Diversity::recursive, 2, 3), "l ");
  auto t = [&](Distance distance, double t) { return file.verdict({.quasi_identifiers = {"q"}, .closeness = {{"s", distance, t}}}); };
  // The table: 1/2, 1/4, 1/8, 1/8; class a: 3/4, 1/4; class b: a quarter each. Equal: 1/4. Ordered: (1/4 + 1/4 + 1/8) / 3.
  EXPECT_EQ(t(Distance::equal, 0.25), "");
  EXPECT_EQ(t(Distance::equal, 0.24), "t ");
  EXPECT_EQ(t(Distance::ordered, 0.2084), "");
  EXPECT_EQ(t(Distance::ordered, 0.208), "t ");
  EXPECT_EQ(file.verdict({.diversity = {{"none"}}}), "recheck.no_such_column");
}

TEST(Check, MarksStandOnlyWhereTheStrategyLeavesSlack) {
  CheckedFile file(kGood);
  const std::string marks = R"({"masked_receipt_sm3":"00","cells_marked":4,"carriers":[{"column":"year","cells_changed":2}]})";
  EXPECT_EQ(file.verdict_when("marks", marks.c_str()), "marks ");
  size_t at = file.receipt.find(R"("technique":"date","masked":4)");
  file.receipt.replace(at, std::string(R"("technique":"date","masked":4)").size(), R"("technique":"keep","masked":0)");
  EXPECT_EQ(file.verdict_when("marks", marks.c_str()), "");
  EXPECT_EQ(file.verdict_when("marks", R"({"masked_receipt_sm3":"00","cells_marked":1,"carriers":[{"column":"year","cells_changed":2}]})"), "marks ");
}

TEST(ReceiptSignature, VouchesForExactlyThisReceiptAndByAKeyThatIsKnown) {
  CheckedFile file(kGood);
  auto key = Sm2PrivateKey::generate(), other = Sm2PrivateKey::generate();
  Json signature = sign_document(key, view(file.receipt));
  std::vector<Sm2PublicKey> known{key.public_key()}, stranger{other.public_key()};
  auto outcome = [&](std::string_view receipt, const std::optional<Json>& s, std::span<const Sm2PublicKey> keys) { return judge_signature(receipt, s, keys).outcome; };
  EXPECT_EQ(outcome(file.receipt, signature, known), Outcome::ok);
  EXPECT_EQ(outcome(file.receipt, signature, stranger), Outcome::broken);
  EXPECT_EQ(outcome(file.receipt, signature, {}), Outcome::not_checkable);
  EXPECT_EQ(outcome(file.receipt, {}, {}), Outcome::not_checkable);
  EXPECT_EQ(outcome(file.receipt, {}, known), Outcome::broken);
  std::string changed = file.receipt;
  changed.replace(changed.find("\"rows_in\":4"), 11, "\"rows_in\":5");
  EXPECT_EQ(outcome(changed, signature, known), Outcome::broken);
}

}  // namespace
}  // namespace sluice::recheck
