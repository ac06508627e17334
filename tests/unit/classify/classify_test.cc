#include "classify/classify.h"

#include <gtest/gtest.h>

#include <sstream>
#include <map>

#include "base/file.h"
#include "classify/lexicon.h"
#include "classify/schema.h"
#include "classify/tokens.h"
#include "classify/values.h"

namespace sluice::classify {
namespace {

const Classifier& classifier() {
  static const Classifier c = Classifier::built_in();
  return c;
}

Verdict one(FieldInput f) { return classifier().classify(std::span(&f, 1))[0]; }
FieldInput named(std::string table, std::string column, std::string comment = "") {
  FieldInput f;
  f.table = std::move(table);
  f.column = std::move(column);
  f.comment = std::move(comment);
  return f;
}
FieldInput valued(std::string column, std::vector<std::string> values) {
  FieldInput f = named("t", std::move(column));
  for (int i = 0; i < 30; i++) f.values.insert(f.values.end(), values.begin(), values.end());
  return f;
}

TEST(Tokens, SplitCaseDigitsAndCharacters) {
  EXPECT_EQ(tokens_of("patientBirthDate"), (std::vector<std::string>{"patient", "birth", "date"}));
  EXPECT_EQ(tokens_of("PSN_CERT_NO1"), (std::vector<std::string>{"psn", "cert", "no", "1"}));
  EXPECT_EQ(tokens_of("就诊ID"), (std::vector<std::string>{"就", "诊", "id"}));
  EXPECT_EQ(headline("患者姓名（必填）"), "患者姓名");
}

TEST(Classify, MatchesTokensNeverSubstrings) {
  EXPECT_NE(one(named("t", "acid")).type, "row_id");         // "id" inside a word
  EXPECT_NE(one(named("t", "placid_value")).type, "person_no");
  EXPECT_EQ(one(named("t", "email_verified")).level, Level::l1());
  EXPECT_NE(one(named("t", "message")).type, "age");
}

TEST(Classify, KnowsTheNamesOfTheField) {
  std::map<std::string, std::string> expected = {
      {"certno", "id_number"},  {"aac002", "id_number"},     {"psn_name", "person_name"},      {"brdy", "birth_date"},       {"patient_id", "person_no"},
      {"身份证号", "id_number"}, {"出生日期", "birth_date"},  {"医院编码", "institution_code"}, {"medfee_sumamt", "amount"},  {"fixmedins_code", "institution_code"},
      {"bank_card_no", "bank_card"}, {"password", "password"}, {"create_time", "technical_time"}, {"is_deleted", "flag"},      {"diag_code", "diagnosis_code"}};
  for (const auto& [name, type] : expected) EXPECT_EQ(one(named("", name)).type, type) << name;
}

TEST(Classify, ReadsANameInItsContext) {
  EXPECT_EQ(one(named("his_department", "name", "名称")).level, Level::l1());
  EXPECT_EQ(one(named("t", "phone", "医院电话")).level, Level::l1());
  EXPECT_EQ(one(named("patient", "phone", "联系电话")).level, Level::l4());
  EXPECT_EQ(one(named("t", "x", "医生姓名")).category, Category::resource);
  EXPECT_EQ(one(named("t", "x", "患者姓名")).level, Level::l4());
}

TEST(Classify, ValuesAloneSuffice) {
  EXPECT_EQ(one(valued("c1", {"13800000001", "13911112222", "15012345678"})).type, "phone");
  EXPECT_EQ(one(valued("c1", {"419999198711230012", "419999198801011239", "419999197001014445"})).type, "id_number");  // check digits fail: shape
  EXPECT_EQ(one(valued("c1", {"a@example.org", "b.c@example.com", "d@example.net"})).type, "email");
  EXPECT_EQ(one(valued("c1", {"I10.x00", "E11.900", "J18.900"})).type, "diagnosis_code");
  Verdict phone_in_flag = one(valued("flag", {"13800000001", "13911112222", "15012345678"}));
  EXPECT_TRUE(phone_in_flag.type == "phone" || phone_in_flag.review);
}

TEST(Classify, TwoShortValuesAreNoIdentifier) {
  EXPECT_LT(one(valued("phone", {"0", "1", "0"})).level, Level::l4());
  EXPECT_NE(one(valued("create_date", {"2024-01-01", "2024-02-02", "2024-03-03"})).type, "birth_date");
}

TEST(Classify, LevelFiveContentIsFoundInsideADiagnosisColumn) {
  Verdict v = one(valued("diag_code", {"I10.x00", "B20.900", "E11.900", "J18.900"}));
  EXPECT_TRUE(v.contains_level5);
  EXPECT_EQ(v.level, Level::l5());
  EXPECT_TRUE(v.review);
  EXPECT_EQ(one(named("t", "hiv_result", "HIV检测结果")).level, Level::l5());
}

TEST(Classify, NoReasonHoldsAValue) {
  Verdict v = one(valued("phone", {"13800000001", "13911112222", "15012345678"}));
  for (const auto& e : v.reasons) {
    EXPECT_EQ(e.zh.find("1391111"), std::string::npos);
    EXPECT_TRUE(is_utf8(e.zh));
    EXPECT_FALSE(e.en.empty());
  }
}

TEST(Classify, KnowingNothingGoesToReview) {
  Verdict v = one(named("", "zzqx"));
  EXPECT_EQ(v.type, "unknown");
  EXPECT_TRUE(v.review);
}

TEST(Schema, ReadsThreeDialects) {
  auto mysql = read_sql_schema("CREATE TABLE `p` (\n `id` bigint NOT NULL COMMENT '主键, ID',\n `name` varchar(50) DEFAULT 'a,b)' COMMENT '姓名',\n PRIMARY KEY (`id`)\n) ENGINE=InnoDB COMMENT='患者';\nINSERT INTO p VALUES ('CREATE TABLE x (y int)');");
  ASSERT_TRUE(mysql);
  ASSERT_EQ(mysql->size(), 2u);
  EXPECT_EQ((*mysql)[1].comment, "姓名");
  EXPECT_EQ((*mysql)[1].type, "varchar(50)");
  EXPECT_EQ((*mysql)[1].table_comment, "患者");
  auto oracle = read_sql_schema("create table S.MDTRT_D (PSN_NO VARCHAR2(30), AMT NUMBER(16,2) not null, constraint c primary key (PSN_NO));\ncomment on table S.MDTRT_D is '就诊';\ncomment on column S.MDTRT_D.PSN_NO is '人员''编号';");
  ASSERT_TRUE(oracle);
  ASSERT_EQ(oracle->size(), 2u);
  EXPECT_EQ((*oracle)[0].comment, "人员'编号");
  EXPECT_EQ((*oracle)[1].type, "NUMBER(16,2)");
  auto pg = read_sql_schema("CREATE TABLE IF NOT EXISTS public.\"T\" (\n  a text, -- 姓名\n  b int[] -- 数\n);\nCREATE FUNCTION f() AS $$ create table no (x int); $$;");
  ASSERT_TRUE(pg);
  ASSERT_EQ(pg->size(), 2u);
  EXPECT_EQ((*pg)[0].comment, "姓名");
  auto ms = read_sql_schema("CREATE TABLE [dbo].[P] ([n] nvarchar(20) NULL)\nGO\nEXEC sp_addextendedproperty 'MS_Description', N'姓名', 'SCHEMA', N'dbo', 'TABLE', N'P', 'COLUMN', N'n'\nGO\n");
  ASSERT_TRUE(ms);
  EXPECT_EQ((*ms)[0].comment, "姓名");
}

TEST(Schema, BadInputIsAnErrorOrAnHonestResult) {
  EXPECT_EQ(read_sql_schema("select 1;").error().reason, "schema.no_tables");
  EXPECT_EQ(read_sql_schema(std::string("a\0b", 3)).error().reason, "schema.not_text");
  EXPECT_TRUE(read_sql_schema("create table t (a int"));
  EXPECT_EQ(read_field_list("a,b\n1,2\n").error().reason, "schema.no_column_field");
  auto list = read_field_list("column,table,comment\npsn_name,t,姓名\n");
  ASSERT_TRUE(list);
  EXPECT_EQ((*list)[0].comment, "姓名");
}

TEST(Wilson, IsBelowTheRateAndGrowsWithEvidence) {
  EXPECT_EQ(wilson_lower_permille(0, 0), 0);
  EXPECT_LT(wilson_lower_permille(10, 10), 1000);
  EXPECT_LT(wilson_lower_permille(9, 10), wilson_lower_permille(900, 1000));
}

// Our own labels (tests/golden/classify/labels.csv) over schemas that we did not write.
TEST(Classify, ReachesItsQualityOnLabelledSchemas) {
  std::string data = std::string(SLUICE_ROOT) + "/../shared/data/fields/";
  auto labels_text = read_text_file(std::string(SLUICE_ROOT) + "/tests/golden/classify/labels.csv", 1 << 20);
  ASSERT_TRUE(labels_text);
  std::map<std::pair<std::string, std::string>, std::pair<std::string, int>> labels;
  std::istringstream in(*labels_text);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    std::string table, column, category, level;
    std::getline(cells, table, ',');
    std::getline(cells, column, ',');
    std::getline(cells, category, ',');
    std::getline(cells, level, ',');
    labels[{table, column}] = {category, std::stoi(level)};
  }
  size_t seen = 0, category_right = 0, level_right = 0, high = 0, high_found = 0;
  for (const char* file : {"fields_hms.csv", "fields_medimodel.csv", "fields_hsa_his.csv"}) {
    auto text = read_text_file(data + file, 16 << 20);
    if (!text) GTEST_SKIP() << "../shared/data/fields is not there";
    auto fields = read_field_list(*text);
    ASSERT_TRUE(fields);
    for (const auto& v : classifier().classify(*fields)) {
      auto label = labels.find({v.table, v.column});
      if (label == labels.end()) continue;
      seen++;
      bool category_ok = name_of(v.category) == label->second.first, level_ok = v.level.value() == label->second.second;
      category_right += category_ok;
      level_right += level_ok;
      if (label->second.second >= 4) {
        high++;
        high_found += v.level >= Level::l4();
      }
      if (!category_ok || !level_ok)
        std::printf("  %s.%s: %s %d, label %s %d (%s)\n", v.table.c_str(), v.column.c_str(), std::string(name_of(v.category)).c_str(), v.level.value(),
                    label->second.first.c_str(), label->second.second, v.type.c_str());
    }
  }
  std::printf("labelled columns %zu: category %.1f %%, level %.1f %%, recall of levels 4-5 %.1f %%\n", seen, 100.0 * category_right / seen,
              100.0 * level_right / seen, 100.0 * high_found / high);
  EXPECT_GT(seen, 100u);
  EXPECT_GE(category_right * 100, seen * 85);
  EXPECT_GE(level_right * 100, seen * 85);
  EXPECT_GE(high_found * 100, high * 95);
}

}  // namespace
}  // namespace sluice::classify
