// Recall and precision of free text on sentences of ordinary clinical style, written by hand and not from the unit's own words. All persons,
// numbers and addresses are invented; ID numbers are of division codes that were never assigned. What is planted stands in braces: {n:张建国}.
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "deident/residual.h"
#include "deident/techniques/free_text.h"

namespace sluice::deident {
namespace {

// Kinds: n person, i ID number, p phone, b bank card, s passport, e e-mail, a address, d date, o institution, x other number.
constexpr const char* kNarratives[] = {
    "患者{n:张建国}，男，56岁，身份证号{i:449801196803124515}，住{a:广东省深圳市南山区科技园路18号3栋502室}，电话{p:13800138000}，{d:2024年3月5日}入院。",
    "家属{n:李秀英}（女儿）陪同就诊，联系电话{p:0755-26781234}，于{d:2024-03-05}由{o:北京协和医院}转入，主治医师{n:王志强}查房。",
    "{n:张建国}主诉胸痛3天，既往在{o:深圳市人民医院}行PCI术，术者：{n:欧阳明}，护士{n:小刘}记录。",
    "病人{n:陈玉梅}（住院号{x:ZY20240305001}），邮箱{e:chenym@example.org}，微信号{x:chenym1968}。",
    "{n:王}医生建议复查；{n:刘}主任会诊意见：继续抗凝。复诊日期{d:3月12日}，{d:三月二十日}再诊。",
    "患者{n:买买提·艾力}，护照{s:E12345678}，家住{a:乌鲁木齐市天山区解放北路200号}。",
    "患者{n:司马相林}诉头晕。老伴{n:赵桂兰}代诉病史。请联系其子{n:周杰}（{p:138 0013 8000}）。",
    "身份证{i:４４９８０１１９６８０３１２４５１５}，手机{p:１３８００１３８０００}。",
    "患者：{n:李雷} 性别：男 年龄：45 工号：{x:D445100901101}，诊断：2型糖尿病。",
    "病历由{n:孙晓红}书写，经{n:吴鹏}医师审阅。{n:郑伟民}于昨日出院。",
    "身份证号{i:449801680312451}，一代证；银行卡{b:6222021234567890128}；车牌{x:粤B12345}。",
    "高血压、方便面、黄疸、白细胞、安静、金黄色葡萄球菌、马尾综合征、江南。",
    "患者因反复咳嗽、咳痰10余年，加重伴气促1周入院，查体：桶状胸，双肺可闻及湿啰音。",
    "白细胞12.3×10^9/L，中性粒细胞百分比85%，C反应蛋白46mg/L，降钙素原0.5ng/ml。",
    "老伴{n:钱素琴}代诉：患者昨夜起出现言语不清，右侧肢体无力。",
    "女儿{n:郭晓燕}签字同意手术，电话{p:139-1234-5678}。",
    "联系人{n:邓文斌}，与患者系父子，手机{p:13512345678}，住{a:长沙市岳麓区麓山南路36号}。",
    "{n:何丽娟}，女，34岁，孕38周，{d:2023年11月20日}在{o:省妇幼保健院}剖宫产。",
    "今晨{n:曹}主任查房，指示停用头孢，改用莫西沙星。",
    "患者{n:马超群}自诉上腹部隐痛，进食后加重，无黑便。",
    "{n:冯志远}因车祸致左下肢疼痛2小时急诊入院。",
    "护士长{n:彭小玲}已告知患者家属探视时间。",
    "患者之女{n:许佳}表示理解并签字，身份证{i:449801 19751023 4518}。",
    "患者既往高血压病史10年，最高180/110mmHg，口服硝苯地平控释片。",
    "门诊号{x:MZ0098213}，就诊卡{x:88012345}，请于{d:4月2日}复诊。",
    "由{n:田甜}护士陪同至CT室检查，报告医师{n:邹明华}。",
    "患者{n:阿依古丽·热合曼}，维吾尔族，因发热2天来诊。",
    "邻居{n:龚大勇}发现患者倒地，呼120送至{o:海淀区中心医院}。",
    "现病史：患者于{d:2022年}体检发现甲状腺结节，未予处理。",
    "{d:二〇二三年六月}曾在{o:某市第三人民医院}住院治疗。",
    "医保卡号{x:A12345678}，参保地：某市。",
    "社保卡号{x:440106998877}，已在窗口核对。",
    "病案号：{x:0065432}，床号12床，护理级别：一级。",
    "患者诉与同事{n:蔡国庆}饮酒后出现呕吐。",
    "其妻{n:袁春梅}、其子均体健。",
    "请{n:于海涛}副主任医师会诊，联系办公室{p:0731-84321567}。",
    "送检医师：{n:韩雪}，标本号：{x:B2024031207}。",
    "{n:余建平}今日复查胸片，较前吸收。",
    "患者{n:万芳}由{n:段}护师接诊，测体温38.5℃。",
    "车祸现场位于{a:人民东路88号}附近，肇事车牌{x:湘A6B789}。",
    "患者女，68岁，因“活动后胸闷1月”入院，否认糖尿病史。",
    "术后第3天，切口愈合良好，予以出院，2周后门诊拆线。",
    "{n:贺春生}拒绝进一步检查，家属{n:贺晓东}签名为证。",
    "电话随访{n:任红梅}，未接通，后由其女婿{n:杜强}代述近况良好。",
    "患者同村村民{n:石大海}亦有类似症状，住{a:某县城关镇东风村12号}。",
    "患者住{a:阳光花园3栋2单元401室}，独居，生活自理。",
    "军官证号{x:2019083456}，就诊于{o:解放军总医院}。",
    "患儿{n:苏子涵}，3岁，母亲{n:林巧云}代诉发热1天，电话{p:18612345678}。",
    "{n:白雪莲}，女，29岁，因停经45天就诊。",
    "产妇{n:方静}于{d:3月8号}顺产一男婴，Apgar评分10分。",
    "麻醉医师{n:潘国栋}，一助{n:夏雨}，器械护士{n:姚兰}。",
    "患者昨日与{n:廖}老师沟通，情绪稳定，睡眠可。",
    "患者口服阿司匹林肠溶片100mg每日一次，阿托伐他汀钙片20mg每晚一次。",
    "宫颈TCT未见异常，宫腔镜提示子宫内膜息肉。",
    "查体：神志清，精神可，颈软，双侧瞳孔等大等圆，对光反射灵敏。",
    "管床医生{n:毛俊}已向患者交代病情，患者{n:郝爱国}同意转院至{o:华西医院}。",
    "保单号{x:P2023009812}，受益人{n:汪洋}。",
    "患者{n:陆小曼}手机号为{p:１３９－１２３４－５６７８}，微信同号。",
    "患者系{o:宏达建筑公司}工人，{d:5月1日}高处坠落。",
    "{n:钟志勇}来院取药，未诉特殊不适。",
    "爱人{n:侯玉洁}陪护，夜间睡眠约6小时。",
    "患者{n:樊胜}入院时测血压150/95mmHg，血糖7.8mmol/L。",
    "学号{x:20210305}，就读于{o:育才中学}，同学{n:齐天乐}陪同来诊。",
    "冠状动脉造影示前降支中段狭窄约80%，于该处植入支架1枚。",
    "患者{n:童}女士要求出院，责任护士{n:章敏}已办理手续。",
    "随访医生：{n:温海燕}，下次随访{d:2024/09/18}。",
};

struct Marked {
  std::string text;
  std::vector<std::pair<char, Entity>> planted;
};

Marked read_marked(std::string_view source) {
  Marked out;
  for (size_t i = 0; i < source.size(); i++) {
    if (source[i] != '{') {
      out.text += source[i];
      continue;
    }
    size_t end = source.find('}', i);
    size_t from = out.text.size();
    out.text += source.substr(i + 3, end - i - 3);
    out.planted.push_back({source[i + 1], {from, out.text.size(), EntityKind::person_name}});
    i = end;
  }
  return out;
}

TEST(Narratives, RecallAndPrecisionOnHandWrittenSentences) {
  auto names = std::make_shared<KnownNames>();
  FreeText technique(SecretBytes(Bytes(32, 5)), names);
  std::vector<Marked> all;
  for (const char* source : kNarratives) all.push_back(read_marked(source));
  EXPECT_GE(all.size(), 60u);
  for (const Marked& m : all) technique.learn({m.text});
  std::map<char, std::pair<int, int>> recall;
  int found = 0, right = 0, missed = 0, planted = 0;
  for (const Marked& m : all) {
    auto entities = find_entities(m.text, names.get());
    for (const Entity& e : entities) {
      bool hit = std::any_of(m.planted.begin(), m.planted.end(), [&](const auto& p) { return e.from < p.second.to && p.second.from < e.to; });
      found++;
      right += hit;
      if (!hit) std::printf("  too much: %s in %s\n", m.text.substr(e.from, e.to - e.from).c_str(), m.text.c_str());
    }
    for (const auto& [kind, p] : m.planted) {
      size_t covered = 0;
      for (const Entity& e : entities) covered += std::min(e.to, p.to) > std::max(e.from, p.from) ? std::min(e.to, p.to) - std::max(e.from, p.from) : 0;
      bool whole = covered == p.to - p.from;
      recall[kind].first += whole;
      recall[kind].second++;
      planted++;
      missed += !whole;
      if (!whole) std::printf("  missed %c: %s in %s\n", kind, m.text.substr(p.from, p.to - p.from).c_str(), m.text.c_str());
    }
  }
  for (const auto& [kind, counts] : recall) std::printf("  recall of %c: %d of %d\n", kind, counts.first, counts.second);
  std::printf("  recall %.1f %% of %d, precision %.1f %% of %d\n", 100.0 * (planted - missed) / planted, planted, 100.0 * right / found, found);
  EXPECT_GE((planted - missed) * 100, planted * 93);
  EXPECT_GE(right * 100, found * 95);
}

// Whatever the scan of the output finds, the technique takes out: there is no dead end.
TEST(Narratives, TheScanFindsNothingInWhatTheTechniqueWrites) {
  auto names = std::make_shared<KnownNames>();
  FreeText technique(SecretBytes(Bytes(32, 5)), names);
  for (const char* source : kNarratives) {
    std::string text = read_marked(source).text;
    CellInput input{text};
    MaskedCells out;
    technique.run(std::span(&input, 1), out);
    ResidualTally tally;
    scan_cell(out.at(0), tally);
    EXPECT_TRUE(tally.findings().empty()) << out.at(0);
  }
}

TEST(Narratives, ANameFoundOnceIsReplacedInTheWholeColumnByOneToken) {
  auto names = std::make_shared<KnownNames>();
  FreeText technique(SecretBytes(Bytes(32, 5)), names);
  const std::vector<std::string> rows = {"今日与张建国谈话", "患者张建国，来诊。", "身份证449801196803124515", "身份证４４９８０１ 19680312 4515", "电话138-0013-8000或13800138000"};
  std::vector<CellInput> cells(rows.begin(), rows.end());
  for (const CellInput& c : cells) technique.learn(c);
  MaskedCells out;
  technique.run(cells, out);
  auto token = [&](size_t row, size_t from = 0) {
    std::string text(out.at(row));
    size_t at = text.find("〔", from);
    return text.substr(at, text.find("〕", at) - at);
  };
  EXPECT_EQ(token(0), token(1));
  EXPECT_EQ(token(2), token(3));
  EXPECT_EQ(token(4), token(4, out.at(4).find("或")));
}

}  // namespace
}  // namespace sluice::deident
