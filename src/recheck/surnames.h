// Surnames for the independent scan (recheck/identifiers.h), in the order of their code points so that they are found by bisection; a list of its own.
// Pure; any thread.
#pragma once

#include <algorithm>
#include <string_view>

namespace sluice::recheck {

// Characters of three bytes. The second list has those that mean something else more often.
inline constexpr std::string_view kSurnamesOfOneMeaning =
    "丁万丛严乌乔乜于亓亢仇仉付仲任伊伍何佘余佟佴侯俞倪傅储兰关冀冉农冯冷冼凌刁刘包匡华卓单卜卞卢卫卿厉厍古史叶司吉向吕吴周唐商喻夏夔奚姚姜姬娄孔孙孟季宁安宋宓宗宣宦宫寇封尕尚尤尧尹屈屠"
    "岑岳崔嵇巢左巩巫帅席庄庞康庾廉廖张彦彭徐忻慎慕戈戎戚戴房扈揭撖敖文方於施易昝晁晋晏景暨曲曹曾朱李杜杨杭林柏查柯柳柴栾桂桑桓梁梅楚樊欧武殳段殷毕毛江汤汪汲沃沈沙洪浦涂淦温游湛滕漆潘濮"
    "濯焦熊牛牟狄王玛班琚璩甄甘甫甯田申白盛睢瞿矫石祁祝禄禹秦程穆窦章童竺符笪简管籍米粟糜纪缑缪罗羿翁翟翦耿聂肖胡胥臧舒艾芦芮苍苏苑苗苟苻范茅茹荀荆荔荣莘莫萧葛董蒋蒙蒯蒲蒿蓝蓟蓬蔚蔡蔺薛"
    "虞袁裘裴褚覃解訚訾詹许谌谢谭谯谷贡贲费贺贾赖赵路蹇车辛辜边连迟逄逯邓邝邢邬邰邱邳邴邵邸邹郁郄郇郎郏郑郗郝郤郦郭鄂鄢酆金钟钭钮钱闫闵阎阙阚阮阳陆陈陶隋隗雍雒雷霍靳鞠韦韩韶项顾颜饶马骆"
    "高鬱魏鲁鲍麦麻黄黎齐龙龚";
inline constexpr std::string_view kSurnamesOfTwoMeanings =
    "丑东丰么乐习云井亚仁介从代令仰伏但保信修元充党全公养冒况凤刑初利别劳勤勾化南占印危厚原双后呼和咸哈国堵墨奇官宰家容宿富寸寿尔居展山岂巴师常干平年幸广库应弓弘强归律怀惠成战户才扶招操"
    "支敬斗时昌明晃普智暴有木权束来松果楼步毋母水汝池油法泥海滑满火燕爱牧玉由皮益盖盘相祖秋种税空索红练终经续羊耳能良花薄融衡衣见言计诸谈贝赏越达通那郜都银门问闻阴阿隆青须鱼鹿黑";

inline bool holds_character(std::string_view sorted, std::string_view character) {
  size_t low = 0, high = sorted.size() / 3;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (sorted.substr(middle * 3, 3) < character) low = middle + 1;
    else high = middle;
  }
  return sorted.substr(std::min(low * 3, sorted.size()), 3) == character;
}

}  // namespace sluice::recheck
