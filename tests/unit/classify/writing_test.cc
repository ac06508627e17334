// Names in all their ways of writing, and what stands beside them.
#include <gtest/gtest.h>

#include "classify/classify.h"
#include "classify/lexicon.h"
#include "classify/pinyin.h"
#include "classify/tokens.h"

namespace sluice::classify {
namespace {

const Classifier& reader() {
  static const Classifier c = Classifier::built_in();
  return c;
}
const Lexicon& words() {
  static const Lexicon lexicon(rules::RuleSet::built_in());
  return lexicon;
}
FieldInput column_of(std::string table, std::string column, std::string comment = "") {
  FieldInput f;
  f.table = std::move(table);
  f.column = std::move(column);
  f.comment = std::move(comment);
  return f;
}
Verdict in_table(const std::string& table, const std::vector<std::string>& columns, const std::string& wanted) {
  std::vector<FieldInput> fields;
  for (const auto& c : columns) fields.push_back(column_of(table, c));
  for (auto& v : reader().classify(fields))
    if (v.column == wanted) return v;
  return {};
}

TEST(PinyinReading, WordsAreCutIntoTheFewestSyllables) {
  Pinyin pinyin(rules::RuleSet::built_in().pinyin);
  EXPECT_EQ(pinyin.syllables_of("chushengriqi"), (std::vector<std::string>{"chu", "sheng", "ri", "qi"}));
  EXPECT_TRUE(pinyin.syllables_of("patient").empty());
  EXPECT_TRUE(pinyin.syllables_of("").empty());
  EXPECT_TRUE(pinyin.syllables_of(std::string(1000, 'a')).empty());
}

TEST(LexiconReading, AbbreviationsPluralsAndGluedWordsMeanTheSame) {
  for (const char* name : {"patient_id", "pat_id", "PatientID", "patientid", "patients_id", "id_of_the_patient_id"})
    EXPECT_EQ(words().match(name)->type, "person_no") << name;
  EXPECT_EQ(words().match("dateOfBirth")->type, "birth_date");
  EXPECT_EQ(words().match("BENE_BIRTH_DT")->type, "birth_date");
}

TEST(LexiconReading, AWordIsNeverCutAtAShortEnd) {
  EXPECT_TRUE(!words().match("percentage") || words().match("percentage")->type != "age");
  EXPECT_TRUE(!words().match("storage") || words().match("storage")->type != "age");
}

TEST(LexiconReading, PinyinAndInitialsReadLikeTheChineseWords) {
  EXPECT_EQ(words().match_pinyin("huanzhe_xingming")->type, "person_name");
  EXPECT_EQ(words().match_pinyin("shenfenzhenghao")->type, "id_number");
  EXPECT_EQ(words().match_initials("SFZH").front().type, "id_number");
  EXPECT_TRUE(words().match_initials("x1!").empty());
}

TEST(Context, InitialsCountWhereTheNeighboursAreInitialsToo) {
  std::vector<std::string> names = {"BRXM", "XB", "CSRQ", "SFZH", "LXDH", "JTZZ", "ZDMC", "ZYH"};
  EXPECT_EQ(in_table("T_BRXX", names, "BRXM").type, "person_name");
  EXPECT_EQ(in_table("T_BRXX", names, "CSRQ").type, "birth_date");
  EXPECT_EQ(in_table("T_BRXX", names, "LXDH").level, Level::l4());
}

TEST(Context, ABareNameBesideSexAndBirthIsAPersons) {
  EXPECT_EQ(in_table("t", {"name", "gender", "birthday", "cert_no"}, "name").type, "person_name");
  EXPECT_NE(in_table("t_dict", {"code", "name", "sort_no"}, "name").type, "person_name");
}

TEST(Context, FirstAndLastNamesArePersonal) {
  EXPECT_EQ(reader().classify(std::vector{column_of("patients", "FIRST")})[0].type, "person_name");
  EXPECT_EQ(reader().classify(std::vector{column_of("patients", "LAST")})[0].type, "person_name");
}

TEST(Context, NamesOfThePlatformsFeeTableAreKnownWithoutComments) {
  std::vector<FieldInput> fields;
  for (const char* name : {"psn_no", "fee_ocur_time", "hilist_code", "cnt", "pric", "det_item_fee_sumamt", "pric_uplmt_amt"}) {
    FieldInput f;
    f.table = "feedetl_sn_d", f.column = name;
    fields.push_back(f);
  }
  auto verdicts = Classifier::built_in().classify(fields);
  EXPECT_EQ(verdicts[0].type, "person_no");
  EXPECT_EQ(verdicts[1].type, "care_time");
  EXPECT_EQ(verdicts[6].type, "reimbursement");
}

TEST(Context, ARemarkBelongsToWhatTheTableIsAbout) {
  EXPECT_EQ(in_table("outpatient_visit", {"visit_id", "remark"}, "remark").category, Category::medical);
  EXPECT_EQ(in_table("sys_menu", {"menu_id", "remark"}, "remark").level, Level::l1());
}

TEST(Context, APrefixOfAllTablesSaysNothingAboutOne) {
  std::vector<FieldInput> fields = {column_of("hospital_member", "mobile_phone"), column_of("hospital_bill", "pay_time"), column_of("hospital_goods", "goods_name")};
  EXPECT_EQ(reader().classify(fields)[0].type, "phone");
}

TEST(Context, EverySubstantiveColumnOfASpecialDiseaseTableIsLevelFive) {
  EXPECT_EQ(in_table("hiv_followup", {"case_no", "viral_load", "followup_date"}, "followup_date").level, Level::l5());
  EXPECT_EQ(reader().classify(std::vector{column_of("t", "hiv_confirm_date")})[0].level, Level::l5());
}

TEST(Headline, EnglishWordsStayTogetherAndShortBracketsBelongToTheName) {
  EXPECT_EQ(headline("Home phone number, optional"), "Home phone number");
  EXPECT_EQ(headline("联系电话 必填"), "联系电话");
  EXPECT_EQ(spoken_headline("居住地（省）编码"), "居住地省");
}

TEST(Values, DirtyFormsAreStillIdentifiers) {
  auto of = [](std::vector<std::string> values) {
    FieldInput f = column_of("t", "c7");
    for (int i = 0; i < 30; i++) f.values.insert(f.values.end(), values.begin(), values.end());
    return reader().classify(std::vector{f})[0];
  };
  EXPECT_EQ(of({"419999 19871123 0012", "419999 19880101 1239"}).type, "id_number");
  EXPECT_EQ(of({"４１９９９９１９８７１１２３００１２"}).type, "id_number");
  EXPECT_EQ(of({"419999198711231000", "419999198801011000"}).level, Level::l4());
  EXPECT_EQ(of({"4.19999E+17"}).type, "id_number");
  EXPECT_EQ(of({"138 0000 0001", "139 1111 2222"}).type, "phone");
  EXPECT_EQ(of({"已婚", "未婚", "离婚"}).type, "marital_status");
  EXPECT_EQ(of({"ACGTACGTACGTACGTACGTACGT"}).level, Level::l5());
  EXPECT_EQ(of({"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"}).level, Level::l5());
}

TEST(Values, APhoneInAFlagGoesToAPerson) {
  FieldInput f = column_of("t", "flag");
  for (int i = 0; i < 40; i++) f.values.push_back("1380000" + std::to_string(1000 + i));
  Verdict v = reader().classify(std::vector{f})[0];
  EXPECT_TRUE(v.level == Level::l4() || v.review);
}

TEST(Confidence, IsAChanceAndFollowsTheFittedWeights) {
  for (const char* name : {"certno", "x9", "remark", "zd", "patient_name"}) {
    Verdict v = reader().classify(std::vector{column_of("t", name)})[0];
    EXPECT_GE(v.confidence_permille, 1);
    EXPECT_LE(v.confidence_permille, 999);
  }
}

}  // namespace
}  // namespace sluice::classify
