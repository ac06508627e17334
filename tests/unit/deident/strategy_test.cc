#include <gtest/gtest.h>

#include <cstdio>

#include "base/file.h"
#include "crypto/block_digest.h"
#include "deident/apply.h"
#include "deident/plan.h"
#include "deident/residual.h"
#include "deident/strategy_parts.h"
#include "deident/targets.h"
#include "rules/rule_set.h"

namespace sluice::deident {
namespace {

std::string shaped(std::string_view cell, MaskForm form) {
  std::string out;
  return mask_well_formed(cell, form, out) ? out : "-";
}

TEST(WellFormed, KeepsTheShapeAndNothingThatIdentifies) {
  EXPECT_EQ(shaped("13812345678", MaskForm::phone), "13800000000");
  EXPECT_EQ(shaped("+8613812345678", MaskForm::phone), "+8613800000000");
  EXPECT_EQ(shaped("12345678901", MaskForm::phone), "-");
  EXPECT_EQ(shaped("4111111111111111", MaskForm::card), "4111110000000005");
  EXPECT_EQ(shaped("4111111111111112", MaskForm::card), "-") << "no card number";
  EXPECT_EQ(shaped("A12345678", MaskForm::social_card), "A00000000");
  EXPECT_EQ(shaped("410102345678", MaskForm::insurance_number), "410102000000");
  EXPECT_EQ(shaped("某某省测试市样例区示范一路12号3单元", MaskForm::address), "某某省测试市样例区***");
  EXPECT_EQ(shaped("测试市幸福小区3栋", MaskForm::address), "测试市***");
  EXPECT_EQ(shaped("幸福小区3栋", MaskForm::address), "-");
}

std::string found_in(const std::vector<std::string>& cells) {
  ResidualTally tally;
  for (const auto& c : cells) scan_cell(c, tally);
  std::string out;
  for (auto [type, n] : tally.findings()) out += std::string(type) + "=" + std::to_string(n) + " ";
  return out;
}

TEST(Residual, FindsCardsInsuranceNumbersAndAddressesButNoMaskedOnes) {
  EXPECT_EQ(found_in({"卡号4111111111111111", "4012888888881881"}), "bank_card=2 ");
  EXPECT_EQ(found_in({"6222020200112233441", "6222020200112233442", "6222020200112233443"}), "") << "numbers that do not pass";
  EXPECT_EQ(found_in({"患者医保卡号：4101998877", "社会保障号 123456789", "医保目录2024"}), "insurance_number=2 ");
  EXPECT_EQ(found_in({"测试市示范一路12号", "幸福小区3栋", "2病区3号床", "国务院令第735号", "路边"}), "address=2 ");
  EXPECT_EQ(found_in({"A12345678", "B23456789", "C34567891", "D45678912", "E56789123"}), "social_card=5 ");
  EXPECT_EQ(found_in({"A12345678", "B23456789", "C34567891", "D45678912", "E56789123", "plain text", "more text", "and more"}), "");
  std::vector<std::string> masked;
  for (auto [cell, form] : std::vector<std::pair<std::string, MaskForm>>{{"13812345678", MaskForm::phone},
                                                                          {"4111111111111111", MaskForm::card},
                                                                          {"测试市样例区示范一路12号", MaskForm::address},
                                                                          {"A12345678", MaskForm::social_card}})
    masked.push_back(shaped(cell, form));
  EXPECT_EQ(found_in(masked), "");
  EXPECT_EQ(found_in({"医保号：" + shaped("410102345678", MaskForm::insurance_number)}), "");
}

struct Masked {
  std::string in = testing::TempDir() + "/strategy_in.csv", out = testing::TempDir() + "/strategy_out.csv", error, detail, text;
  Receipt receipt;
  Masked(const Strategy& strategy, const std::string& data, const ApplyOptions& options = {}) {
    std::remove(out.c_str());
    EXPECT_TRUE(write_file(in, view(data)));
    auto done = apply_file(strategy, SecretBytes(Bytes(32, 7)), in, out, options);
    if (done) receipt = *done;
    if (!done) error = done.error().reason, detail = done.error().detail;
    text = read_text_file(out, 1 << 26).value_or("");
  }
};

Strategy of(const std::string& members) {
  auto s = read_strategy("format: sluice-strategy/1\nid: t\nversion: \"1\"\n" + members);
  EXPECT_TRUE(s) << s.error().reason << " " << s.error().detail;
  return s.value_or(Strategy{});
}

TEST(Conditions, TheTechniqueActsWhereTheConditionHolds) {
  Strategy s = of("unlisted: keep\nfields:\n  - {column: diag, technique: redact, value: hidden, when: {column: kind, is: [special]}, otherwise: keep}\n"
                  "  - {column: no, technique: pseudonym, length: 13, when: {column: kind, is_not: [public]}, otherwise: blank}\n");
  Masked run(s, "no,kind,diag\n7,special,B20\n7,plain,I10\n7,public,E11\n");
  ASSERT_EQ(run.error, "");
  std::string name = run.text.substr(run.text.find('\n') + 1, 13);
  EXPECT_EQ(run.text, "no,kind,diag\n" + name + ",special,hidden\n" + name + ",plain,I10\n,public,E11\n");
  for (const char* bad : {"{column: a, technique: keep, when: {column: b, is: [x]}}", "{column: a, technique: blank, when: {column: b}}",
                          "{column: a, technique: blank, otherwise: keep}", "{column: a, technique: noise, bound: 1, person: p, when: {column: b, is: [x]}}"})
    EXPECT_EQ(read_strategy(std::string("format: sluice-strategy/1\nid: t\nversion: \"1\"\nfields:\n  - ") + bad + "\n").error().reason, "strategy.bad_parameter") << bad;
}

TEST(Classes, FieldRulesWinThenTheFirstClassThatFits) {
  Strategy s = of(
      "fields:\n  - {column: own, technique: keep}\nk_min: 2\nclasses:\n  - {types: [phone], apply: {technique: well_formed, form: phone}}\n"
      "  - {identifier: direct, apply: {technique: suppress}}\n  - {categories: [payment], levels: [3], apply: {technique: round, to: 10}}\n"
      "  - {levels: [1, 2], apply: {technique: keep}}\n  - {identifier: quasi, apply: {technique: date, unit: year}}\n");
  std::vector<ColumnClass> columns = {{"own", "phone", Category::personal, Level::l4(), true, false}, {"tel", "phone", Category::personal, Level::l4(), true, false},
                                      {"name", "person_name", Category::personal, Level::l4(), true, false}, {"fee", "amount", Category::payment, Level::l3(), false, false},
                                      {"code", "drug_code", Category::resource, Level::l1(), false, false}, {"born", "birth_date", Category::personal, Level::l3(), false, true},
                                      {"odd", "unknown", Category::none, Level::l3(), false, false}};
  auto done = resolve(s, columns);
  ASSERT_TRUE(done);
  std::string got;
  for (const auto& r : done->rules) got += r.column + "=" + std::string(name_of(r.technique)) + " ";
  EXPECT_EQ(got, "own=keep tel=well_formed name=suppress fee=round code=keep born=date ");
  EXPECT_EQ(done->quasi_identifiers, std::vector<std::string>{"born"});
  EXPECT_TRUE(done->classes.empty());
  Masked unresolved(s, "own\n1\n");
  EXPECT_EQ(unresolved.error, "strategy.unresolved");
  Masked odd(*done, "own,tel,name,fee,code,born,odd\n,,,,,,\n");
  EXPECT_EQ(odd.error, "deident.unlisted_column") << "what no class fits falls to `unlisted`";
}

TEST(Extends, AChildReplacesFieldsAndModelsOnlyBecomeStricter) {
  std::string dir = testing::TempDir() + "/extends";
  ASSERT_TRUE(make_dirs(dir));
  auto write = [&](const std::string& name, const std::string& members) {
    ASSERT_TRUE(write_file(dir + "/" + name, view("format: sluice-strategy/1\nid: " + name + "\nversion: \"1\"\n" + members)));
  };
  write("base.yaml", "unlisted: suppress\nquasi_identifiers: [sex, birth]\nk_min: 10\ntargets: {risk_permille_max: 100}\nuse: {share_types: [controlled, enclave], not_after: \"2030-01-01\"}\n"
                     "fields:\n  - {column: sex, technique: keep}\n  - {column: birth, technique: date, unit: year}\n");
  write("child.yaml", "extends: base.yaml\nk_min: 3\ntargets: {risk_permille_max: 50}\nuse: {share_types: [enclave, full], not_after: \"2031-01-01\"}\nfields:\n  - {column: birth, technique: date, unit: month}\n");
  auto s = read_strategy_file(dir + "/child.yaml");
  ASSERT_TRUE(s) << s.error().reason;
  EXPECT_EQ(s->rules.size(), 2u);
  EXPECT_EQ(*s->rules[0].unit, DateUnit::month);
  EXPECT_EQ(s->k_min, 10);
  EXPECT_EQ(s->targets->risk_permille_max, 50);
  EXPECT_EQ(s->use->share_types, std::vector<std::string>{"enclave"});
  EXPECT_EQ(s->use->not_after, "2030-01-01");
  EXPECT_EQ(s->unlisted, Unlisted::suppress);
  write("a.yaml", "extends: b.yaml\nfields: []\n");
  write("b.yaml", "extends: a.yaml\nfields: []\n");
  EXPECT_EQ(read_strategy_file(dir + "/a.yaml").error().reason, "strategy.extends_cycle");
  write("up.yaml", "extends: ../base.yaml\nfields: []\n");
  EXPECT_EQ(read_strategy_file(dir + "/up.yaml").error().reason, "strategy.bad_extends");
}

const char* kPatients = "sex,age,illness\nF,30,flu\nF,30,flu\nF,30,cold\nM,40,flu\nM,40,cold\nM,40,cold\n";

TEST(Targets, AreMeasuredOnTheOutputAndRefuseIt) {
  std::string rows = "unlisted: keep\nquasi_identifiers: [sex, age]\nfields:\n  - {column: sex, technique: keep}\n";
  Masked fine(of(rows + "targets: {risk_permille_max: 334, diversity: [{column: illness, l: 2}], closeness: [{column: illness, t_permille: 167}]}\n"), kPatients);
  ASSERT_EQ(fine.error, "");
  // Classes of 3 and 3; flu and cold one half each in the table, 2/3 and 1/3 in a class: a distance of 1/6.
  std::string got;
  for (const auto& m : fine.receipt.models) got += m.model + "=" + std::to_string(m.reached) + " ";
  EXPECT_EQ(got, "risk_permille=334 l=2 t_permille=167 ");
  auto missed = [&](const std::string& targets, const ApplyOptions& options = {}) {
    Masked run(of(rows + targets), kPatients, options);
    EXPECT_EQ(run.text, "");
    return run.error + " " + run.detail.substr(0, run.detail.find(':'));
  };
  EXPECT_EQ(missed("targets: {risk_permille_max: 333}\n"), "deident.target_missed risk_permille");
  EXPECT_EQ(missed("targets: {share_type: controlled}\n"), "deident.target_missed k");
  EXPECT_EQ(missed("targets: {diversity: [{column: illness, l: 3}]}\n"), "deident.target_missed l illness");
  EXPECT_EQ(missed("targets: {closeness: [{column: illness, t_permille: 166}]}\n"), "deident.target_missed t_permille illness");
  EXPECT_EQ(missed("targets: {presence_permille_max: 500}\n"), "deident.population_required ");
  std::string people = testing::TempDir() + "/people.csv", list = "sex,age\n";
  for (int i = 0; i < 6; i++) list += i % 2 ? "F,30\n" : "M,40\n";
  for (int i = 0; i < 6; i++) list += "F,30\n";
  ASSERT_TRUE(write_file(people, view(list)));
  EXPECT_EQ(missed("targets: {presence_permille_max: 500}\n", {.population = people}), "deident.target_missed presence_permille");
  Masked present(of(rows + "targets: {presence_permille_max: 1000}\n"), kPatients, {.population = people});
  EXPECT_EQ(present.error, "");
  EXPECT_EQ(present.receipt.models.at(0).reached, 1000);
}

TEST(Use, OutsideItsLimitsAStrategyIsNotApplied) {
  Strategy s = of("unlisted: keep\nfields:\n  - {column: sex, technique: keep}\nuse: {share_types: [enclave], forms: [platform], not_after: \"2026-12-31\"}\n");
  Strategy no_such_day = s;
  no_such_day.use->not_after = "2026-99-99";
  EXPECT_EQ(check(no_such_day).error().reason, "strategy.bad_parameter");
  auto with = [&](const Use& use) { return Masked(s, kPatients, {.use = use}).error; };
  EXPECT_EQ(with({"enclave", "platform", "2026-12-31"}), "");
  EXPECT_EQ(with({"enclave", "platform", "2027-01-01"}), "strategy.expired");
  EXPECT_EQ(with({"enclave", "", "2026-12-31"}), "strategy.use_unknown");
  EXPECT_EQ(with({"controlled", "platform", "2026-12-31"}), "strategy.not_for_this_use");
  EXPECT_EQ(Masker::bind(s, std::vector<std::string>{"sex"}, std::nullopt).error().reason, "strategy.not_applied") << "who binds alone is told";
}

TEST(ReviewOfStrategy, OnlyATrustedSignatureOfExactlyTheseBytesCounts) {
  std::string text = "format: sluice-strategy/1\nid: t\nversion: \"1\"\nreview: required\nunlisted: keep\nfields:\n  - {column: sex, technique: keep}\n";
  Strategy s = *read_strategy(text);
  auto key = Sm2PrivateKey::generate(), other = Sm2PrivateKey::generate();
  Json signature = sign_document(key, view(text));
  auto judged = [&](const std::string& bytes, const ReviewEvidence& evidence) {
    auto done = check_review(s, view(bytes), evidence);
    return done ? *done ? "reviewed" : "nobody" : std::string(done.error().reason);
  };
  EXPECT_EQ(judged(text, {signature, {key.public_key()}}), "reviewed");
  EXPECT_EQ(judged(text, {signature, {other.public_key()}}), "strategy.unknown_reviewer");
  EXPECT_EQ(judged(text + "\n", {signature, {key.public_key()}}), "signature.wrong_document");
  EXPECT_EQ(judged(text, {}), "strategy.not_reviewed");
  EXPECT_EQ(Masked(s, kPatients).error, "strategy.not_reviewed");
  EXPECT_EQ(Masked(s, kPatients, {.reviewed_by = "key"}).error, "");
  std::string parts = "format: sluice-strategy/1\nid: t\nversion: \"1\"\nextends: base.yaml\nfields: []\n";
  EXPECT_EQ(judged(parts, {sign_document(key, view(parts)), {key.public_key()}}), "strategy.review_of_parts");
}

TEST(Strategy, DigestsFromBeforeThereWereClassesStay) {
  Strategy s = of("unlisted: keep\nfields:\n  - {column: sex, technique: keep}\n");
  EXPECT_EQ(hex(digest_of(s)), "8007460002b0c0b16da53ed4213a0e623868b9713582e86910540d24945547c1");
}

TEST(Strategy, AnAggregateLeavesNothingButItsTable) {
  Strategy s = of("unlisted: keep\nfields:\n  - {column: age, technique: band, width: 20}\naggregate: {by: [sex, age], threshold: 3}\n");
  Masked run(s, kPatients);
  ASSERT_EQ(run.error, "") << run.detail;
  EXPECT_EQ(run.text, "sex,age,count,suppressed\nF,20-39,3,0\nF,(total),3,0\nM,40-59,3,0\nM,(total),3,0\n(total),20-39,3,0\n(total),40-59,3,0\n(total),(total),6,0\n");
  EXPECT_EQ(run.receipt.aggregated_cells, 7u);
  EXPECT_EQ(*run.receipt.output_digest, block_digest(view(run.text)));
  EXPECT_EQ(run.receipt.strategy_digest, digest_of(s));
}

TEST(Plan, TheDefaultProfileDependsOnLevelAndForm) {
  classify::Verdict family, fee;
  family.column = "family";
  family.type = "family_member";
  family.level = Level::l4();
  fee.column = "fee";
  fee.type = "amount";
  fee.level = Level::l3();
  auto technique = [&](const classify::Verdict& v, const char* share, const char* form) {
    auto s = compose({v}, rules::RuleSet::built_in().masking, share, "p", form);
    return s ? std::string(name_of(s->rules.at(0).technique)) : std::string(s.error().reason);
  };
  EXPECT_EQ(technique(family, "controlled", "file"), "suppress");
  EXPECT_EQ(technique(family, "enclave", "file"), "suppress");
  EXPECT_EQ(technique(family, "enclave", "platform"), "keep");
  EXPECT_EQ(technique(fee, "controlled", "file"), "keep");
  EXPECT_EQ(technique(fee, "controlled", "query"), "round");
  EXPECT_EQ(technique(fee, "full", "file"), "suppress");
}

TEST(Plan, NoTypeOfEnterpriseDataLeavesAnAgencyAsItIs) {
  const auto& built_in = rules::RuleSet::built_in();
  size_t marked = 0;
  for (const auto& type : built_in.types.types) {
    if (type.mark != "enterprise") continue;
    marked++;
    classify::Verdict v;
    v.column = "c";
    v.type = type.id;
    v.level = *Level::of(type.level);
    for (const char* share : {"full", "controlled"}) {
      auto s = compose({v}, built_in.masking, share, "p", "file");
      ASSERT_TRUE(s.has_value()) << type.id;
      EXPECT_NE(s->rules.at(0).technique, Technique::keep) << type.id << " " << share;
    }
  }
  EXPECT_EQ(marked, 6u);
}

// The receipt names hierarchies: a `date` of one's own must not be taken for the built-in one.
TEST(Strategy, AHierarchyOfItsOwnWinsInsideItsStrategyAndIsToldApartInTheReceipt) {
  const std::vector<std::string> names{"x"};
  for (const char* name : {"date", "age", "division", "icd10", "drug", "amount", "ages"}) {
    auto strategy = read_strategy(R"({"format":"sluice-strategy/1","id":"e","version":"1","unlisted":"keep","hierarchies":{")" + std::string(name) +
                                  R"(":"1;a;*\n2;b;*\n"},"fields":[{"column":"x","technique":"hierarchy","hierarchy":")" + name + R"(","height":1}]})");
    ASSERT_TRUE(strategy.has_value()) << name;
    auto masker = Masker::bind(*strategy, names, std::nullopt);
    ASSERT_TRUE(masker.has_value());
    const CellInput cell{.cell = "2"};
    MaskedCells masked;
    masker->apply_many(0, {&cell, 1}, masked);
    EXPECT_EQ(masked.at(0), "b") << name;
    const auto told = field_receipt(*masker, 0, "x", {}, 1).parameters->get_string("hierarchy");
    EXPECT_EQ(told.value_or(""), std::string_view(name) == "ages" ? "ages" : "given:" + std::string(name));
  }
}

}  // namespace
}  // namespace sluice::deident
