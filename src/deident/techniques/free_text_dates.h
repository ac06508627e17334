// Dates in Chinese text: 2024-03-12, 2024/3/12, 2024.3.12, 2024年3月12日, 2024年3月, 2024年, 3月12日, 3月12号, and the same in Chinese digits (三月二十日,
// 二〇二四年三月), 24年3月12日, and 3/12 before or after a word that wants a day (3/12复查). Not durations: 3年前, 3月余, 病史2年. Not checked against the
// calendar. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::deident {

// From and to, in characters; full-width digits as ASCII ones. They may overlap: the first one counts.
std::vector<std::pair<size_t, size_t>> dates_in(std::u32string_view text);
// The day, month or year that such a date means: 2024-03-12, 2024-03, 2024, 03-12 without a year; nothing where its parts are none.
std::optional<std::string> day_written(std::u32string_view date);

}  // namespace sluice::deident
