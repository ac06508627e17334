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
inline constexpr std::u32string_view kInstitutions[] = {U"医院", U"卫生院", U"诊所", U"卫生室", U"药房", U"药店", U"大学", U"学院", U"中学", U"小学", U"公司", U"养老院", U"派出所", U"服务中心", U"福利院", U"幼儿园"};
// 三甲医院, 上级医院: a kind of institution, none by name.
inline constexpr std::u32string_view kNoInstitution[] = {U"当地", U"上级", U"下级", U"外地", U"三甲", U"二甲", U"三级", U"二级", U"一级", U"基层", U"定点", U"专科", U"综合", U"公立", U"私立", U"民营", U"三级甲等", U"二级甲等", U"县级", U"市级", U"省级", U"其他", U"多家", U"附近", U"社区"};
inline constexpr std::u32string_view kBeforePlace[] = {U"住址", U"家住", U"居住于", U"居住在", U"居住", U"现住", U"住在", U"住于", U"地址", U"户籍", U"籍贯", U"位于", U"来自", U"就诊于", U"住院于", U"转至", U"转入", U"转往", U"送至", U"送往", U"曾在", U"曾于", U"就读于",
                                                U"任职于", U"前往", U"来到", U"外院", U"工作单位", U"单位", U"为", U"在", U"于", U"至", U"到", U"由", U"从", U"赴", U"去", U"回", U"经"};
inline constexpr std::u32string_view kPlaceSuffixes = U"省市区县旗镇乡村路街道巷弄号栋幢楼层室组里";
inline constexpr std::u32string_view kDetailSuffixes = U"镇乡村路街道巷弄号栋幢室组里";
inline constexpr std::u32string_view kBeforeBodyDuct = U"尿出入胆化吸气肠产阴耳鼻瘘窦隧孔食粪肛泪精听旁管腔门孕宫";
inline constexpr std::u32string_view kClauseEnds = U"，。；：、！？（）()《》“”\",;:!?\n\r\t ";

}  // namespace sluice::deident::free_text_words
