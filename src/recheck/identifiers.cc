#include "recheck/identifiers.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "recheck/claim.h"

namespace sluice::recheck {

namespace {

constexpr std::string_view kSurnames =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

bool is_han_at(std::string_view s, size_t at) {
  if (at + 3 > s.size()) return false;
  auto b = [&](size_t i) { return static_cast<unsigned char>(s[at + i]); };
  unsigned code = (b(0) & 0x0fu) << 12 | (b(1) & 0x3fu) << 6 | (b(2) & 0x3fu);
  return (b(0) & 0xf0) == 0xe0 && code >= 0x4e00 && code <= 0x9fff;
}
bool surname_at(std::string_view s, size_t at) {
  if (!is_han_at(s, at)) return false;
  for (size_t i = 0; i < kSurnames.size(); i += 3)
    if (kSurnames.substr(i, 3) == s.substr(at, 3)) return true;
  return false;
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool all_zero(std::string_view s) { return s.find_first_not_of('0') == std::string_view::npos; }
// Text that names a road or a village and later a house number.
bool names_a_house(std::string_view s) {
  size_t road = std::string_view::npos;
  for (std::string_view word : {"路", "街", "巷", "胡同", "大道", "弄", "村", "镇", "乡", "小区", "花园", "家园"}) {
    size_t at = s.find(word);
    if (at != std::string_view::npos && at >= 3) road = std::min(road, at);
  }
  if (road == std::string_view::npos) return false;
  for (std::string_view word : {"号", "栋", "幢", "室", "弄", "单元"})
    for (size_t at = s.find(word, road); at != std::string_view::npos; at = s.find(word, at + 3)) {
      if (at == 0 || !digit(s[at - 1]) || s.substr(at).starts_with("号床") || s.substr(at).starts_with("号令")) continue;
      size_t from = at;
      while (from > 0 && digit(s[from - 1])) from--;
      if (from > road && from - road <= 60) return true;
    }
  return false;
}
bool address_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-' || c == '+'; }

}  // namespace

void IdentifierScan::digit_run(std::string_view s, size_t from, size_t to) {
  std::string_view run = s.substr(from, to - from);
  auto value = [&](size_t at, size_t n) {
    int v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (run[at + i] - '0');
    return v;
  };
  bool with_x = run.size() == 17 && to < s.size() && (s[to] == 'X' || s[to] == 'x');
  if (run.size() == 18 || with_x) {
    int year = value(6, 4);
    if (run[0] == '0' || year < 1800 || year > 2099 || !is_day(year, value(10, 2), value(12, 2)) || is_nobodys_id(run)) return;
    id_shaped_++;
    id_valid_ += check_character_of_id(run.substr(0, 17)) == (with_x ? 'X' : run[17]);
    return;
  }
  bool mobile = run.size() == 11 && run[0] == '1' && run[1] >= '3';
  if (mobile && (from == 0 || s[from - 1] != '.') && !all_zero(run.substr(3))) phones_++;
  if (run.size() == 13 && from > 0 && s[from - 1] == '+' && run.starts_with("861") && run[3] >= '3' && !all_zero(run.substr(5))) phones_++;
  if ((run.size() == 16 || run.size() == 19) && (run.starts_with("62") || run[0] == '4' || run[0] == '5') && !all_zero(run.substr(6, run.size() - 7))) {
    card_shaped_++;
    card_valid_ += passes_luhn(run);
  }
  if (run.size() == 8 && from > 0 && (from == 1 || !address_char(s[from - 2])) && std::string_view("EGDSPH").find(s[from - 1]) != std::string_view::npos &&
      (to == s.size() || !address_char(s[to])))
    passports_++;
}

void IdentifierScan::cell(std::string_view s) {
  if (s.empty()) return;
  cells_++;
  size_t han = 0;
  bool all_han = s.size() % 3 == 0;
  for (size_t at = 0; all_han && at < s.size(); at += 3, han++) all_han = is_han_at(s, at);
  name_shaped_ += all_han && han >= 2 && han <= 4 && surname_at(s, 0);
  static constexpr std::array<std::string_view, 8> kBefore = {"姓名", "患者", "病人", "家属", "联系人", "经办人", "参保人", "监护人"};
  for (std::string_view word : kBefore) {
    for (size_t at = s.find(word); at != std::string_view::npos; at = s.find(word, at + 3)) {
      size_t next = at + word.size();
      for (std::string_view gap : {"：", ":", "为", " "})
        if (s.substr(next).starts_with(gap)) next += gap.size();
      names_ += surname_at(s, next) && is_han_at(s, next + 3) && next > at + word.size();
    }
  }
  addresses_ += names_a_house(s);
  social_ += s.size() == 9 && s[0] >= 'A' && s[0] <= 'Z' && s.find_first_not_of("0123456789", 1) == std::string_view::npos && !all_zero(s.substr(1));
  for (std::string_view word : {"医保", "社保", "社会保障", "参保", "医疗证"}) {
    size_t at = s.find(word);
    if (at == std::string_view::npos) continue;
    size_t number = s.find_first_of("0123456789", at);
    if (number == std::string_view::npos || number - at > 36 || s.substr(at, number - at).find_first_of(",;") != std::string_view::npos) continue;
    size_t end = std::min(s.find_first_not_of("0123456789", number), s.size());
    std::string_view between = s.substr(at, number - at);
    bool named = between.find("号") != std::string_view::npos || between.find("卡") != std::string_view::npos;
    if (named && between.find("，") == std::string_view::npos && end - number >= 6 && !all_zero(s.substr(number + (end - number > 6 ? 6 : 0), end - number - (end - number > 6 ? 6 : 0)))) {
      insurance_++;
      break;
    }
  }
  for (size_t i = 0; i < s.size();) {
    if (s[i] == '@' && i > 0 && address_char(s[i - 1])) {
      size_t end = i + 1, dot = 0;
      for (; end < s.size() && address_char(s[end]); end++)
        if (s[end] == '.') dot = end;
      if (dot > i + 1 && end - dot > 2 && std::isalpha(static_cast<unsigned char>(s[dot + 1]))) emails_++;
    }
    if (!digit(s[i])) {
      i++;
      continue;
    }
    size_t from = i;
    while (i < s.size() && digit(s[i])) i++;
    digit_run(s, from, i);
  }
}

std::map<std::string, uint64_t> IdentifierScan::found() const {
  std::map<std::string, uint64_t> out;
  auto add = [&](const char* type, uint64_t n) {
    if (n > 0) out[type] = n;
  };
  add("id_number", id_valid_ * 10 > id_shaped_ * 3 ? id_valid_ : 0);
  add("bank_card", card_valid_ * 10 > card_shaped_ * 6 ? card_valid_ : 0);
  add("phone", phones_);
  add("email", emails_);
  add("passport", passports_);
  add("person_name", names_);
  add("insurance_number", insurance_);
  add("social_card", social_ >= 5 && social_ * 10 > cells_ * 8 ? social_ : 0);
  add("address", addresses_);
  return out;
}

}  // namespace sluice::recheck
