#include "classify/grade.h"

#include <gtest/gtest.h>

#include "classify/choice.h"
#include "classify/company.h"
#include "classify/list.h"
#include "classify/sample.h"
#include "codec/xlsx_write.h"

#include <map>

namespace sluice::classify {
namespace {

const rules::RuleSet& built_in_rules() { return rules::RuleSet::built_in(); }

std::vector<FieldInput> fields_of(const std::string& table, const std::vector<std::string>& columns, uint64_t rows = 0) {
  std::vector<FieldInput> out;
  for (const auto& c : columns) {
    FieldInput f;
    f.table = table;
    f.column = c;
    f.rows = rows;
    out.push_back(std::move(f));
  }
  return out;
}
TableGrade graded(const std::vector<FieldInput>& fields) {
  return grade_tables(built_in_rules(), Classifier::built_in().classify(fields), fields)[0];
}

TEST(Worksheet, EveryTypeIsArguedAndStandsNoLowerThanArgued) {
  for (const auto& t : built_in_rules().types.types) {
    if (t.class_id.empty()) continue;
    auto cells = argue(built_in_rules(), t.id);
    ASSERT_FALSE(cells.empty()) << t.id;
    for (const auto& c : cells) EXPECT_LE(c.level.value(), t.level) << t.id;
  }
}

TEST(Association, IdentifiersBesideDiagnosesRaiseTheTable) {
  TableGrade alone = graded(fields_of("visit", {"diagnosis_name", "sex", "age"}));
  EXPECT_EQ(alone.level, Level::l3());
  TableGrade together = graded(fields_of("visit", {"patient_name", "diagnosis_name", "sex"}));
  EXPECT_EQ(together.level, Level::l4());
  EXPECT_FALSE(together.associations.empty());
  TableGrade quasi = graded(fields_of("visit", {"diagnosis_name", "sex", "age", "birth_date", "occupation", "ethnicity"}));
  EXPECT_EQ(quasi.highest_field, Level::l3());
  EXPECT_EQ(quasi.level, Level::l4());
  EXPECT_EQ(quasi.columns.size(), 6u);
}

TEST(Association, ATableIsNeverBelowItsHighestColumn) {
  TableGrade g = graded(fields_of("t", {"password", "dept_name"}));
  EXPECT_EQ(g.level, Level::l5());
}

TEST(NationalLabel, StandsBesideTheLevelAndFollowsTheVolume) {
  EXPECT_EQ(national_label(built_in_rules(), Level::l3(), 0), "general_3");
  EXPECT_EQ(national_label(built_in_rules(), Level::l5(), 10), "general_4");
  EXPECT_EQ(national_label(built_in_rules(), Level::l5(), 100'000), "important");
}

TEST(Impact, WhatFallsComesFirst) {
  std::vector<Verdict> before(2), after(2);
  before[0].level = Level::l1(), after[0].level = Level::l3();
  before[1].level = Level::l4(), after[1].level = Level::l2();
  auto moved = impact_of(before, after);
  ASSERT_EQ(moved.size(), 2u);
  EXPECT_LT(moved[0].after, moved[0].before);
  EXPECT_TRUE(impact_of(before, before).empty());
}

TEST(GradedList, HasARowForEachFieldAndSaysHowMuchIsFilledIn) {
  auto fields = fields_of("visit", {"patient_name", "diagnosis_name"}, 7);
  auto verdicts = Classifier::built_in().classify(fields);
  auto list = graded_list(built_in_rules(), fields, verdicts, {.department = "医保处", .system = "结算", .place = "x.csv"});
  ASSERT_EQ(list.rows.size(), 3u);
  EXPECT_EQ(list.rows[1].size(), list.rows[0].size());
  EXPECT_GT(list.completeness_permille, 500);
  EXPECT_LT(list.completeness_permille, 1000);
  EXPECT_TRUE(encode_list(list, "a.csv")->starts_with("\xef\xbb\xbf"));
  EXPECT_EQ(encode_list(list, "a.pdf").error().reason, "list.unknown_format");
  EXPECT_TRUE(encode_list(list, "a.xlsx")->starts_with("PK"));
}

TEST(Xlsx, TextsAreNeverFormulasAndEqualRowsGiveEqualBytes) {
  std::vector<std::vector<std::string>> rows = {{"a", "b"}, {"=1+1", "12"}, {"<x>&\x01", "012"}};
  auto one = write_xlsx("s", rows), two = write_xlsx("s", rows);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(*one, *two);
  EXPECT_EQ(one->find("<f>"), std::string::npos);
  EXPECT_NE(one->find(">=1+1<"), std::string::npos);
  EXPECT_NE(one->find("&lt;x&gt;&amp;<"), std::string::npos);
  EXPECT_NE(one->find("<v>12</v>"), std::string::npos);
  EXPECT_EQ(one->find("<v>012</v>"), std::string::npos);
}

TEST(Records, FhirResourcesAreTablesAndPathsAreColumns) {
  auto fields = read_json_records("{\"resourceType\":\"Patient\",\"birthDate\":\"1980-01-01\",\"name\":[{\"family\":\"Doe\"}]}\n{\"resourceType\":\"Condition\",\"code\":{\"text\":\"x\"}}\n", "f");
  ASSERT_TRUE(fields);
  ASSERT_EQ(fields->size(), 3u);
  EXPECT_EQ((*fields)[0].table, "Patient");
  EXPECT_EQ((*fields)[1].column, "name.family");
  EXPECT_EQ(Classifier::built_in().classify(*fields)[0].type, "birth_date");
}

TEST(Records, BrokenLinesArePassedOverUntilTheyAreTheMost) {
  EXPECT_TRUE(read_json_records("{\"a\":1}\nnot json\n{\"a\":2}\n", "t"));
  EXPECT_EQ(read_json_records("{\"a\":1}\nx\ny\nz\n", "t").error().reason, "sample.not_json_lines");
  EXPECT_EQ(read_json_records("[]", "t").error().reason, "schema.no_tables");
}

TEST(Choice, WhatTheDictionaryKnowsWholeIsNotOutbidByADoubtButThePersonIsAsked) {
  rules::TypeRule birth, name;
  birth.id = "birth_date", birth.category = "personal", birth.level = 3;
  name.id = "person_name", name.category = "personal", name.level = 4;
  std::vector<Scored> said{{&birth, 1.3f}, {&name, 0}};
  EXPECT_EQ(Choice().choose(said).rule, &name) << "alone, a missed name costs more than a wrong level";
  Chosen plain = Choice().choose(said, &birth);
  EXPECT_EQ(plain.rule, &birth);
  EXPECT_TRUE(plain.doubts_sensitive());
  EXPECT_EQ(Choice().choose({{&birth, 0}, {&name, 1.3f}}, &birth).rule, &name) << "what others make likelier stays";
}

TEST(Choice, BetweenTwoAnswersNoThirdOneStandsThatHasAPartOfEach) {
  rules::TypeRule department, order, lead;
  department.id = "department", department.category = "resource", department.level = 1;
  order.id = "order", order.category = "medical", order.level = 3;
  lead.id = "audit_lead", lead.category = "resource", lead.level = 3;
  EXPECT_EQ(Choice().choose({{&department, 0.1f}, {&order, 0}, {&lead, -3}}).rule, &order) << "the lead would cost least, but hardly anything speaks for it";
  EXPECT_EQ(Choice().choose({{&department, 0.1f}, {&order, 0}, {&lead, -0.5f}}).rule, &lead);
}

TEST(Company, NamesThatDifferInTheirLastWordAreKin) {
  EXPECT_EQ(stem_of("exec_id"), stem_of("execName"));
  EXPECT_EQ(stem_of("审核人编码"), stem_of("审核人姓名"));
  EXPECT_NE(stem_of("exec_id"), stem_of("audit_id"));
  EXPECT_EQ(stem_of("id"), "");
  EXPECT_EQ(stem_of("姓名"), "");
}

TEST(Hl7, SegmentsAreTablesAndPatientFieldsAreKnown) {
  auto fields = read_hl7_messages("MSH|^~\\&|A|B\rPID|1||123||Doe^John||19800202|F\rOBX|1|NM|x||5|mg\r");
  ASSERT_TRUE(fields);
  std::map<std::string, Verdict> by_name;
  for (auto& v : Classifier::built_in().classify(*fields)) by_name[v.column] = v;
  EXPECT_EQ(by_name["PID-5"].type, "person_name");
  EXPECT_EQ(by_name["PID-7"].type, "birth_date");
  EXPECT_EQ(by_name["OBX-5"].category, Category::health);
  EXPECT_EQ(read_hl7_messages("PID|1").error().reason, "sample.not_hl7");
}

}  // namespace
}  // namespace sluice::classify
