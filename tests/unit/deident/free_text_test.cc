#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/random.h"
#include "deident/techniques/free_text.h"
#include "standard/codes.h"

namespace sluice::deident {
namespace {

struct Planted {
  std::string text;
  std::vector<std::pair<EntityKind, std::string>> entities;
};

// Narratives as hospitals write them, with identifiers of nobody.
class NarrativeMaker {
 public:
  explicit NarrativeMaker(uint64_t seed) : random_(seed) {}
  Planted make() {
    Planted p;
    auto plant = [&](EntityKind kind, std::string value) {
      p.entities.emplace_back(kind, value);
      return value;
    };
    std::string patient = name(), doctor = name(), relative = name();
    switch (random_.below(5)) {
      case 0:
        p.text = "患者" + plant(EntityKind::person_name, patient) + "，男，" + std::to_string(20 + random_.below(70)) + "岁，因反复胸闷3天于" + plant(EntityKind::date, date()) + "入院。身份证号" +
                 plant(EntityKind::id_number, id()) + "，联系电话" + plant(EntityKind::phone, phone()) + "。" + plant(EntityKind::person_name, patient) + "既往体健。";
        break;
      case 1:
        p.text = "姓名：" + plant(EntityKind::person_name, patient) + "。家住" + plant(EntityKind::address, address()) + "，家属" + plant(EntityKind::person_name, relative) + "陪同，由" +
                 plant(EntityKind::person_name, doctor) + "医生接诊。";
        break;
      case 2:
        p.text = plant(EntityKind::date, date()) + "患者由" + plant(EntityKind::institution, institution()) + "转入，既往有高血压病史。主治医师：" + plant(EntityKind::person_name, doctor) + "。电话：" + plant(EntityKind::phone, phone());
        break;
      case 3:
        p.text = "今日" + plant(EntityKind::person_name, doctor) + "主任查房，病人" + plant(EntityKind::person_name, patient) + "诉腹痛好转，复查血常规正常。邮箱" + plant(EntityKind::email, "a" + std::to_string(random_.below(999)) + "@example.org") + "。";
        break;
      default:
        p.text = "经办人" + plant(EntityKind::person_name, patient) + "，银行卡" + plant(EntityKind::bank_card, digits("62", 19)) + "，现住" + plant(EntityKind::address, address()) + "；曾于" + plant(EntityKind::institution, institution()) + "就诊。";
    }
    return p;
  }

 private:
  std::string pick(std::initializer_list<const char*> list) { return *(list.begin() + random_.below(list.size())); }
  std::string name() {
    return pick({"王", "李", "张", "刘", "陈", "欧阳", "赵", "黄", "于", "田"}) + pick({"伟", "芳", "秀英", "建国", "小明", "桂兰", "志强", "丽", "婷婷", "晓东"});
  }
  std::string digits(std::string start, size_t n) {
    while (start.size() < n) start += static_cast<char>('0' + random_.below(10));
    return start;
  }
  std::string id() {
    std::string first = "4198" + digits("", 2) + "19" + std::to_string(50 + random_.below(40)) + "0" + std::to_string(1 + random_.below(9)) + "1" + std::to_string(random_.below(9)) + digits("", 3);
    return first + id_check_character(first);
  }
  std::string phone() { return random_.below(3) ? digits("139", 11) : "0371-" + digits("6", 8); }
  std::string date() {
    std::string m = std::to_string(1 + random_.below(12)), d = std::to_string(1 + random_.below(28));
    return random_.below(2) ? "2024年" + m + "月" + d + "日" : "2024-" + std::string(m.size() < 2 ? "0" : "") + m + "-" + (d.size() < 2 ? "0" : "") + d;
  }
  std::string address() {
    return pick({"河南省某某市东城区", "某某市金水区", "某某县城关镇", "某某省某某市"}) + pick({"建设路", "人民街", "和平大道", "文化路"}) + std::to_string(1 + random_.below(300)) + "号" + pick({"", "3号楼2单元501室", "2栋"});
  }
  std::string institution() { return pick({"某某市人民医院", "某某县中医院", "某某大学附属医院", "城关镇卫生院", "康泰诊所"}); }
  SeededRandom random_;
};

TEST(FreeText, FindsNearlyAllPlantedIdentifiersOfEveryKind) {
  NarrativeMaker maker(42);
  std::map<EntityKind, std::pair<int, int>> recall;
  FreeText technique(SecretBytes(Bytes(32, 5)));
  for (int i = 0; i < 2000; i++) {
    Planted p = maker.make();
    CellInput input{p.text};
    MaskedCells out;
    technique.run(std::span(&input, 1), out);
    for (const auto& [kind, value] : p.entities) {
      recall[kind].second++;
      recall[kind].first += out.at(0).find(value) == std::string_view::npos;
    }
  }
  for (const auto& [kind, counts] : recall) {
    double share = counts.first / static_cast<double>(counts.second);
    std::printf("  recall of %-12s %5.1f %% of %d\n", std::string(name_of(kind)).c_str(), share * 100, counts.second);
    EXPECT_GE(share, kind == EntityKind::person_name || kind == EntityKind::address || kind == EntityKind::institution ? 0.95 : 0.999) << name_of(kind);
  }
  EXPECT_EQ(recall.size(), 8u);
}

std::string masked_text(std::string_view text) {
  FreeText technique(SecretBytes(Bytes(32, 5)));
  CellInput input{text};
  MaskedCells out;
  technique.run(std::span(&input, 1), out);
  return std::string(out.at(0));
}

TEST(FreeText, ANameOfTwoCharactersEndsWhereTheSentenceGoesOn) {
  const std::string token = masked_text("姓名：王芳");
  const std::string name = token.substr(token.find("〔"));
  for (std::string behind : {"于今晨入院", "于本月复查", "自觉乏力", "应家属要求", "受理", "申请退费", "近日复诊", "书写", "体重下降", "高血压", "申诉", "提出异议", "录入", "整理", "登记", "报警", "口服降压药", "每日两次", "长期用药"})
    EXPECT_EQ(masked_text("患者王芳" + behind), "患者" + name + behind);
  for (std::string number : {"于2024年3月5日入院", "自3天前起", "从2020年", "为62岁", "以120收入", "有2次发作", "经120送来"})
    EXPECT_TRUE(masked_text("患者王芳" + number).starts_with("患者" + name + number.substr(0, 3))) << number;
}

TEST(FreeText, OrgansAndDiseasesAreNobodysName) {
  for (const char* plain : {"患者周围神经病变", "患者左小腿骨折", "患者左卵巢囊肿", "患者梅毒3年", "患者糜烂性胃炎", "诊断：二期梅毒", "患者陈旧性心肌梗死3年", "患者支气管哮喘3年", "患者原位癌3年", "患者白癜风，予对症处理", "尿道左室流出道结缔组织病",
                            "左心室流出道及右侧尿道口组织肿胀", "建议到三甲医院就诊"})
    EXPECT_EQ(masked_text(plain), plain);
}

TEST(FreeText, FewDiagnosesOfTheNationalListAreTakenForNames) {
  std::ifstream list(std::string(SLUICE_ROOT) + "/../shared/data/codes/icd10_cn_diagnosis.csv");
  if (!list) GTEST_SKIP() << "no ../shared/data";
  FreeText technique(SecretBytes(Bytes(32, 5)));
  size_t all = 0, touched = 0;
  std::string line;
  std::getline(list, line);
  while (std::getline(list, line)) {
    const std::string text = "患者" + line.substr(line.find(',') + 1) + "3年。";
    CellInput input{text};
    MaskedCells out;
    technique.run(std::span(&input, 1), out);
    touched += out.at(0) != text;
    all++;
  }
  EXPECT_GT(all, 30000u);
  EXPECT_LE(touched * 200, all) << touched << " of " << all;  // half a percent; it was nine
}

TEST(FreeText, ADayIsOneTokenHoweverItIsWritten) {
  const std::string long_form = masked_text("2024年3月5日"), compact = masked_text("20240305");
  EXPECT_EQ(compact, long_form);
  EXPECT_EQ(masked_text("，20240305复查"), "，" + compact + "复查");
  for (const char* none : {"20241305", "A20240305", "批号20240305-1", "0.20240305", "202403051"}) EXPECT_EQ(masked_text(none).find(compact), std::string::npos) << none;
}

TEST(FreeText, AFamiliarSurnameBehindPatientIsAPerson) {
  EXPECT_EQ(masked_text("病人老李诉头晕").find("老李"), std::string::npos);
}

TEST(FreeText, ReplacesTheSameValueByTheSameTokenAndLeavesMedicineAlone) {
  FreeText technique(SecretBytes(Bytes(32, 5)));
  auto masked = [&](std::string_view text) {
    CellInput input{text};
    MaskedCells out;
    technique.run(std::span(&input, 1), out);
    return std::string(out.at(0));
  };
  std::string once = masked("患者王伟，来诊。"), again = masked("家属：王伟。王伟诉头痛");
  std::string token = once.substr(once.find("〔"), once.find("〕") + 3 - once.find("〔"));
  EXPECT_EQ(again, "家属：" + token + "。" + token + "诉头痛");
  for (const char* plain : {"高血压病3级，极高危", "血糖 7.8 mmol/L，餐后2小时", "患者因胸闷3天入院，查体无异常", "阿司匹林肠溶片100mg 口服 每日一次", "我院门诊随访"})
    EXPECT_EQ(masked(plain), plain);
  EXPECT_EQ(technique.replaced().at("person_name"), 3u);
  CellInput bad{"\xff\xfe"};
  MaskedCells out;
  technique.run(std::span(&bad, 1), out);
  EXPECT_EQ(out.outcome(0), CellOutcome::failed);
}

}  // namespace
}  // namespace sluice::deident
