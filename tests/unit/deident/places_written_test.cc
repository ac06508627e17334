// Laws: institutions are found by their endings, several in a clause, with a department behind them, by number and by the names that the country knows them by;
// kinds of institutions and words that only look like one stay. Names of parts that other peoples' names are made of are found behind a word, and without one
// where two parts stand together. Sentences are of our own; the second list was written after the rules and is only measured.
#include <gtest/gtest.h>

#include <cstdio>

#include "deident/techniques/free_text.h"

namespace sluice::deident {
namespace {

struct Sentence {
  const char* text;
  std::vector<const char*> hidden;
};

std::string masked(std::string_view text) {
  FreeText technique(SecretBytes(Bytes(32, 5)));
  CellInput input{text};
  MaskedCells out;
  technique.run(std::span(&input, 1), out);
  return std::string(out.at(0));
}

const std::vector<Sentence> kInView = {
    {"由市二院转入，诉腹痛三天", {"市二院"}},
    {"协和行胃镜检查提示浅表性胃炎", {"协和"}},
    {"浙一门诊复查，肌酐较前下降", {"浙一"}},
    {"患者在华西住院12天后好转出院", {"华西"}},
    {"武林社区卫生服务站公卫科建档", {"武林社区卫生服务站"}},
    {"望江街道社区卫生服务中心全科门诊测血压", {"望江街道社区卫生服务中心"}},
    {"北山社区卫生中心慢病科开药", {"北山社区卫生中心"}},
    {"会诊后转市妇幼保健院产科", {"妇幼保健院"}},
    {"既往于301医院行支架植入术", {"301医院"}},
    {"齐鲁医院与省立医院均考虑占位", {"齐鲁医院", "省立医院"}},
    {"曾在浙江大学医学院附属第一医院放疗科治疗", {"浙江大学医学院附属第一医院"}},
    {"由120送至三院抢救室", {"三院"}},
    {"其丈夫在附二院陪护", {"附二院"}},
    {"妇保建卡，定期产检", {"妇保"}},
    {"市疾控通知复查", {"市疾控"}},
    {"邵逸夫全科建议复诊", {"邵逸夫"}},
    {"家属巴特尔陪同", {"巴特尔"}},
    {"家长扎西顿珠签字", {"扎西顿珠"}},
    {"患者多吉因高原反应入院", {"多吉"}},
    {"老人马哈木提由女儿帕提古丽陪护", {"马哈木提", "帕提古丽"}},
    {"患者古丽娜尔诉头晕", {"古丽娜尔"}},
    {"消化科徐教授会诊", {"徐"}},
    {"全科潘医生建议复诊", {"潘"}},
    {"老李诉头晕", {"老李"}},
    {"姓名：Maria Lopez，外籍", {"Maria", "Lopez"}},
    {"经上海六院骨科评估", {"上海六院"}},
    {"病人艾克拜尔因车祸入二附院", {"艾克拜尔", "二附院"}},
    {"患者木拉提由同乡送来", {"木拉提"}},
    {"请省妇幼会诊", {"省妇幼"}},
    {"市红会体检中心报告异常", {"市红会"}},
    {"血透在明德透析中心进行", {"明德透析中心"}},
    {"复旦中山门诊随访", {"复旦中山"}},
};

const std::vector<Sentence> kWrittenAfterwards = {
    {"前往省肿瘤医院放疗科继续治疗", {"省肿瘤医院"}},
    {"清波街道社区卫生服务中心护士来电", {"清波街道社区卫生服务中心"}},
    {"在临江镇中心卫生院妇科检查", {"临江镇中心卫生院"}},
    {"湘雅二院神经外科会诊意见", {"湘雅"}},
    {"于同济复查冠脉CTA", {"同济"}},
    {"经县人民医院、市一院两次抢救", {"县人民医院", "市一院"}},
    {"转大关社区卫生站输液室", {"大关社区卫生站"}},
    {"瑞金随访五年", {"瑞金"}},
    {"区疾控流调人员已联系", {"区疾控"}},
    {"由杭州市急救中心送入", {"杭州市急救中心"}},
    {"康宁护理院护工陪同", {"康宁护理院"}},
    {"北医三院运动医学科手术", {"北医三院"}},
    {"转诊自苏木卫生院内科", {"苏木卫生院"}},
    {"二院检验科报告", {"二院"}},
    {"在军区总医院行造影", {"军区总医院"}},
    {"家属其其格签字", {"其其格"}},
    {"患者次仁卓玛诉气促", {"次仁卓玛"}},
    {"其子艾力江陪同", {"艾力江"}},
    {"患者吐尔逊娜依入院", {"吐尔逊娜依"}},
    {"患者乌日娜复诊", {"乌日娜"}},
    {"神经内科郭主任查房", {"郭"}},
    {"小周述夜间盗汗", {"小周"}},
    {"姓名 JOHN SMITH 国籍英国", {"JOHN", "SMITH"}},
};

const char* const kNothing[] = {
    "建议到三甲医院就诊",         "转上级医院进一步治疗",       "当地医院予对症处理",     "住院12天后出院，院内感染可能", "院长查房意见同前",     "二级医院转诊",         "经社区卫生服务中心随访", "医院感染管理",     "患者阿莫西林过敏",
    "患者服用尼莫地平、阿司匹林", "达芬奇机器人手术",           "格列齐特缓释片每日一次", "内科主任查房",                 "妇科左侧附件区囊性占位", "外科向主任汇报",       "小单位剂量",             "老年男性，慢性病程", "术后第一院内转运",
    "患者德尔肯氏病", "我院透析中心血透",             "患者同意转院",               "呼和浩特籍患者来诊",         "急救中心送来，神志清",   "中心血站供血",                 "行走于华山路附近时跌倒", "曾在学院路附近摔倒",   "姓名：略",               "护理服务站",
};

size_t missed_of(const std::vector<Sentence>& sentences, size_t& planted) {
  size_t missed = 0;
  for (const Sentence& s : sentences) {
    const std::string out = masked(s.text);
    for (const char* hidden : s.hidden) {
      planted++;
      if (out.find(hidden) == std::string::npos) continue;
      missed++;
      std::printf("  missed %s: %s\n", hidden, out.c_str());
    }
  }
  return missed;
}

TEST(PlacesWritten, WhatWasInViewIsFound) {
  size_t planted = 0;
  EXPECT_EQ(missed_of(kInView, planted), 0u);
}

TEST(PlacesWritten, MostOfWhatWasWrittenAfterwardsIsFound) {
  size_t planted = 0;
  const size_t missed = missed_of(kWrittenAfterwards, planted);
  std::printf("  recall %zu of %zu\n", planted - missed, planted);
  EXPECT_GE((planted - missed) * 100, planted * 80);
}

TEST(PlacesWritten, KindsOfInstitutionsAndWordsStay) {
  size_t changed = 0;
  for (const char* text : kNothing) {
    const std::string out = masked(text);
    changed += out != text;
    if (out != text) std::printf("  too much: %s\n", out.c_str());
  }
  EXPECT_LE(changed, 1u) << "of " << std::size(kNothing);
}

}  // namespace
}  // namespace sluice::deident
