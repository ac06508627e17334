// The words by which free text (free_text.cc) tells places and numbers. Internal to it.
#pragma once

#include <string_view>

namespace sluice::deident::free_text_words {

// Words before a number that stands for a person, a card or an account.
inline constexpr std::u32string_view kBeforeNumber[] = {U"号码", U"编号", U"单号", U"序号", U"账号", U"帐号", U"卡号", U"微信", U"护照", U"就诊卡", U"医保卡", U"社保卡", U"车牌", U"QQ", U"qq", U"ID", U"No.", U"NO."};
// 号 behind these is no number of a person or a paper of theirs.
inline constexpr std::u32string_view kNoNumberedThing = U"型批文货色钢符星年月日一二三四五六七八九十0123456789床楼室层栋幢门";
// Words before a telephone number, so that seven digits are one.
inline constexpr std::u32string_view kBeforePhone[] = {U"电话", U"座机", U"固话", U"手机", U"热线", U"传真", U"联系方式", U"致电", U"Tel", U"TEL", U"tel"};
inline constexpr std::u32string_view kPlateRegions = U"京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
inline constexpr std::u32string_view kPassportLetters = U"EGDSPH";
inline constexpr std::u32string_view kMiddleDots = U"·•・‧∙";
// What names of institutions end in.
inline constexpr std::u32string_view kInstitutions[] = {
    U"医院",   U"卫生院", U"诊所",   U"卫生室", U"药房",   U"药店",   U"大学",     U"学院",     U"中学",     U"小学",     U"公司",     U"养老院",   U"派出所",   U"服务中心", U"福利院", U"幼儿园", U"保健院",   U"保健所",
    U"服务站", U"卫生站", U"防治院", U"防治所", U"疗养院", U"敬老院", U"护理院",   U"卫生中心", U"健康中心", U"医疗中心", U"急救中心", U"疾控中心", U"血液中心", U"康复中心", U"医学中心", U"血站",   U"医务室", U"卫生所", U"疾控", U"居委会",
    U"村委会", U"看守所", U"监狱",   U"工厂",   U"集团",   U"福利中心", U"养护中心", U"颐养中心", U"社区中心", U"透析中心", U"血透中心"};
// 疾控, 血站, 急救中心: with a word of place before them, however short.
inline constexpr std::u32string_view kShortlyNamed[] = {U"疾控", U"疾控中心", U"血站", U"急救中心", U"血液中心"};
// Names that hospitals go by in the whole country. Public knowledge; where one is also a place or a word, a sign of a hospital must stand beside it.
inline constexpr std::u32string_view kCalled[] = {U"协和", U"华西", U"湘雅", U"齐鲁", U"邵逸夫", U"浙大一院", U"浙大二院", U"浙一", U"浙二", U"北医三院", U"北大一院", U"积水潭", U"阜外", U"安贞", U"宣武", U"天坛", U"西京", U"唐都", U"盛京", U"中日友好", U"仁济", U"瑞金",
                                                U"同济", U"同仁", U"华山", U"中山", U"新华", U"长海", U"长征", U"曙光", U"龙华", U"鼓楼", U"省立", U"市立", U"省人医", U"市人医", U"县人医", U"区人医", U"妇保", U"省妇保", U"市妇保", U"儿保", U"省儿保", U"妇幼", U"空总", U"海总", U"武总", U"复旦中山",
                                                U"省妇幼", U"市妇幼", U"县妇幼", U"区妇幼", U"省红会", U"市红会", U"省中医", U"市中医", U"县中医", U"省肿瘤", U"市肿瘤"};
// 市二院, 附一院, 三院; 院长, 院区, 院内 are none.
inline constexpr std::u32string_view kBeforeNumberedHouse = U"省市区县州附医军大", kNumerals = U"一二三四五六七八九十", kNoHouseBehind = U"长区内外感士校子友方级";
// What leads to an institution in a sentence, and what is done or stands there.
inline constexpr std::u32string_view kToInstitution[] = {U"在", U"于", U"由", U"至", U"到", U"经", U"从", U"赴", U"去", U"往", U"转", U"送", U"回", U"入", U"外院", U"与", U"和", U"及", U"、", U"或", U"自", U"请", U"邀"};
inline constexpr std::u32string_view kAtInstitution[] = {U"门诊", U"住院", U"就诊", U"急诊", U"复查", U"复诊", U"会诊", U"手术", U"专家", U"检查", U"诊断", U"建卡", U"建档", U"随访", U"体检", U"转", U"出院", U"产科", U"儿科", U"内科", U"外科", U"全科", U"妇科", U"查", U"行", U"予", U"做", U"拟", U"抢救", U"ICU", U"CT", U"MR", U"医", U"院",
                                                      U"陪", U"治疗", U"化疗", U"放疗", U"透析", U"生产", U"分娩", U"通知", U"报告", U"考虑"};
// 三甲医院, 上级医院: a kind of institution, none by name.
inline constexpr std::u32string_view kNoInstitution[] = {U"当地", U"上级", U"下级", U"外地", U"三甲", U"二甲", U"三级", U"二级", U"一级", U"基层", U"定点", U"专科", U"综合", U"公立", U"私立", U"民营", U"三级甲等", U"二级甲等", U"县级", U"市级", U"省级", U"其他", U"多家", U"附近", U"社区", U"社区卫生", U"乡镇", U"镇村", U"中心", U"护理"};
// Whatever stands before these, a kind is meant: 家属要求转上级医院.
inline constexpr std::u32string_view kOnlyKinds[] = {U"当地", U"上级", U"下级", U"外地", U"三甲", U"二甲", U"三级甲等", U"二级甲等", U"基层", U"定点", U"其他", U"多家", U"附近", U"我院", U"本院", U"我科"};
inline constexpr std::u32string_view kBeforePlace[] = {U"住址", U"家住", U"居住于", U"居住在", U"居住", U"现住", U"住在", U"住于", U"地址", U"户籍", U"籍贯", U"位于", U"来自", U"就诊于", U"住院于", U"转至", U"转入", U"转往", U"送至", U"送往", U"曾在", U"曾于", U"就读于",
                                                U"任职于", U"前往", U"来到", U"外院", U"工作单位", U"单位", U"为", U"在", U"于", U"至", U"到", U"由", U"从", U"赴", U"去", U"回", U"经"};
inline constexpr std::u32string_view kPlaceSuffixes = U"省市区县旗镇乡村路街道巷弄号栋幢楼层室组里";
inline constexpr std::u32string_view kDetailSuffixes = U"镇乡村路街道巷弄号栋幢室组里";
inline constexpr std::u32string_view kBeforeBodyDuct = U"尿出入胆化吸气肠产阴耳鼻瘘窦隧孔食粪肛泪精听旁管腔门孕宫";
inline constexpr std::u32string_view kClauseEnds = U"，。；：、！？（）()《》“”\",;:!?\n\r\t ";

}  // namespace sluice::deident::free_text_words
