#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "base/random.h"
#include "codec/csv.h"
#include "crypto/block_digest.h"
#include "crypto/siv.h"
#include "deident/apply.h"
#include "deident/residual.h"
#include "deident/techniques/division_rank.h"
#include "deident/techniques/encrypt.h"
#include "deident/techniques/format_preserving.h"
#include "deident/techniques/learning.h"
#include "deident/techniques/pseudonym.h"
#include "deident/value_hierarchy.h"
#include "standard/codes.h"
#include "table/parquet.h"

namespace sluice::deident {
namespace {

std::vector<std::string> run_cells(const BoundTechnique& technique, const std::vector<std::string>& cells, bool backwards = false) {
  std::vector<CellInput> inputs;
  for (size_t i = 0; i < cells.size(); i++) inputs.push_back({cells[i], "k", i});
  MaskedCells out;
  backwards ? technique.reverse(inputs, out) : technique.run(inputs, out);
  std::vector<std::string> answers;
  for (size_t i = 0; i < out.size(); i++) answers.push_back(out.outcome(i) == CellOutcome::failed ? "FAILED" : std::string(out.at(i)));
  return answers;
}

FormatPreserving fpe_of(FormatKind kind, uint8_t key = 1, BlockCipher cipher = BlockCipher::sm4) {
  return FormatPreserving(SecretBytes(Bytes(32, key)), kind, cipher, 6);
}

// Well-formed numbers of nobody: the division codes are in cities that exist in form only.
std::string id_of(const std::string& first17) { return first17 + id_check_character(first17); }

TEST(FormatPreserving, AnIdNumberBecomesAValidOneInADivisionThatWasNeverAssignedAndComesBack) {
  std::vector<std::string> plain = {id_of("41432919870101001"), id_of("11429920000229999"), id_of("65909920191231123"),
                                    id_of("83000019560704002"), id_of("54010120260131011"), id_of("41432919870101002")};
  FormatPreserving fpe = fpe_of(FormatKind::id_number);
  auto masked = run_cells(fpe, plain);
  EXPECT_EQ(std::set<std::string>(masked.begin(), masked.end()).size(), plain.size());
  for (size_t i = 0; i < plain.size(); i++) {
    Verdict verdict = check_id_number(masked[i], {});
    EXPECT_TRUE(verdict.valid) << verdict.reason;
    EXPECT_TRUE(nobody_area(std::string_view(masked[i]).substr(0, 6)));
    EXPECT_EQ(masked[i].substr(6, 1), plain[i].substr(6, 1)) << "births stay in their span";
    ResidualTally tally;
    scan_cell(masked[i], tally);
    EXPECT_EQ(tally.id_shaped, 0u) << "an enciphered number is no residual identifier";
  }
  EXPECT_EQ(run_cells(fpe, masked, true), plain);
  EXPECT_NE(run_cells(fpe_of(FormatKind::id_number, 2), plain), masked);
  EXPECT_NE(run_cells(fpe_of(FormatKind::id_number, 1, BlockCipher::aes), plain), masked);
  EXPECT_EQ(fpe.small_domain_cells(), 0u);
  // Wrong check digit, unreal date, sequence of the masked form, a foreigner's card: not of the kind.
  std::string wrong = plain[0];
  wrong[17] = wrong[17] == '1' ? '2' : '1';
  EXPECT_EQ(run_cells(fpe, {wrong, id_of("41432919870230001"), id_of("41432919870101000"), id_of("91432919870101001"), "1234"}),
            std::vector<std::string>(5, "FAILED"));
}

TEST(FormatPreserving, TheOrderOfDivisionsIsOneToOneAndHoldsEveryDivisionOfTheList) {
  std::set<std::string> nobody;
  char code[6], other[6];
  for (uint32_t r = 0; r < kDivisions; r++) {
    put_assignable(r, code);
    put_nobody(r, other);
    ASSERT_EQ(assignable_rank({code, 6}), r);
    ASSERT_EQ(nobody_rank({other, 6}), r);
    ASSERT_FALSE(nobody_rank({code, 6}));
    nobody.emplace(other, 6);
  }
  EXPECT_EQ(nobody.size(), kDivisions);
  std::string list = std::string(SLUICE_ROOT) + "/../shared/data/codes/gb2260_areas.csv";
  auto text = read_text_file(list, 1u << 22);
  if (!text) GTEST_SKIP() << "the shared list of divisions is not there: only the order was checked";
  size_t seen = 0;
  for (size_t at = text->find('\n') + 1; at < text->size(); at = text->find('\n', at) + 1) {
    std::string area = text->substr(at, 6);
    EXPECT_TRUE(assignable_rank(area)) << area;
    EXPECT_FALSE(nobody.contains(area)) << area;
    seen++;
  }
  EXPECT_GT(seen, 2900u);
}

TEST(FormatPreserving, EachKindKeepsItsFormAndComesBack) {
  struct Case {
    FormatKind kind;
    std::vector<std::string> plain;
  };
  const Case cases[] = {
      {FormatKind::phone, {"13912345678", "+8613912345678", "8619900000000", "19999999999"}},
      {FormatKind::card, {"4111111111111111", "6222020000000000000", "5500005555555559"}},
      {FormatKind::digits, {"000000", "12345678901234567890", "999", "7"}},
      {FormatKind::code, {"H41999900123", "ab-12-CD-345", "XA01ABD075A002010100483", "A1"}},
      {FormatKind::date, {"1987-11-23", "19000101", "2099/12/31 10:00:00"}},
  };
  for (const Case& c : cases) {
    FormatPreserving fpe = fpe_of(c.kind);
    auto masked = run_cells(fpe, c.plain);
    EXPECT_NE(masked, c.plain);
    for (size_t i = 0; i < masked.size(); i++) {
      ASSERT_EQ(masked[i].size(), c.plain[i].size());
      for (size_t k = 0; k < masked[i].size(); k++) {
        EXPECT_EQ(std::isdigit(masked[i][k]), std::isdigit(c.plain[i][k]));
        EXPECT_EQ(std::isupper(masked[i][k]), std::isupper(c.plain[i][k]));
      }
    }
    EXPECT_EQ(run_cells(fpe, masked, true), c.plain) << name_of(c.kind);
    bool has_small = c.kind == FormatKind::date || c.kind == FormatKind::digits || c.kind == FormatKind::code;
    EXPECT_EQ(fpe.small_domain_cells() > 0, has_small) << "a small domain is said to be one";
  }
  EXPECT_EQ(run_cells(fpe_of(FormatKind::card), {"4111111111111112"})[0], "FAILED");
  EXPECT_EQ(run_cells(fpe_of(FormatKind::phone), {"12012345678", "1391234567"}), std::vector<std::string>(2, "FAILED"));
  EXPECT_EQ(run_cells(fpe_of(FormatKind::date), {"1899-12-31"})[0], "FAILED");
}

TEST(Encrypt, DeterministicKeepsEqualityRandomisedDoesNotAndOnlyTheKeyOpens) {
  auto cipher = [](uint8_t key) { return *Sm4Siv::create(SecretBytes(Bytes(32, key))); };
  Encrypt same(cipher(1), EncryptMode::deterministic, "d", "E:"), fresh(cipher(1), EncryptMode::randomised, "d", ""), other(cipher(2), EncryptMode::deterministic, "d", "E:"),
      elsewhere(cipher(1), EncryptMode::deterministic, "other", "E:");
  std::vector<std::string> plain = {"张三", "张三", "x", std::string(300, 'y'), ""};
  auto a = run_cells(same, plain), b = run_cells(fresh, plain);
  EXPECT_EQ(a[0], a[1]);
  EXPECT_NE(b[0], b[1]);
  EXPECT_EQ(a[4], "");
  EXPECT_NE(run_cells(elsewhere, plain)[0], a[0]);
  EXPECT_EQ(run_cells(same, a, true), plain);
  EXPECT_EQ(run_cells(fresh, b, true), plain);
  EXPECT_EQ(run_cells(other, {a[0]}, true)[0], "FAILED");
  EXPECT_EQ(run_cells(same, {a[0] + "A", "E:", "zz", a[0].substr(0, 20)}, true), std::vector<std::string>(4, "FAILED"));
}

TEST(Siv, Rfc5297StructureHoldsAndTamperingIsFound) {
  auto siv = Sm4Siv::create(SecretBytes(Bytes(32, 4)));
  Bytes sealed = siv->seal(view(std::string_view("ad")), view(std::string_view("hello")));
  EXPECT_EQ(sealed.size(), 21u);
  for (size_t i = 0; i < sealed.size(); i++) {
    Bytes bent = sealed;
    bent[i] ^= 1;
    EXPECT_FALSE(siv->open(view(std::string_view("ad")), bent));
  }
  EXPECT_FALSE(siv->open(view(std::string_view("bd")), sealed));
  EXPECT_TRUE(siv->open(view(std::string_view("ad")), sealed));
  EXPECT_TRUE(siv->open({}, siv->seal({}, {})));
  EXPECT_FALSE(Sm4Siv::create(SecretBytes(Bytes(16, 4))));
}

TEST(Hierarchy, BuiltInsGeneraliseStepByStepAndRefuseOtherKinds) {
  auto up = [](const char* name, const char* value, int height) {
    std::string out;
    return ValueHierarchy::built_in(name)->generalise(value, height, out) ? out : "FAILED";
  };
  EXPECT_EQ(up("date", "2024-03-17", 1), "2024-03");
  EXPECT_EQ(up("date", "20240317", 2), "2024Q1");
  EXPECT_EQ(up("date", "2024-03-17", 4), "2020s");
  EXPECT_EQ(up("date", "2024-02-30", 1), "FAILED");
  EXPECT_EQ(up("age", "37", 1), "35-39");
  EXPECT_EQ(up("age", "97", 2), "90+");
  EXPECT_EQ(up("age", "85", 4), "80-89");
  EXPECT_EQ(up("division", "419901", 1), "419900");
  EXPECT_EQ(up("division", "419901", 2), "410000");
  EXPECT_EQ(up("icd10", "I10.x00", 1), "I10");
  EXPECT_EQ(up("icd10", "D48.9", 2), "II");
  EXPECT_EQ(up("icd10", "D50.0", 2), "III");
  EXPECT_EQ(up("icd10", "高血压", 2), "FAILED");
  EXPECT_EQ(up("drug", "XA01ABD075A002010100483", 2), "XA01A");
  EXPECT_EQ(up("amount", "1234.56", 1), "1200-1299");
  EXPECT_EQ(up("amount", "1234.56", 3), "1000-9999");
  EXPECT_EQ(up("amount", "-1234.56", 1), "-1299..-1200");
  EXPECT_EQ(up("amount", "-3", 3), "-9..-1");
  EXPECT_EQ(up("amount", "-3", 2), "-3");
  EXPECT_EQ(up("amount", "-0.4", 1), "-1..0");
  EXPECT_EQ(up("amount", "-0.4", 3), "-9..0");
  EXPECT_EQ(up("amount", "-0", 1), "0");
  for (const char* name : {"date", "age", "division", "icd10", "drug", "amount"}) {
    const char* value = name == std::string("date") ? "2024-01-01" : name == std::string("icd10") ? "A01" : name == std::string("drug") ? "ZA01AAA0010010100001" : name == std::string("division") ? "110101" : "42";
    EXPECT_EQ(up(name, value, ValueHierarchy::built_in(name)->height()), "*");
    EXPECT_EQ(up(name, value, 0), value);
  }
}

TEST(Hierarchy, AGivenOneIsATreeOfEvenDepthOrRefusedWithItsLine) {
  auto reason = [](const char* csv) { return ValueHierarchy::parse(csv) ? "fine" : std::string(ValueHierarchy::parse(csv).error().reason); };
  EXPECT_EQ(reason("a;x;*\nb;x;*\nc;y;*\n"), "fine");
  EXPECT_EQ(reason(""), "hierarchy.empty");
  EXPECT_EQ(reason("a;x;*\nb;*\n"), "hierarchy.depths_differ");
  EXPECT_EQ(reason("a;x;*\na;y;*\n"), "hierarchy.value_twice");
  EXPECT_EQ(reason("a;x;p;*\nb;x;q;*\n"), "hierarchy.not_a_tree");
  EXPECT_EQ(reason("a;;*\n"), "hierarchy.gap");
  auto quoted = ValueHierarchy::parse("\"a;b\";x;*\n");
  std::string label;
  EXPECT_TRUE(quoted->generalise("a;b", 1, label));
  EXPECT_EQ(label, "x");
  auto tree = ValueHierarchy::parse("a;x;*\r\nb;x;*\r\n");
  std::string out;
  EXPECT_TRUE(tree->generalise("b", 1, out));
  EXPECT_EQ(out, "x");
  EXPECT_FALSE(tree->generalise("c", 1, out));
}

TEST(Noise, IsBoundedUnbiasedAndTheSameForTheSameRow) {
  Noise noise(SecretBytes(Bytes(32, 6)), 50);
  std::vector<std::string> keys;
  for (int i = 0; i < 20000; i++) keys.push_back("r" + std::to_string(i));
  std::vector<CellInput> inputs;
  for (const auto& k : keys) inputs.push_back({"1000.00", k, 0});
  MaskedCells out, again;
  noise.run(inputs, out);
  noise.run(inputs, again);
  double sum = 0;
  for (size_t i = 0; i < out.size(); i++) {
    double v = std::stod(std::string(out.at(i)));
    ASSERT_GE(v, 950.0);
    ASSERT_LE(v, 1050.0);
    ASSERT_EQ(out.at(i), again.at(i));
    sum += v;
  }
  // Standard deviation of the mean: 50/√3/√20000 = 0.2; five of them.
  EXPECT_NEAR(sum / 20000, 1000.0, 1.0);
}

TEST(Learning, MicroaggregationGroupsAtLeastKAndKeepsTheSum) {
  Microaggregate technique(3);
  std::vector<std::string> cells = {"1", "2", "3", "10.5", "10.5", "10.5", "10.5", "90", "100", "", "x"};
  for (size_t i = 0; i < cells.size(); i++) technique.learn({cells[i], "", i});
  ASSERT_TRUE(technique.finish_learning());
  auto out = run_cells(technique, cells);
  EXPECT_EQ(out[0], "2.0");
  std::map<std::string, int> sizes;
  double before = 0, after = 0;
  for (size_t i = 0; i < 9; i++) {
    sizes[out[i]]++;
    before += std::stod(cells[i]);
    after += std::stod(out[i]);
  }
  for (const auto& [value, n] : sizes) EXPECT_GE(n, 3) << value;
  EXPECT_NEAR(before, after, 0.5);
  EXPECT_EQ(out[9], "");
  EXPECT_EQ(out[10], "FAILED");
  Microaggregate few(5);
  few.learn({"1", "", 0});
  EXPECT_EQ(few.finish_learning().error().reason, "deident.too_few_values");
}

struct RecipeRun {
  std::string dir = testing::TempDir() + "/recipe_" + std::to_string(::getpid());
  std::string in = dir + "/in.csv", out = dir + "/out.csv", error, output;
  Receipt receipt;
  Strategy strategy;
  RecipeRun(const std::string& data, const std::string& rules, unsigned threads = 2) {
    std::filesystem::create_directories(dir);
    std::remove(out.c_str());
    EXPECT_TRUE(write_file(in, view(data)));
    auto read = read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\n" + rules);
    EXPECT_TRUE(read) << (read ? "" : read.error().reason);
    if (!read) return;
    strategy = *read;
    auto result = apply_csv(strategy, SecretBytes(Bytes(32, 7)), in, out, {.threads = threads});
    if (result) receipt = *result;
    if (!result) error = result.error().reason;
    output = read_text_file(out, 1 << 26).value_or("");
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> out_lines;
    for (size_t at = 0; at < output.size(); at = output.find('\n', at) + 1) out_lines.push_back(output.substr(at, output.find('\n', at) - at));
    return out_lines;
  }
};

std::string many_rows(int n) {
  std::string data = "id,v,d\n";
  for (int i = 0; i < n; i++) data += "p" + std::to_string(i) + "," + std::to_string(i % 97) + ",2024-01-" + (i % 28 < 9 ? "0" : "") + std::to_string(i % 28 + 1) + "\n";
  return data;
}

TEST(Recipes, PermutationKeepsTheMarginalAndDoesNotDependOnThreads) {
  std::string rules = "fields:\n  - {column: v, technique: permute}\n";
  RecipeRun one(many_rows(300000), rules, 1), three(many_rows(300000), rules, 3);
  ASSERT_EQ(one.error, "");
  EXPECT_EQ(one.output, three.output);
  std::map<std::string, int> before, after;
  size_t moved = 0, row = 0;
  for (const std::string& line : one.lines()) {
    if (row++ == 0) continue;
    std::string v = line.substr(line.find(',') + 1, line.rfind(',') - line.find(',') - 1), was = std::to_string((row - 2) % 97);
    before[was]++;
    after[v]++;
    moved += v != was;
  }
  EXPECT_EQ(before, after);
  EXPECT_GT(moved, 290000u);
}

TEST(Recipes, RareValuesGoAndCommonOnesStay) {
  RecipeRun run("g\na\na\na\nb\nc\nc\n", "fields:\n  - {column: g, technique: rare, k: 3, value: 其他}\n");
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.output, "g\na\na\na\n其他\n其他\n其他\n");
  EXPECT_EQ(run.receipt.columns[0].masked, 3u);
}

TEST(Recipes, RowsInSmallClassesAreDroppedWithinTheLimitAndCounted) {
  std::string data = "a,b\n";
  for (int i = 0; i < 100; i++) data += i < 98 ? "x,1\n" : "y," + std::to_string(i) + "\n";
  std::string head = "quasi_identifiers: [a, b]\nk_min: 5\nfields:\n  - {column: a, technique: keep}\n";
  RecipeRun run(data, "suppress_permille: 20\n" + head);
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.receipt.rows_out, 98u);
  EXPECT_EQ(*run.receipt.rows_suppressed, 2u);
  EXPECT_EQ(run.receipt.risk_after->k_min, 98u);
  EXPECT_EQ(*run.receipt.output_digest, block_digest(view(run.output)));
  EXPECT_EQ(RecipeRun(data, "suppress_permille: 19\n" + head).error, "deident.too_many_suppressed");
}

TEST(Recipes, ASampleIsOfPersonsAndTheSameInEveryTable) {
  std::string rules = "sample: {column: id, permille: 300}\nfields:\n  - {column: v, technique: keep}\n";
  RecipeRun run(many_rows(20000), rules);
  ASSERT_EQ(run.error, "");
  EXPECT_NEAR(static_cast<double>(run.receipt.rows_out), 6000, 400);
  EXPECT_EQ(run.receipt.rows_in, 20000u);
  EXPECT_EQ(*run.receipt.rows_not_sampled + run.receipt.rows_out, 20000u);
  std::string other = "x,id\n";
  std::set<std::string> first;
  for (const auto& line : run.lines()) first.insert(line.substr(0, line.find(',')));
  for (int i = 0; i < 20000; i++) other += "q,p" + std::to_string(i) + "\n";
  RecipeRun second(other, "sample: {column: id, permille: 300}\nfields:\n  - {column: x, technique: keep}\n");
  std::set<std::string> persons;
  for (const auto& line : second.lines()) persons.insert(line.substr(line.find(',') + 1));
  EXPECT_EQ(first, persons);
}

TEST(Recipes, WhatIsReversibleComesBackAndNothingElseDoes) {
  std::string id = id_of("41432919870101001");
  RecipeRun run("certno,name,note\n" + id + ",张三,\"a,b\"\n" + id + ",李四,\n",
                "fields:\n  - {column: certno, technique: format_preserving, kind: id_number}\n  - {column: name, technique: encrypt}\n  - {column: note, technique: mask, first: 1}\n");
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.output.find(id), std::string::npos);
  EXPECT_EQ(run.output.find("张三"), std::string::npos);
  std::string back = run.dir + "/back.csv";
  SecretBytes key(Bytes(32, 7));
  auto rows = reverse_csv(run.strategy, key, {"certno", "name"}, run.out, back);
  ASSERT_TRUE(rows) << rows.error().reason;
  EXPECT_EQ(*read_text_file(back, 1 << 20), "certno,name,note\n" + id + ",张三,a**\n" + id + ",李四,\n");
  EXPECT_EQ(reverse_csv(run.strategy, key, {"note"}, run.out, back).error().reason, "deident.not_reversible");
  std::remove(back.c_str());
  EXPECT_EQ(reverse_csv(run.strategy, SecretBytes(Bytes(32, 8)), {"name"}, run.out, back).error().reason, "deident.not_restored");
  EXPECT_FALSE(std::filesystem::exists(back));
}

TEST(Recipes, LinksHoldInsideAScopeAndEndAtItsBorder) {
  auto masked = [](const std::string& scope, const std::string& column, const std::string& technique) {
    RecipeRun run(column + ",k\n13912345678,1\n", "scope: " + scope + "\nfields:\n  - {column: " + column + ", domain: person, " + technique + "}\n");
    EXPECT_EQ(run.error, "");
    return run.lines()[1];
  };
  for (const std::string technique : {"technique: pseudonym", "technique: encrypt", "technique: format_preserving, kind: phone"}) {
    EXPECT_EQ(masked("a", "one", technique), masked("a", "two", technique));
    EXPECT_NE(masked("a", "one", technique), masked("b", "one", technique));
  }
}

TEST(Recipes, AnEncipheredPhoneIsAllowedInItsColumnAndTheReceiptSaysSo) {
  RecipeRun run("tel,d\n13912345678,2024-01-01\n", "fields:\n  - {column: tel, technique: format_preserving, kind: phone}\n  - {column: d, technique: format_preserving, kind: date}\n");
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.receipt.residual.at(0).type, "phone");
  EXPECT_EQ(run.receipt.columns[1].small_domain, 1u);
  EXPECT_FALSE(run.receipt.columns[0].small_domain);
  EXPECT_EQ(run.receipt.columns[0].parameters->find("kind")->as_string(), "phone");
}

TEST(Recipes, ParquetGivesTheCellsThatCsvGives) {
  std::string dir = testing::TempDir() + "/parquet_" + std::to_string(::getpid());
  std::filesystem::create_directories(dir);
  std::string in = dir + "/in.parquet", out = dir + "/out.parquet";
  std::vector<table::ColumnSpec> specs = {{"id", table::Type::text, 0}, {"name", table::Type::text, 0}, {"day", table::Type::date, 0}, {"fee", table::Type::decimal, 2}};
  std::string csv = "id,name,day,fee\n";
  {
    auto sink = table::create_parquet(in, specs);
    ASSERT_TRUE(sink);
    table::Batch batch;
    batch.rows = 3000;
    std::vector<table::ColumnBuilder> builders;
    for (const auto& spec : specs) builders.emplace_back(spec);
    for (int i = 0; i < 3000; i++) {
      std::string id = "p" + std::to_string(i), name = "王" + std::to_string(i % 7);
      builders[0].append_text(id);
      i % 5 ? builders[1].append_text(name) : builders[1].append_null();
      builders[2].append_int(19000 + i % 400);
      builders[3].append_int(i * 37);
      CivilDate d = civil_from_days(19000 + i % 400);
      char line[120];
      std::snprintf(line, sizeof line, "%s,%s,%04d-%02d-%02d,%d.%02d\n", id.c_str(), i % 5 ? name.c_str() : "", d.year, d.month, d.day, i * 37 / 100, i * 37 % 100);
      csv += line;
    }
    for (auto& b : builders) batch.columns.push_back(b.finish());
    ASSERT_TRUE((*sink)->append(batch));
    ASSERT_TRUE((*sink)->finish());
  }
  std::string rules = "quasi_identifiers: [day]\nfields:\n  - {column: id, technique: pseudonym}\n  - {column: name, technique: rare, k: 400, value: 其他}\n  - {column: day, technique: date_shift, person: id}\n"
                      "  - {column: fee, technique: microaggregate, k: 5}\n";
  RecipeRun run(csv, rules);
  ASSERT_EQ(run.error, "");
  auto receipt = apply_parquet(run.strategy, SecretBytes(Bytes(32, 7)), in, out, {.threads = 2});
  ASSERT_TRUE(receipt) << receipt.error().reason;
  EXPECT_EQ(receipt->risk_after->k_min, run.receipt.risk_after->k_min);
  EXPECT_EQ(receipt->columns[1].masked, run.receipt.columns[1].masked);
  auto stream = table::open_parquet(out);
  ASSERT_TRUE(stream);
  std::string again = "id,name,day,fee\n";
  while (auto batch = *(*stream)->next()) {
    for (size_t r = 0; r < batch->rows; r++)
      for (size_t c = 0; c < 4; c++) again += std::string(batch->columns[c].is_null(r) ? "" : batch->columns[c].text_at(r)) + (c < 3 ? "," : "\n");
  }
  EXPECT_EQ(again, run.output);
  std::remove(out.c_str());
  Strategy strict = run.strategy;
  strict.k_min = 1000000;
  EXPECT_EQ(apply_parquet(strict, SecretBytes(Bytes(32, 7)), in, out).error().reason, "deident.k_too_small");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir), {}), 1) << "nothing is left of a refused run";
  std::filesystem::remove_all(dir);
}

// Plain techniques on texts run inside the engine, on several threads: rows in order, counts as of the CSV path, the scan over kept texts.
TEST(Recipes, ParquetMaskedInsideTheEngineIsWhatCsvGives) {
  std::string dir = testing::TempDir() + "/parquet_engine_" + std::to_string(::getpid());
  std::filesystem::create_directories(dir);
  std::string in = dir + "/in.parquet", out = dir + "/out.parquet", csv = "no,name,tel\n";
  {
    std::vector<table::ColumnSpec> specs = {{"no", table::Type::text, 0}, {"name", table::Type::text, 0}, {"tel", table::Type::text, 0}};
    auto sink = table::create_parquet(in, specs);
    ASSERT_TRUE(sink);
    for (int from = 0; from < 130000; from += 65000) {
      table::Batch batch;
      batch.rows = 65000;
      std::vector<table::ColumnBuilder> builders;
      for (const auto& spec : specs) builders.emplace_back(spec);
      for (int i = from; i < from + 65000; i++) {
        std::string no = "r" + std::to_string(i), name = i % 5 ? "王" + std::to_string(i % 7) : "", tel = "138" + std::to_string(10000000 + i);
        builders[0].append_text(no);
        name.empty() ? builders[1].append_null() : builders[1].append_text(name);
        builders[2].append_text(tel);
        csv += no + "," + name + "," + tel + "\n";
      }
      for (auto& b : builders) batch.columns.push_back(b.finish());
      ASSERT_TRUE((*sink)->append(batch));
    }
    ASSERT_TRUE((*sink)->finish());
  }
  RecipeRun run(csv, "fields:\n  - {column: name, technique: mask, first: 1, last: 0}\n  - {column: tel, technique: mask, first: 3, last: 4}\n");
  ASSERT_EQ(run.error, "");
  auto receipt = apply_parquet(run.strategy, std::nullopt, in, out, {.threads = 2});
  ASSERT_TRUE(receipt) << receipt.error().reason << " " << receipt.error().detail;
  EXPECT_EQ(receipt->rows_out, 130000u);
  EXPECT_EQ(receipt->residual_rows_scanned, 130000u);
  for (size_t c = 0; c < 3; c++) {
    EXPECT_EQ(receipt->columns[c].masked, run.receipt.columns[c].masked);
    EXPECT_EQ(receipt->columns[c].nulls, run.receipt.columns[c].nulls);
  }
  EXPECT_EQ(*receipt->input_digest, block_digest(view(read_text_file(in, 1 << 26).value_or(""))));
  EXPECT_EQ(*receipt->output_digest, block_digest(view(read_text_file(out, 1 << 26).value_or(""))));
  auto stream = table::open_parquet(out);
  ASSERT_TRUE(stream);
  std::string again = "no,name,tel\n";
  while (auto batch = *(*stream)->next())
    for (size_t r = 0; r < batch->rows; r++)
      for (size_t c = 0; c < 3; c++) again += std::string(batch->columns[c].is_null(r) ? "" : batch->columns[c].text_at(r)) + (c < 2 ? "," : "\n");
  EXPECT_TRUE(again == run.output) << "other cells or another order";
  std::remove(out.c_str());
  Strategy open = *read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\nfields:\n  - {column: name, technique: mask, first: 1, last: 0}\n");
  EXPECT_EQ(apply_parquet(open, std::nullopt, in, out).error().reason, "deident.residual_found") << "kept phones are found";
  Strategy refusing = *read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\nunlisted: keep\nfields:\n  - {column: tel, technique: date, unit: year, on_failure: refuse}\n");
  EXPECT_EQ(apply_parquet(refusing, std::nullopt, in, out).error().reason, "deident.value_refused") << "our error comes through the engine";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir), {}), 1) << "nothing is left of a refused run";
  std::filesystem::remove_all(dir);
}

TEST(Recipes, BadParametersAreRefusedByName) {
  auto reason = [](const std::string& rule) {
    auto s = read_strategy("format: sluice-strategy/1\nid: a\nversion: \"1\"\nfields:\n  - {column: a, " + rule + "}\n");
    return s ? "fine" : std::string(s.error().reason);
  };
  EXPECT_EQ(reason("technique: format_preserving"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: format_preserving, kind: phone, first: 3"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: hierarchy, hierarchy: nowhere, height: 1"), "strategy.unknown_hierarchy");
  EXPECT_EQ(reason("technique: hierarchy, hierarchy: age, height: 9"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: noise, bound: 0, person: p"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: noise, bound: 5"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: clamp"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: rare, k: 1"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: keep, kind: phone"), "strategy.bad_parameter");
  EXPECT_EQ(reason("technique: clamp, top: 90"), "fine");
}

}  // namespace
}  // namespace sluice::deident
