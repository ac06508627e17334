// Tables that as a whole are about a special disease or an epidemic (classify/whole_table.h).
#include <gtest/gtest.h>

#include <cmath>

#include "classify/classify.h"
#include "classify/whole_table.h"

namespace sluice::classify {
namespace {

struct WholeTable : testing::Test {
  std::shared_ptr<const rules::RuleSet> rules{std::shared_ptr<void>(), &rules::RuleSet::built_in()};
  NameReader reader{rules};

  std::string becomes(const char* type, std::string_view subject) const {
    const rules::TypeRule* raised = raised_by_table(reader, subject, *rules->type(type));
    return raised ? raised->id : "";
  }
};

TEST_F(WholeTable, RaisesWhatIsSaidOfCareAndHealth) {
  EXPECT_EQ(becomes("care_time", "special"), "special_disease");
  EXPECT_EQ(becomes("test_result", "special"), "special_disease");
  EXPECT_EQ(becomes("record_text", "epidemic"), "epidemic");
  EXPECT_EQ(becomes("diagnosis_code", "epidemic"), "epidemic");
}

TEST_F(WholeTable, LeavesPersonsStaffMoneyAndTechnicalColumnsAlone) {
  for (const char* type : {"person_name", "sex", "staff_name", "department", "technical_time", "row_id", "amount", "death"}) {
    EXPECT_EQ(becomes(type, "special"), "") << type;
    EXPECT_EQ(becomes(type, "epidemic"), "") << type;
  }
  EXPECT_EQ(becomes("care_time", "care"), "");
  EXPECT_EQ(becomes("care_time", ""), "");
}

TEST_F(WholeTable, AsksTheNameOrTheCommentNotTheColumns) {
  TableContext table;
  table.subject = "special", table.subject_word = "columns";
  EXPECT_EQ(whole_subject(table), "");
  table.subject_word = "comment";
  EXPECT_EQ(whole_subject(table), "special");
}

TEST_F(WholeTable, ChancesGoOverUndivided) {
  std::vector<Scored> said{{rules->type("care_time"), 1.0f}, {rules->type("special_disease"), 1.0f}, {rules->type("staff_name"), 0.5f}};
  raise_by_table(reader, "special", said);
  EXPECT_NEAR(said[1].score, 1.0f + std::log(2.0f), 1e-4f);
  EXPECT_LT(said[0].score, -10);
  EXPECT_EQ(said[2].score, 0.5f);
  std::vector<Scored> alone{{rules->type("care_time"), 1.0f}};
  raise_by_table(reader, "epidemic", alone);
  EXPECT_EQ(alone[0].rule->id, "epidemic");
}

TEST_F(WholeTable, AllThatAnHivFollowUpSaysOfCareHasLevel5) {
  std::vector<FieldInput> fields;
  for (auto [column, comment] : {std::pair("patient_name", "患者姓名"), {"visit_date", "随访日期"}, {"drug_name", "用药名称"}, {"result", "检测结果"}, {"create_time", "创建时间"}}) {
    FieldInput f;
    f.table = "hiv_followup", f.table_comment = "艾滋病随访", f.column = column, f.comment = comment, f.type = "varchar(50)";
    fields.push_back(std::move(f));
  }
  auto verdicts = Classifier::built_in().classify(fields);
  ASSERT_EQ(verdicts.size(), 5u);
  for (size_t k : {1, 2, 3}) EXPECT_EQ(verdicts[k].level.value(), 5) << verdicts[k].column;
  EXPECT_EQ(verdicts[0].level.value(), 4);
  EXPECT_EQ(verdicts[4].level.value(), 1);
}

}  // namespace
}  // namespace sluice::classify
