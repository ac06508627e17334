#include "deident/techniques/free_text_dates.h"

#include <algorithm>

#include "base/clock.h"

namespace sluice::deident {

namespace {

constexpr std::u32string_view kChineseDigits = U"〇零○一二三四五六七八九十廿卅";
constexpr std::u32string_view kAfterDay[] = {U"复查", U"复诊", U"随访", U"入院", U"出院", U"就诊", U"来院", U"来诊", U"手术", U"行", U"查房", U"转入", U"转院", U"转科", U"住院", U"检查", U"化验", U"拍片", U"拆线", U"上午", U"下午", U"晚", U"晨", U"起", U"因", U"突发", U"再次"};
constexpr std::u32string_view kBeforeDay[] = {U"于", U"自", U"从", U"日期", U"时间", U"日期：", U"时间：", U"日期:", U"时间:", U"定于", U"约于"};

// 十二 is 12, 二十 20, 廿三 23, 二〇二四 2024, 12 12; nothing where it is no number.
std::optional<int> number_of(std::u32string_view digits) {
  int sum = 0, digit = -1;
  bool tens = false;
  for (char32_t c : digits) {
    int value = c >= U'0' && c <= U'9' ? static_cast<int>(c - U'0') : -1;
    if (value < 0) {
      const size_t at = kChineseDigits.find(c);
      if (at == std::u32string_view::npos) return std::nullopt;
      if (at >= 12) {  // 十, 廿, 卅
        sum = at == 12 ? (digit < 0 ? 10 : digit * 10) : at == 13 ? 20 : 30;
        digit = -1;
        tens = true;
        continue;
      }
      value = at < 3 ? 0 : static_cast<int>(at) - 2;
    }
    digit = tens || digit < 0 ? value : digit * 10 + value;
  }
  if (digit < 0 && !tens) return std::nullopt;
  return sum + (digit < 0 ? 0 : digit);
}

// Eight digits that are a day from 1900 to 2099.
bool compact_day(std::u32string_view date) {
  if (date.size() != 8) return false;
  int parts[3] = {};
  for (size_t i = 0; i < 8; i++) {
    if (date[i] < U'0' || date[i] > U'9') return false;
    int& part = parts[i < 4 ? 0 : i < 6 ? 1 : 2];
    part = part * 10 + static_cast<int>(date[i] - U'0');
  }
  return parts[0] >= 1900 && parts[0] < 2100 && is_civil_date(parts[0], parts[1], parts[2]);
}

class DateFinder {
 public:
  explicit DateFinder(std::u32string_view text) : text_(text) {}
  std::vector<std::pair<size_t, size_t>> all() {
    find_numeric();
    find_chinese();
    find_month_and_day();
    find_compact();
    return std::move(found_);
  }

 private:
  static bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
  static bool has(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }

  void find_numeric() {
    for (size_t i = 0; i + 4 < text_.size(); i++) {
      if ((text_[i] != U'1' && text_[i] != U'2') || (i > 0 && is_ascii_digit(text_[i - 1]))) continue;
      size_t p = i;
      auto digits = [&](size_t most) {
        size_t n = 0;
        while (n < most && p < text_.size() && is_ascii_digit(text_[p])) p++, n++;
        return n;
      };
      if (digits(4) != 4 || p >= text_.size() || !has(U"-/.", text_[p])) continue;
      p++;
      if (digits(2) == 0 || p >= text_.size() || !has(U"-/.", text_[p])) continue;
      p++;
      if (digits(2) > 0) found_.push_back({i, p});
    }
  }

  // A number of 1 to `most` characters in Arabic or Chinese digits; 0 when none begins at `at`.
  size_t number_length(size_t at, size_t most) const {
    size_t n = 0;
    bool arabic = at < text_.size() && is_ascii_digit(text_[at]);
    while (at + n < text_.size() && (arabic ? is_ascii_digit(text_[at + n]) : has(kChineseDigits, text_[at + n]))) n++;
    return n <= most ? n : 0;
  }
  size_t blanks_at(size_t at) const {
    size_t n = 0;
    while (at + n < text_.size() && text_[at + n] == U' ') n++;
    return n;
  }
  // The end of 3月12日, 三月二十日, 3月12号 at `at`, or of 3月 alone where a year stands before; 0 when there is none.
  size_t month_end(size_t at, size_t year_end) const {
    size_t n = number_length(at, 3), p = at + n;
    p += blanks_at(p);
    if (n == 0 || p >= text_.size() || text_[p] != U'月') return 0;
    size_t month = ++p;
    p += blanks_at(p);
    n = number_length(p, 3);
    p += n;
    p += blanks_at(p);
    if (n > 0 && p < text_.size() && has(U"日号", text_[p])) return p + 1;
    return n > 0 && year_end ? p : year_end ? month : 0;
  }
  // 2024年3月12日, 二〇二四年三月, 2024年, 3月12日, 三月二十日.
  void find_chinese() {
    for (size_t i = 0; i + 2 < text_.size(); i++) {
      if (!is_ascii_digit(text_[i]) && !has(kChineseDigits, text_[i])) continue;
      if (i > 0 && (is_ascii_digit(text_[i - 1]) || has(kChineseDigits, text_[i - 1]) || text_[i - 1] == U'.')) continue;
      size_t year = number_length(i, 4), p = i + year;
      p += blanks_at(p);
      if (year == 2 && p < text_.size() && text_[p] == U'年' && is_ascii_digit(text_[i])) {  // 24年3月12日, not 12年3月
        const size_t end = month_end(p + 1 + blanks_at(p + 1), 0);
        if (end) found_.push_back({i, end});
        continue;
      }
      const bool years = year == 4 && p < text_.size() && text_[p] == U'年' && (text_[i] == U'1' || text_[i] == U'2' || !is_ascii_digit(text_[i]));
      if (years) {
        p++;
        size_t end = month_end(p + blanks_at(p), p);
        found_.push_back({i, end ? end : p});
      } else if (size_t end = month_end(i, 0)) {
        found_.push_back({i, end});
      }
    }
  }

  // 20240305复查: a day of these times that stands by itself.
  void find_compact() {
    for (size_t i = 0; i < text_.size(); i++) {
      if (!is_ascii_digit(text_[i])) continue;
      const size_t from = i;
      while (i < text_.size() && is_ascii_digit(text_[i])) i++;
      const auto joined = [](char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || has(U".-/_:#", c); };
      if (i - from != 8 || (from > 0 && joined(text_[from - 1])) || (i < text_.size() && joined(text_[i]))) continue;
      if (compact_day(text_.substr(from, 8))) found_.push_back({from, i});
    }
  }

  // 3/12复查, 于3/12: no share (1/3), no grade (2/6级).
  void find_month_and_day() {
    for (size_t i = 0; i + 2 < text_.size(); i++) {
      if (!is_ascii_digit(text_[i]) || (i > 0 && (is_ascii_digit(text_[i - 1]) || has(U"./-", text_[i - 1])))) continue;
      const size_t month = number_length(i, 2), day_at = i + month + 1;
      if (month == 0 || day_at >= text_.size() || text_[i + month] != U'/') continue;
      const size_t day = is_ascii_digit(text_[day_at]) ? number_length(day_at, 2) : 0, end = day_at + day;
      if (day == 0 || (end < text_.size() && has(U"/.-%", text_[end]))) continue;
      const auto m = number_of(text_.substr(i, month)), d = number_of(text_.substr(day_at, day));
      if (!m || !d || *m < 1 || *m > 12 || *d < 1 || *d > 31) continue;
      bool wanted = false;
      for (auto word : kAfterDay) wanted = wanted || text_.substr(end).starts_with(word);
      for (auto word : kBeforeDay) wanted = wanted || text_.substr(0, i).ends_with(word);
      if (wanted) found_.push_back({i, end});
    }
  }

  std::u32string_view text_;
  std::vector<std::pair<size_t, size_t>> found_;
};

}  // namespace

std::vector<std::pair<size_t, size_t>> dates_in(std::u32string_view text) { return DateFinder(text).all(); }

std::optional<std::string> day_written(std::u32string_view date) {
  if (compact_day(date)) {
    std::string day(date.begin(), date.end());
    return day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6);
  }
  std::vector<std::u32string_view> parts;
  bool year_first = false;
  for (size_t i = 0; i < date.size();) {
    size_t end = i;
    while (end < date.size() && ((date[end] >= U'0' && date[end] <= U'9') || kChineseDigits.find(date[end]) != std::u32string_view::npos)) end++;
    if (end > i) {
      if (parts.empty()) year_first = end - i == 4 || (end < date.size() && date[end] == U'年');
      parts.push_back(date.substr(i, end - i));
    }
    i = std::max(end, i + 1);
  }
  if (parts.empty() || parts.size() > 3 || (!year_first && parts.size() != 2)) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < parts.size(); i++) {
    auto value = number_of(parts[i]);
    if (!value) return std::nullopt;
    const bool year = year_first && i == 0;
    if (year && parts[i].size() == 2) *value += 2000;
    const std::string digits = std::to_string(*value);
    out.append(out.empty() ? "" : "-").append(year || digits.size() > 1 ? "" : "0").append(digits);
  }
  return out;
}

}  // namespace sluice::deident
