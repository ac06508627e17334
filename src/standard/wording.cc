#include <algorithm>
#include <array>
#include <utility>

#include "standard/verdict.h"

namespace sluice {

namespace {

struct Worded {
  std::string_view id;
  Wording words;
};

constexpr Worded kWorded[] = {
    {"code.county_unknown", {"the division it names is not in the loaded list (divisions get abolished)", "所含行政区划不在已载入的区划表中（区划可能已撤并）"}},
    {"code.empty", {"empty", "为空"}},
    {"code.form", {"does not have the form of this code", "不符合该代码的格式"}},
    {"code.lower_case", {"written in lower case", "使用了小写字母"}},
    {"code.no_published_rule", {"no rule is published for this code", "该代码没有公开发布的编码规则"}},
    {"code.not_in_list", {"well-formed, but not in the loaded list", "格式正确，但不在已载入的代码表中"}},
    {"code.province", {"names no province-level division", "省级行政区划不存在"}},
    {"code.surrounding_space", {"white space around the value", "首尾有空白字符"}},
    {"code.too_long", {"longer than any such code", "超过该类代码的最大长度"}},
    {"consumable.form", {"a consumable code is C and 19 or 26 digits", "医用耗材代码应为 C 加 19 位或 26 位数字"}},
    {"date.epoch_number", {"a number of seconds or milliseconds, not a date", "是时间戳数字，不是日期"}},
    {"date.excel_serial", {"a spreadsheet's serial number, not a date", "是电子表格的日期序号，不是日期"}},
    {"date.form", {"not a date of GB/T 7408", "不符合 GB/T 7408 的日期格式"}},
    {"date.not_in_calendar", {"no such day in the calendar", "日历中没有这一天"}},
    {"date.reduced_precision", {"names a month or a year, not a day", "只精确到年或月"}},
    {"date.slashes", {"slashes; GB/T 7408 writes 2023-01-05", "使用了斜线；GB/T 7408 写作 2023-01-05"}},
    {"date.zero", {"the zero date stands for nothing", "全零日期没有含义"}},
    {"drug.base_code", {"a national drug base code (本位码), not an NHSA drug code", "是药品本位码，不是医保药品代码"}},
    {"drug.form", {"neither X (23), Z (20), T (10) nor a base code (86, 14)", "不是 X（23 位）、Z（20 位）、T（10 位）药品代码或 86 本位码"}},
    {"icd10.form", {"not the form of an ICD-10 code (NHSA edition)", "不符合医保版 ICD-10 编码格式"}},
    {"icd9cm3.form", {"not the form of an ICD-9-CM-3 code (NHSA edition)", "不符合医保版 ICD-9-CM-3 编码格式"}},
    {"id.birth_date", {"its birth date is not in the calendar", "出生日期不存在"}},
    {"id.birth_in_future", {"its birth date lies in the future", "出生日期在未来"}},
    {"id.check_character", {"the check character of GB 11643 does not fit", "GB 11643 校验码不符"}},
    {"id.county_unknown", {"the division is not in the loaded list (divisions get abolished)", "行政区划不在已载入的区划表中（区划可能已撤并）"}},
    {"id.foreigner_form", {"form of a foreigner's permanent residence card", "为外国人永久居留身份证号码格式"}},
    {"id.form", {"neither 18 characters nor the 15 digits of the old form", "不是 18 位，也不是旧版 15 位号码"}},
    {"id.legacy_form", {"the old form without a check character", "旧版 15 位号码，没有校验码"}},
    {"id.lower_case_x", {"the check character X is written small", "校验码 X 使用了小写"}},
    {"id.province", {"names no province-level division", "省级行政区划不存在"}},
    {"institution.form", {"an institution code is H and 11 digits", "定点医疗机构代码应为 H 加 11 位数字"}},
    {"pharmacy.form", {"a pharmacy code is P and 11 digits", "定点零售药店代码应为 P 加 11 位数字"}},
    {"physician.form", {"a physician code is D and 12 digits", "医保医师代码应为 D 加 12 位数字"}},
    {"region.form", {"a division code of GB/T 2260 has six digits", "GB/T 2260 行政区划代码应为六位数字"}},
    {"region.not_in_list", {"no such division in the loaded list", "已载入的区划表中没有该区划"}},
    {"service.form", {"a service item code has 15 digits", "医疗服务项目代码应为 15 位数字"}},
    {"time.form", {"not a time of GB/T 7408", "不符合 GB/T 7408 的时间格式"}},
    {"time.hour_24", {"24:00:00 is written as 00:00:00 of the next day", "24:00:00 应写作次日 00:00:00"}},
    {"time.leap_second", {"second 60", "秒数为 60"}},
    {"time.missing", {"names a day but no time", "只有日期没有时间"}},
    {"time.out_of_range", {"hour, minute, second or offset out of range", "时、分、秒或时差超出范围"}},
    {"uscc.check_character", {"the check character of GB 32100 (position 18) does not fit", "GB 32100 校验码（第 18 位）不符"}},
    {"uscc.department", {"an unusual registration department", "登记管理部门代码不常见"}},
    {"uscc.form", {"a unified social credit code has 18 characters of its alphabet", "统一社会信用代码应为 18 位规定字符"}},
    {"uscc.organisation_check", {"the check character of GB 11714 (position 17) does not fit", "GB 11714 校验码（第 17 位）不符"}},
};

}  // namespace

Wording wording_of(std::string_view reason) {
  for (const Worded& entry : kWorded)
    if (entry.id == reason) return entry.words;
  return {reason, reason};
}

}  // namespace sluice
