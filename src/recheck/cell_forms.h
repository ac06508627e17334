// How cells are written, as the check reads them: code of its own, so that a fault of the techniques is not repeated here. Pure.
#pragma once

#include <string_view>
#include <vector>

namespace sluice::recheck {

bool digits(std::string_view s);   // at least one
int number(std::string_view s);    // of a few digits

bool is_day(int year, int month, int day);

// 20240209, 2024-02-09, 2024/2/9, 2024.2.9, 2024年2月9日; `rest` is what stands behind the day.
struct Day {
  int year = 0, month = 0, day = 0;
  std::string_view rest{};
};
bool read_day(std::string_view s, Day& out);

// A decimal as whole part and whether anything but zeros stands behind the point; false when it is no number.
bool read_decimal(std::string_view s, long long& whole, bool& fraction);

std::vector<std::string_view> characters(std::string_view utf8);

}  // namespace sluice::recheck
