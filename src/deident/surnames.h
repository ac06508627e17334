// Chinese surnames: those of the register of frequent ones and of the Hundred Family Surnames (public knowledge, own selection). Two kinds, by
// what else the character means: a plain one is a surname wherever a name may stand; a rare one (水, 时, 和 …) only behind a label or where a
// whole cell is a name. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::deident {

inline constexpr std::u32string_view kPlainSurnames =
    U"王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛"
    U"郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解"
    U"牟艾尤阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩佘查麻苑迟邝封匡鞠荆胥班楚谌粟蔺储洪奚彦蔚慕贲酆廉茅屠郁杭嵇"
    U"羿汲邴糜宓郗韶蓟鄂籍赖逄冀郏扈濮濯阙夔厍訾辜阚乜逯苻晋亓仉笪谯鄢郦昝裘钮荀邰於甯揭郇暨鬱莘桓巢蒯帅缑亢佴冼郄忻荔芮邸撖邳尧禹雍璩茹宦慎庾殳沃蓬隗戈琚卿尕狄宣伊戎贡郤漆苍睢晁浦訚淦湛"
    U"竺甫玛乌蹇厉蒿翦矫钭雒禄";
inline constexpr std::u32string_view kRareSurnames =
    U"羊干惠松秋薄索扶融那养须丰东毋时成明全党和师应水云花平常乐元计强家能双通国广都空后有红公母相年爱阿玉令么支代保户木展普果原油战库满步衡利益越权南哈归海呼阴劳弘隆宿练盖伏昌束赏墨律官"
    U"火化幸山皮经容别居巴弓井富牧充宰堵印怀从咸池暴终耳仁信良才谈危青衣智种门由来续见银黑修楼鹿法操盘招税敬初问亚晃勤泥刑丑凤燕汝寿仰祖闻诸冒占习贝岂勾鱼奇况滑但寸言尔斗达介厚郜";
inline constexpr std::u32string_view kCompoundSurnames[] = {
    U"欧阳", U"上官", U"司马", U"诸葛", U"东方", U"皇甫", U"尉迟", U"公孙", U"慕容", U"令狐", U"司徒", U"夏侯", U"端木", U"独孤", U"轩辕", U"长孙", U"宇文",
    U"司空", U"鲜于", U"澹台", U"公冶", U"宗政", U"濮阳", U"淳于", U"单于", U"太叔", U"申屠", U"仲孙", U"钟离", U"闾丘", U"拓跋", U"南宫", U"万俟", U"闻人",
    U"赫连", U"公羊", U"百里", U"东郭", U"南门", U"呼延", U"羊舌", U"微生", U"梁丘", U"左丘", U"东门", U"西门", U"第五", U"那拉", U"富察"};

// A set of characters of U+4E00 to U+9FFF.
class HanSet {
 public:
  constexpr HanSet() = default;
  constexpr explicit HanSet(std::u32string_view all) {
    for (char32_t c : all) add(c);
  }
  constexpr void add(char32_t c) { bits_[(c - kFirst) / 64] |= uint64_t{1} << (c - kFirst) % 64; }
  constexpr bool has(char32_t c) const { return c >= kFirst && c <= kLast && (bits_[(c - kFirst) / 64] >> (c - kFirst) % 64 & 1) != 0; }

 private:
  static constexpr char32_t kFirst = 0x4e00, kLast = 0x9fff;
  std::array<uint64_t, (kLast - kFirst + 64) / 64> bits_{};
};

enum class Surname : uint8_t { none, plain, rare };
inline Surname surname_of(char32_t c) {
  constexpr char32_t first = 0x4e00, last = 0x9fff;
  static const std::array<Surname, last - first + 1> table = [] {
    std::array<Surname, last - first + 1> out{};
    for (char32_t s : kRareSurnames) out[s - first] = Surname::rare;
    for (char32_t s : kPlainSurnames) out[s - first] = Surname::plain;
    return out;
  }();
  return c < first || c > last ? Surname::none : table[c - first];
}
inline bool begins_with_compound_surname(std::u32string_view text) {
  static constexpr HanSet firsts = [] {
    HanSet out;
    for (auto surname : kCompoundSurnames) out.add(surname[0]);
    return out;
  }();
  if (text.empty() || !firsts.has(text[0])) return false;
  for (auto surname : kCompoundSurnames)
    if (text.starts_with(surname)) return true;
  return false;
}

}  // namespace sluice::deident
