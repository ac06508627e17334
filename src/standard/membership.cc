#include "standard/membership.h"

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "codec/record.h"

namespace sluice {

namespace {

struct Province {
  std::string_view code, name;
};
constexpr std::array<Province, 34> kProvinces = {{
    {"11", "北京市"},         {"12", "天津市"},           {"13", "河北省"},           {"14", "山西省"},
    {"15", "内蒙古自治区"},   {"21", "辽宁省"},           {"22", "吉林省"},           {"23", "黑龙江省"},
    {"31", "上海市"},         {"32", "江苏省"},           {"33", "浙江省"},           {"34", "安徽省"},
    {"35", "福建省"},         {"36", "江西省"},           {"37", "山东省"},           {"41", "河南省"},
    {"42", "湖北省"},         {"43", "湖南省"},           {"44", "广东省"},           {"45", "广西壮族自治区"},
    {"46", "海南省"},         {"50", "重庆市"},           {"51", "四川省"},           {"52", "贵州省"},
    {"53", "云南省"},         {"54", "西藏自治区"},       {"61", "陕西省"},           {"62", "甘肃省"},
    {"63", "青海省"},         {"64", "宁夏回族自治区"},   {"65", "新疆维吾尔自治区"}, {"71", "台湾省"},
    {"81", "香港特别行政区"}, {"82", "澳门特别行政区"},
}};

std::string_view unquoted(std::string_view cell) {
  while (!cell.empty() && (cell.back() == '\r' || cell.back() == ' ')) cell.remove_suffix(1);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
  return cell;
}

std::string upper_text(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

constexpr size_t kListBytesMax = 64u << 20;

}  // namespace

std::string_view label_zh(CodeType e) {
  constexpr std::array<std::string_view, 14> labels = {
      "公民身份号码", "统一社会信用代码", "日期",         "日期时间",         "定点医疗机构代码", "定点零售药店代码", "医保系统单位代码",
      "医保药品代码", "医用耗材代码",     "医疗服务项目", "疾病诊断代码",     "手术操作代码",     "行政区划代码",     "医保医师代码"};
  return labels[static_cast<size_t>(e)];
}

bool is_province(std::string_view code) { return !province_name(code).empty(); }

std::string_view province_name(std::string_view code) {
  for (const Province& p : kProvinces)
    if (p.code == code) return p.name;
  return {};
}

bool Membership::contains(CodeType type, std::string_view code) const {
  const auto& list = lists_[static_cast<size_t>(type)];
  if (list.empty()) return false;
  for (char c : code)
    if (c >= 'a' && c <= 'z') return list.contains(upper_text(code));
  return list.contains(code);
}

Result<Membership> Membership::parse(std::string_view csv) {
  Membership out;
  size_t line = 0;
  if (csv.substr(0, 3) == "\xef\xbb\xbf") csv.remove_prefix(3);
  while (!csv.empty()) {
    size_t end = csv.find('\n');
    std::string_view row = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    line++;
    while (!row.empty() && row.back() == '\r') row.remove_suffix(1);
    if (row.empty() || (line == 1 && row.substr(0, 9) == "type,code")) continue;
    size_t comma = row.find(',');
    if (comma == std::string_view::npos) return fail(Errc::invalid, "membership.malformed", "line " + std::to_string(line));
    auto type = enum_of<CodeType>(unquoted(row.substr(0, comma)));
    if (!type) return fail(Errc::invalid, "membership.unknown_type", "line " + std::to_string(line));
    std::string_view rest = row.substr(comma + 1);
    std::string code = upper_text(unquoted(rest.substr(0, rest.find(','))));
    if (code.empty() || code.size() > 64) return fail(Errc::invalid, "membership.malformed", "line " + std::to_string(line));
    if (*type == CodeType::region && code.size() < 6) code.resize(6, '0');
    out.lists_[static_cast<size_t>(*type)].insert(std::move(code));
  }
  return out;
}

Result<Membership> Membership::load(const std::string& path) { return parse(TRY(read_text_file(path, kListBytesMax))); }

}  // namespace sluice
