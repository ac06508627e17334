#include "standard/codes.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "codec/record.h"
#include "standard/taxonomy.h"

namespace sluice {
namespace {

std::string_view reason_of(CodeType type, std::string_view value, const CheckContext& context = {}) {
  Verdict v = check_code(type, value, context);
  return v.valid ? "valid" : v.reason;
}

bool warns(CodeType type, std::string_view value, std::string_view warning, const CheckContext& context = {}) {
  for (std::string_view w : check_code(type, value, context).warnings)
    if (w == warning) return true;
  return false;
}

// A number of nobody: division PP98NN was never assigned (see synth/synth.h).
std::string id_number(SeededRandom& random) {
  char text[18];
  snprintf(text, sizeof text, "4498%02d%04d%02d%02d%03d", static_cast<int>(1 + random.below(20)),
           static_cast<int>(1930 + random.below(90)), static_cast<int>(1 + random.below(12)),
           static_cast<int>(1 + random.below(28)), static_cast<int>(random.below(1000)));
  std::string out(text, 17);
  return out + id_check_character(out);
}

TEST(IdNumber, ExamplesOfTheStandardPass) {
  // The two examples printed in GB 11643 itself.
  EXPECT_EQ(reason_of(CodeType::id_number, "11010519491231002X"), "valid");
  EXPECT_EQ(reason_of(CodeType::id_number, "440524188001010014"), "valid");
}

TEST(IdNumber, GeneratedOnesPassAndEveryChangedDigitFails) {
  SeededRandom random(1);
  for (int round = 0; round < 300; round++) {
    std::string id = id_number(random);
    ASSERT_EQ(reason_of(CodeType::id_number, id), "valid");
    for (size_t at = 0; at < 17; at++) {
      std::string changed = id;
      changed[at] = static_cast<char>('0' + (id[at] - '0' + 1 + static_cast<int>(random.below(9))) % 10);
      EXPECT_NE(reason_of(CodeType::id_number, changed), "valid") << "position " << at;
    }
    for (size_t at = 0; at + 1 < 17; at++) {
      std::string swapped = id;
      std::swap(swapped[at], swapped[at + 1]);
      if (swapped == id) continue;
      EXPECT_NE(reason_of(CodeType::id_number, swapped), "valid");
    }
  }
}

TEST(IdNumber, EachFaultHasItsReason) {
  EXPECT_EQ(reason_of(CodeType::id_number, "1101051949123100"), "id.form");
  EXPECT_EQ(reason_of(CodeType::id_number, "110105194912310020"), "id.check_character");
  EXPECT_EQ(reason_of(CodeType::id_number, "990105194912310029"), "id.province");
  EXPECT_EQ(reason_of(CodeType::id_number, "440524188002300014"), "id.birth_date");
  EXPECT_EQ(reason_of(CodeType::id_number, "11010519490229002X"), "id.birth_date");
  EXPECT_EQ(reason_of(CodeType::id_number, ""), "code.empty");
  EXPECT_EQ(reason_of(CodeType::id_number, std::string(1 << 20, '1')), "code.too_long");
  EXPECT_EQ(reason_of(CodeType::id_number, "11010519491231002X", {.today = {1940, 1, 1}}), "id.birth_in_future");
}

TEST(IdNumber, SpellingIsToleratedWithAWarning) {
  EXPECT_TRUE(warns(CodeType::id_number, "11010519491231002x", "id.lower_case_x"));
  EXPECT_TRUE(warns(CodeType::id_number, " 11010519491231002X ", "code.surrounding_space"));
  EXPECT_TRUE(check_code(CodeType::id_number, "449801500101001").form_only);
  EXPECT_TRUE(warns(CodeType::id_number, "449801500101001", "id.legacy_form"));
}

TEST(IdNumber, UnknownCountyIsAWarningOnlyWhenAListIsLoaded) {
  auto list = Membership::parse("type,code\nregion,110105\nregion,44\n");
  ASSERT_TRUE(list);
  CheckContext context{.membership = &*list};
  EXPECT_FALSE(warns(CodeType::id_number, "11010519491231002X", "id.county_unknown", context));
  EXPECT_TRUE(warns(CodeType::id_number, "440524188001010014", "id.county_unknown", context));
  EXPECT_EQ(reason_of(CodeType::id_number, "440524188001010014", context), "valid");
}

TEST(IdNumber, FactsAreSexAndBirth) {
  auto facts = id_facts("11010519491231002X");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->birth.year, 1949);
  EXPECT_FALSE(facts->male);
  EXPECT_FALSE(id_facts("110105"));
}

TEST(Uscc, LiveCodesPass) {
  EXPECT_EQ(reason_of(CodeType::uscc, "91350100M000100Y43"), "valid");
  EXPECT_EQ(reason_of(CodeType::uscc, "91350200776049653A"), "valid");
  EXPECT_TRUE(check_uscc("91350100M000100Y43").warnings.empty());
}

TEST(Uscc, BothCheckCharactersAreChecked) {
  EXPECT_EQ(reason_of(CodeType::uscc, "91350203M0001QAY9B"), "uscc.check_character");
  EXPECT_EQ(reason_of(CodeType::uscc, "91350100M000100I43"), "uscc.form");
  // A wrong organisation character with a right last one is a warning.
  std::string code = "91350100M000100Y4";
  code[16] = code[16] == '5' ? '6' : '5';
  code += uscc_check_character(code);
  EXPECT_EQ(reason_of(CodeType::uscc, code), "valid");
  EXPECT_TRUE(warns(CodeType::uscc, code, "uscc.organisation_check"));
}

TEST(Uscc, EveryChangedCharacterFails) {
  const std::string good = "91350100M000100Y43", alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  for (size_t at = 0; at < good.size(); at++)
    for (char c : alphabet) {
      if (c == good[at]) continue;
      std::string changed = good;
      changed[at] = c;
      EXPECT_NE(reason_of(CodeType::uscc, changed), "valid") << at << c;
    }
}

TEST(Codes, FormsOfTheField) {
  struct Case {
    CodeType type;
    std::string_view value, reason;
  };
  for (const Case& c : std::initializer_list<Case>{
           {CodeType::institution, "H11010100001", "valid"},
           {CodeType::institution, "P11010100001", "institution.form"},
           {CodeType::institution, "H99010100001", "code.province"},
           {CodeType::institution, "H1101010000", "institution.form"},
           {CodeType::pharmacy, "P44010300123", "valid"},
           {CodeType::pharmacy, "P440103001234", "pharmacy.form"},
           {CodeType::physician, "D440103000123", "valid"},
           {CodeType::insurance_unit, "440100ABC", "valid"},
           {CodeType::insurance_unit, "44-0100", "code.form"},
           {CodeType::drug, "XL02BBA326A001010200123", "valid"},
           {CodeType::drug, "ZA01BAX0341010200123", "valid"},
           {CodeType::drug, "T001700123", "valid"},
           {CodeType::drug, "86901234567890", "valid"},
           {CodeType::drug, "XL02BBA326A00101020012", "drug.form"},
           {CodeType::drug, "ZL02BBA326A001010200123", "drug.form"},
           {CodeType::consumable, "C0101010011303807555", "valid"},
           {CodeType::consumable, "C01010100113038075550000001", "valid"},
           {CodeType::consumable, "C010101001130380755", "consumable.form"},
           {CodeType::service, "001101000010000", "valid"},
           {CodeType::service, "331101000010000", "valid"},
           {CodeType::service, "991101000010000", "code.province"},
           {CodeType::service, "0011010000100000", "service.form"},
           {CodeType::icd10, "A00.000x001", "valid"},
           {CodeType::icd10, "I10.x00x032", "valid"},
           {CodeType::icd10, "I20.000", "valid"},
           {CodeType::icd10, "B02.305+H22.0", "valid"},
           {CodeType::icd10, "B02.305+H22.0*", "valid"},
           {CodeType::icd10, "i10", "valid"},
           {CodeType::icd10, "A00.001w99", "icd10.form"},
           {CodeType::icd10, "1A00", "icd10.form"},
           {CodeType::icd9cm3, "47.0100", "valid"},
           {CodeType::icd9cm3, "00.6600x008", "valid"},
           {CodeType::icd9cm3, "4701", "icd9cm3.form"},
           {CodeType::region, "440100", "valid"},
           {CodeType::region, "990100", "code.province"},
           {CodeType::region, "4401", "region.form"},
       })
    EXPECT_EQ(reason_of(c.type, c.value), c.reason) << c.value;
}

TEST(Codes, WithoutAListOnlyTheFormIsSaidToBeChecked) {
  EXPECT_TRUE(check_code(CodeType::region, "440100").form_only);
  EXPECT_TRUE(check_code(CodeType::insurance_unit, "440100ABC").form_only);
  auto list = Membership::parse("type,code,name\r\nregion,440100,\"广州市\"\r\nicd10,I10.x00x002,高血压\r\n");
  ASSERT_TRUE(list) << list.error().detail;
  CheckContext context{.membership = &*list};
  EXPECT_FALSE(check_code(CodeType::region, "440100", context).form_only);
  EXPECT_EQ(reason_of(CodeType::region, "449800", context), "region.not_in_list");
  EXPECT_EQ(reason_of(CodeType::icd10, "I10.X00X002", context), "valid");
  EXPECT_EQ(reason_of(CodeType::icd10, "I11.900", context), "code.not_in_list");
}

TEST(Membership, MalformedListsAreRefusedByLine) {
  EXPECT_EQ(Membership::parse("type,code\nregion\n").error().detail, "line 2");
  EXPECT_EQ(Membership::parse("type,code\nplanet,1\n").error().reason, "membership.unknown_type");
}

TEST(Taxonomy, NamesAndLabelsCoverEveryEnumerator) {
  EXPECT_EQ(name_of(Category::public_health), "public_health");
  EXPECT_EQ(label_zh(Category::payment), "医疗支付数据");
  EXPECT_EQ(label_zh(Level::l5()), "第5级");
  EXPECT_TRUE(form_serves(OpenForm::query, ShareType::full));
  EXPECT_FALSE(form_serves(OpenForm::file, ShareType::full));
  EXPECT_FALSE(form_serves(OpenForm::platform, ShareType::controlled));
  EXPECT_EQ(roles_of(Scenario::controller_to_user).to, DataRole::user);
}

struct WithLevel {
  Level level;
  static constexpr auto fields = field_list(field("level", &WithLevel::level));
};

TEST(Taxonomy, LevelTravelsAsAnIntegerOfOneToFive) {
  EXPECT_EQ(canonical(encode(WithLevel{Level::l4()})), "{\"level\":4}");
  EXPECT_EQ(decode<WithLevel>(*parse_json("{\"level\":5}"))->level, Level::l5());
  EXPECT_EQ(decode<WithLevel>(*parse_json("{\"level\":6}")).error().reason, "level.out_of_range");
}

TEST(Wording, EveryReasonOfTheseChecksHasWordsInBothLanguages) {
  for (std::string_view reason : {"id.form", "uscc.check_character", "date.slashes", "time.hour_24", "code.not_in_list"}) {
    EXPECT_NE(wording_of(reason).en, reason);
    EXPECT_NE(wording_of(reason).zh, reason);
  }
}

}  // namespace
}  // namespace sluice
