#include "recheck/cell_forms.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace sluice::recheck {

bool is_day(int year, int month, int day) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool digits(std::string_view s) { return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }); }
int number(std::string_view s) { return std::atoi(std::string(s).c_str()); }

bool read_day(std::string_view s, Day& out) {
  if ((s.size() == 8 || s.size() == 14) && digits(s)) {
    out = {number(s.substr(0, 4)), number(s.substr(4, 2)), number(s.substr(6, 2)), s.substr(8)};
  } else if (s.size() >= 8 && digits(s.substr(0, 4))) {
    // 2024-02-09, 2024/2/9, 2024.2.9, 2024年2月9日
    constexpr std::string_view kYear = "年", kMonth = "月", kDay = "日";
    const bool han = s.substr(4).starts_with(kYear);
    const std::string_view behind_year = han ? kYear : s.substr(4, 1);
    if (!han && behind_year != "-" && behind_year != "/" && behind_year != ".") return false;
    std::string_view left = s.substr(4 + behind_year.size());
    const size_t month_end = left.find(han ? kMonth : behind_year);
    if (month_end == std::string_view::npos || month_end > 2 || !digits(left.substr(0, month_end))) return false;
    out.year = number(s.substr(0, 4));
    out.month = number(left.substr(0, month_end));
    left.remove_prefix(month_end + (han ? kMonth.size() : 1));
    const size_t day_end = std::min<size_t>(left.find_first_not_of("0123456789"), left.size());
    if (day_end == 0 || day_end > 2 || (han && !left.substr(day_end).starts_with(kDay))) return false;
    out.day = number(left.substr(0, day_end));
    out.rest = left.substr(day_end + (han ? kDay.size() : 0));
  } else {
    return false;
  }
  return is_day(out.year, out.month, out.day);
}

bool read_decimal(std::string_view s, long long& whole, bool& fraction) {
  size_t i = s.starts_with('-') || s.starts_with('+') ? 1 : 0, start = i;
  while (i < s.size() && s[i] >= '0' && s[i] <= '9') i++;
  if (i == start || i - start > 18) return false;
  whole = std::atoll(std::string(s.substr(start, i - start)).c_str());
  fraction = false;
  if (i < s.size() && s[i] == '.') {
    for (i++; i < s.size() && s[i] >= '0' && s[i] <= '9'; i++) fraction = fraction || s[i] != '0';
  }
  if (s.starts_with('-')) whole = -whole;
  return i == s.size();
}

std::vector<std::string_view> characters(std::string_view s) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < s.size();) {
    size_t n = 1;
    while (at + n < s.size() && (static_cast<unsigned char>(s[at + n]) & 0xc0) == 0x80) n++;
    out.push_back(s.substr(at, n));
    at += n;
  }
  return out;
}

}  // namespace sluice::recheck
