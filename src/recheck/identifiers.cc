#include "recheck/identifiers.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <vector>

#include "recheck/cell_forms.h"
#include "recheck/claim.h"
#include "recheck/surnames.h"

namespace sluice::recheck {

namespace {

bool is_han_at(std::string_view s, size_t at) {
  if (at + 3 > s.size()) return false;
  auto b = [&](size_t i) { return static_cast<unsigned char>(s[at + i]); };
  unsigned code = (b(0) & 0x0fu) << 12 | (b(1) & 0x3fu) << 6 | (b(2) & 0x3fu);
  return (b(0) & 0xf0) == 0xe0 && code >= 0x4e00 && code <= 0x9fff;
}
bool sure_surname_at(std::string_view s, size_t at) { return is_han_at(s, at) && holds_character(kSurnamesOfOneMeaning, s.substr(at, 3)); }
bool surname_at(std::string_view s, size_t at) { return sure_surname_at(s, at) || (is_han_at(s, at) && holds_character(kSurnamesOfTwoMeanings, s.substr(at, 3))); }
bool one_of_three_bytes(std::string_view list, std::string_view character) {
  for (size_t i = 0; i + 3 <= list.size(); i += 3)
    if (list.substr(i, 3) == character) return true;
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
// GB/T 2260: 11 to 15, 21 to 23, 31 to 37, 41 to 46, 50 to 54, 61 to 65, 71, 81, 82.
bool names_a_province(std::string_view digits) {
  int code = (digits[0] - '0') * 10 + digits[1] - '0';
  constexpr std::array<std::pair<int, int>, 8> ranges = {{{11, 15}, {21, 23}, {31, 37}, {41, 46}, {50, 54}, {61, 65}, {71, 71}, {81, 82}}};
  return std::any_of(ranges.begin(), ranges.end(), [&](const auto& r) { return code >= r.first && code <= r.second; });
}
// With ASCII digits, letters, dashes, full stops and @ in place of full-width ones.
std::string with_narrow_signs(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size(); i++) {
    auto b = [&](size_t at) { return at < s.size() ? static_cast<unsigned char>(s[at]) : 0u; };
    unsigned code = (b(i) & 0x0fu) << 12 | (b(i + 1) & 0x3fu) << 6 | (b(i + 2) & 0x3fu);
    if (b(i) == 0xef && code > 0xff00 && code < 0xff5f && (std::isalnum(static_cast<int>(code - 0xfee0)) || std::string_view("-._@+/").find(static_cast<char>(code - 0xfee0)) != std::string_view::npos)) {
      out += static_cast<char>(code - 0xfee0);
      i += 2;
    } else {
      out += s[i];
    }
  }
  return out;
}
// 0755-26781234 or (010)62345678, whose area code is the run [from, to): the end, or 0.
size_t end_of_landline(std::string_view s, size_t from, size_t to) {
  std::string_view area = s.substr(from, to - from), left = s.substr(to);
  const bool short_area = area.size() == 3 && (area.starts_with("01") || area.starts_with("02")), long_area = area.size() == 4 && area[0] == '0' && area[1] >= '3';
  if (!short_area && !long_area) return 0;
  size_t first = to;
  char before = from > 0 ? s[from - 1] : ' ';
  if (before == '(' && left.starts_with(")")) {
    first += 1;
    before = from > 1 ? s[from - 2] : ' ';
  } else if (from >= 3 && s.substr(from - 3, 3) == "（" && left.starts_with("）")) {
    first += 3;
    before = from > 3 ? s[from - 4] : ' ';
  } else if (left.starts_with("-")) {
    first += 1;
  } else {
    return 0;
  }
  if (digit(before) || before == '-' || before == '.') return 0;
  if (first < s.size() && (s[first] == '-' || s[first] == ' ')) first++;
  size_t end = first;
  while (end < s.size() && digit(s[end])) end++;
  if (end - first < 7 || end - first > 8 || s[first] < '2' || s[first] > '8') return 0;
  if (s.substr(end).starts_with("-") && std::min(s.find_first_not_of("0123456789", end + 1), s.size()) - end > 6) return 0;
  return end;
}
// A number plate about the digits at `from`: a province, a letter, perhaps a dot, five or six letters and digits. Its end, or 0.
size_t end_of_plate(std::string_view s, size_t from) {
  static constexpr std::string_view kProvinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
  auto capital = [&](size_t at) { return at < s.size() && s[at] >= 'A' && s[at] <= 'Z'; };
  for (size_t back = 4; back <= 10 && back <= from; back++) {
    const size_t at = from - back;
    if (!is_han_at(s, at) || !one_of_three_bytes(kProvinces, s.substr(at, 3)) || !capital(at + 3)) continue;
    size_t first = at + 4 + (s.substr(at + 4).starts_with("·") ? 2 : 0), end = first, digits = 0;
    while (capital(end) || (end < s.size() && digit(s[end]))) digits += digit(s[end++]);
    if (first <= from && from < end && digits >= 3 && end - first >= 5 && end - first <= 6) return end;
  }
  return 0;
}
bool more_than_chance(uint64_t seen, uint64_t of, double chance) {
  double mean = static_cast<double>(of) * chance;
  return seen >= 3 && static_cast<double>(seen) - mean > 2.33 * std::sqrt(mean * (1 - chance));
}
// Whether what stands in [from, to) belongs to a UUID or to the hexadecimal form of a digest, in which any digits may follow each other.
bool in_hexadecimal(std::string_view s, size_t from, size_t to) {
  auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-'; };
  size_t begin = from, end = to;
  while (begin > 0 && word(s[begin - 1])) begin--;
  while (end < s.size() && word(s[end])) end++;
  std::string form(s.substr(begin, end - begin));  // h where a hexadecimal sign stands
  if (std::count_if(form.begin(), form.end(), [](char c) { return std::isalpha(static_cast<unsigned char>(c)); }) < 2) return false;
  for (char& c : form)
    if (std::isxdigit(static_cast<unsigned char>(c))) c = 'h';
  if (form == "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh") return true;
  return form.size() >= 16 && form.size() % 8 == 0 && form.find_first_not_of('h') == std::string::npos;
}
bool address_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-' || c == '+'; }

}  // namespace

// One run of 18 characters; whether it has the shape of a person's number.
bool IdentifierScan::id_number(std::string_view seventeen, char last) {
  auto value = [&](size_t at, size_t n) {
    int v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (seventeen[at + i] - '0');
    return v;
  };
  id_runs_++;
  int year = value(6, 4);
  std::string whole(seventeen);
  whole += last;
  if (year < 1800 || year > 2099 || !is_day(year, value(10, 2), value(12, 2)) || !names_a_province(seventeen) || is_nobodys_id(whole)) return false;
  id_shaped_++;
  bool valid = check_character_of_id(seventeen) == (last == 'x' ? 'X' : last);
  id_valid_ += valid;
  id_before_2010_ += valid && year < 2010;
  return true;
}

bool IdentifierScan::card(std::string_view run) {
  bool issuer = run.starts_with("62") || run.starts_with("60") || run.starts_with("35") || run[0] == '4' || (run[0] == '5' && run[1] >= '1' && run[1] <= '5');
  if (!issuer || all_zero(run.substr(6, run.size() - 7))) return false;
  card_shaped_++;
  card_valid_ += passes_luhn(run);
  return true;
}

// A mobile, card or ID number in groups from `from` on, parted by one of - . / or up to three blanks; its end, or 0.
size_t IdentifierScan::grouped_run(std::string_view s, size_t from) {
  struct Group {
    size_t begin, end;
    char behind;  // what parts it from the next, 0 at the end
  };
  std::vector<Group> groups;
  for (size_t at = from; at < s.size() && digit(s[at]) && groups.size() < 6;) {
    size_t end = at;
    while (end < s.size() && digit(s[end])) end++;
    size_t next = end;
    if (next < s.size() && (s[next] == '-' || s[next] == '.' || s[next] == '/')) next++;
    else while (next < s.size() && next - end < 3 && s[next] == ' ') next++;
    bool more = next > end && next < s.size() && digit(s[next]);
    groups.push_back({at, end, more ? s[end] : '\0'});
    if (!more) break;
    at = next;
  }
  auto size = [&](size_t i) { return i < groups.size() ? groups[i].end - groups[i].begin : 0; };
  std::string joined;
  for (size_t i = 0; i < groups.size(); i++) {
    if (joined.size() + size(i) > 19) {
      groups.resize(i);
      break;
    }
    joined += s.substr(groups[i].begin, size(i));
  }
  if (groups.size() < 2) return 0;
  if (joined.size() >= 11 && joined[0] == '1' && joined[1] >= '3' && !all_zero(std::string_view(joined).substr(3, 8))) {
    bool by_four = size(0) == 3 && size(1) == 4 && size(2) == 4;
    bool in_two = (groups[0].behind == ' ' || groups[0].behind == '-') && ((size(0) == 3 && size(1) == 8) || (size(0) == 7 && size(1) == 4));
    if (by_four || in_two) {
      phones_ += !in_hexadecimal(s, from, groups[by_four ? 2 : 1].end);
      return groups[by_four ? 2 : 1].end;
    }
  }
  bool fours = groups.size() >= 4 && (joined.size() == 16 || joined.size() == 19) && size(groups.size() - 1) <= 4;
  for (size_t i = 0; fours && i + 1 < groups.size(); i++) fours = size(i) == 4;
  if (fours && !in_hexadecimal(s, from, groups.back().end) && card(joined)) return groups.back().end;
  std::string first;
  bool long_enough = size(0) >= 6;
  for (size_t i = 0; i < groups.size(); i++) {
    first += s.substr(groups[i].begin, size(i));
    long_enough = long_enough || (i > 0 && size(i) >= 4);
    if (i == 0 || first.size() < 17) continue;
    size_t end = groups[i].end;
    bool x = first.size() == 17 && end < s.size() && (s[end] == 'X' || s[end] == 'x');
    if (first.size() > 18 || !long_enough) return 0;
    if (first.size() == 18 || x) return id_number(std::string_view(first).substr(0, 17), x ? 'X' : first[17]) ? end + x : 0;
  }
  return 0;
}

void IdentifierScan::digit_run(std::string_view s, size_t from, size_t to) {
  std::string_view run = s.substr(from, to - from);
  auto value = [&](size_t at, size_t n) {
    int v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (run[at + i] - '0');
    return v;
  };
  bool with_x = run.size() == 17 && to < s.size() && (s[to] == 'X' || s[to] == 'x');
  if (run.size() == 18 || with_x) {
    id_number(run.substr(0, 17), with_x ? 'X' : run[17]);
    return;
  }
  if (run.size() == 15 && run.starts_with("00861") && run[5] >= '3') {
    phones_ += !all_zero(run.substr(7)) && !in_hexadecimal(s, from, to);
    return;
  }
  if (run.size() == 15) {
    legacy_runs_++;
    legacy_valid_ += value(6, 2) >= 30 && is_day(1900 + value(6, 2), value(8, 2), value(10, 2)) && names_a_province(run) && run.substr(12) != "000" && !is_nobodys_id(run);
    return;
  }
  bool mobile = run.size() == 11 && run[0] == '1' && run[1] >= '3';
  if (mobile && (from == 0 || s[from - 1] != '.') && !all_zero(run.substr(3)) && !in_hexadecimal(s, from, to)) phones_++;
  if (run.size() == 13 && from > 0 && s[from - 1] == '+' && run.starts_with("861") && run[3] >= '3' && !all_zero(run.substr(5))) phones_++;
  if ((run.size() == 16 || run.size() == 17 || run.size() == 19) && !in_hexadecimal(s, from, to)) (void)card(run);
  if (run.size() == 8 && from > 0 && (from == 1 || !address_char(s[from - 2])) && std::string_view("EGDSPH").find(s[from - 1]) != std::string_view::npos &&
      (to == s.size() || !address_char(s[to])))
    passports_++;
}

void IdentifierScan::whole_cell_name(std::string_view s) {
  static constexpr std::string_view kEnds = "省市区县州镇乡村族科室部院厂店局所站队处组街路片丸散膏汤胶囊剂液针素酸钠钾钙霉炎症病癌瘤术费类型级号性别疹痛热咳疮损伤折癣疣痔斑疝疽肿水粉油茶酒盐糖碱酯醇酮胺苷汀唑啶嗪";
  static constexpr std::array<std::string_view, 49> kOfTwo = {"欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "独孤", "轩辕", "长孙", "宇文", "司空", "鲜于", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于",
                                                              "太叔", "申屠", "仲孙", "钟离", "闾丘", "拓跋", "南宫", "万俟", "闻人", "赫连", "公羊", "百里", "东郭", "南门", "呼延", "羊舌", "微生", "梁丘", "左丘", "东门", "西门", "第五", "那拉", "富察"};
  size_t han = 0, dots = 0;
  for (size_t at = 0; at < s.size();) {
    const bool dot = han > 0 && s.substr(at).starts_with("·");
    if (!dot && !is_han_at(s, at)) return;
    (dot ? dots : han)++;
    at += dot ? 2 : 3;
  }
  if (s.size() > 36 || dots > 1 || (dots == 0 && (han < 2 || han > 4)) || (dots == 1 && han < 3)) return;
  bool sure = dots == 1;
  if (dots == 0) {
    if (one_of_three_bytes(kEnds, s.substr(s.size() - 3))) return;
    const bool of_two = han > 2 && std::any_of(kOfTwo.begin(), kOfTwo.end(), [&](auto word) { return s.starts_with(word); });
    if (!of_two && (han == 4 || !surname_at(s, 0))) return;
    sure = of_two || sure_surname_at(s, 0);
  }
  name_shaped_++;
  sure_surnames_ += sure;
  if (different_names_.size() < 8) different_names_.emplace(s);
}

// Of cells of six bytes and more, as those are that are worth a name.
bool IdentifierScan::a_column_of_names() const {
  return name_shaped_ >= 10 && different_names_.size() >= 8 && name_shaped_ * 10 >= cells_ * 8 && sure_surnames_ * 10 >= name_shaped_ * 6;
}

void IdentifierScan::names_in(std::string_view s) {
  static constexpr std::array<std::string_view, 8> kLabels = {"姓名", "患者", "病人", "家属", "联系人", "经办人", "参保人", "监护人"};
  bool possible = false;
  for (std::string_view word : kLabels)
    for (size_t at = s.find(word); at != std::string_view::npos; at = s.find(word, at + 3)) {
      size_t next = at + word.size();
      const bool colon = s.substr(next).starts_with("：") || s.substr(next).starts_with(":");
      if (colon) next += s[next] == ':' ? 1 : 3;
      else
        for (std::string_view gap : {"为", "，", "（", " "})
          if (s.substr(next).starts_with(gap)) next += gap.size();
      if (!sure_surname_at(s, next) || !is_han_at(s, next + 3) || one_of_three_bytes("血热烧压脂糖危度", s.substr(next + 3, 3))) continue;
      const size_t end = next + (is_han_at(s, next + 6) ? 9 : 6);
      const bool ends = !is_han_at(s, end);
      names_ += colon && ends;
      possible = possible || ends;
    }
  possible_names_ += possible;
}

void IdentifierScan::cell(std::string_view s) {
  if (s.empty()) return;
  if (s.size() >= 6) whole_cell_name(s);
  if (s.find("\xef\xbc") == std::string_view::npos) return plain_cell(s);
  plain_cell(with_narrow_signs(s));
}

void IdentifierScan::plain_cell(std::string_view s) {
  cells_ += s.size() >= 6;
  names_in(s);
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
      if (dot > i + 1 && end - dot > 2 && s.substr(dot + 1, end - dot - 1).find_first_of("0123456789_-+") == std::string_view::npos) emails_++;
    }
    if (!digit(s[i])) {
      i++;
      continue;
    }
    size_t from = i;
    while (i < s.size() && digit(s[i])) i++;
    if (size_t end = grouped_run(s, from)) {
      i = end;
      continue;
    }
    if (size_t end = end_of_landline(s, from, i)) {
      phones_++;
      i = end;
      continue;
    }
    if (size_t end = end_of_plate(s, from)) {
      plates_++;
      i = end;
      continue;
    }
    digit_run(s, from, i);
  }
}

uint64_t IdentifierScan::id_numbers() const {
  bool whole = id_valid_ * 10 > id_shaped_ * 3 || more_than_chance(id_before_2010_, id_runs_, 3e-5) || more_than_chance(id_valid_, id_shaped_, 1.0 / 11);
  bool old = legacy_valid_ * 10 > legacy_runs_ * 3 || (legacy_valid_ >= 3 && legacy_valid_ * 20 > legacy_runs_);
  return (whole ? id_valid_ : 0) + (old ? legacy_valid_ : 0);
}

std::map<std::string, uint64_t> IdentifierScan::found() const {
  std::map<std::string, uint64_t> out;
  auto add = [&](const char* type, uint64_t n) {
    if (n > 0) out[type] = n;
  };
  add("id_number", id_numbers());
  add("bank_card", card_valid_ * 10 > card_shaped_ * 6 ? card_valid_ : 0);
  add("phone", phones_);
  add("email", emails_);
  add("passport", passports_);
  add("person_name", names_ + (a_column_of_names() ? name_shaped_ : 0));
  add("number_plate", plates_);
  add("insurance_number", insurance_);
  add("social_card", social_ >= 5 && social_ * 10 > cells_ * 8 ? social_ : 0);
  add("address", addresses_);
  return out;
}

}  // namespace sluice::recheck
