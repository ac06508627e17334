// Dates and times: GB/T 7408 (ISO 8601) as the strict profile, and the forms that health-security systems really send.
//
// strict, date: YYYY-MM-DD, YYYYMMDD, YYYY-DDD (ordinal), YYYY-Www-D (week).
// strict, datetime: a calendar date, T, hh:mm:ss or hhmmss with optional fraction, optional Z or ±hh:mm / ±hhmm.
// platform, datetime: YYYY-MM-DD hh:mm:ss (a space, so not ISO), YYYYMMDDhhmmss.
// reduced precision (YYYY-MM, YYYYMM, YYYY) is valid for `check` with the warning "date.reduced_precision" and is not
// a DateParse, since it names no day.
// Reasons: "date.form", "date.zero" (0000-00-00), "date.not_in_calendar", "date.excel_serial", "date.epoch_number",
// "date.slashes" (2023/1/5), "time.form", "time.out_of_range", "time.hour_24", "time.leap_second".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "standard/verdict.h"

namespace sluice {

enum class DateProfile { strict, platform };
constexpr std::array<std::string_view, 2> enum_names(DateProfile) { return {"strict", "platform"}; }

Verdict check_date(std::string_view value);
Verdict check_datetime(std::string_view value);

// The day as days since 1970-01-01; nothing unless check_date says valid and it names a day.
struct ParsedDate {
  int32_t days = 0;
  DateProfile profile = DateProfile::strict;
};
std::optional<ParsedDate> parse_date(std::string_view value);

// Milliseconds since 1970-01-01T00:00:00 of the wall clock shown (an offset is applied: then it is UTC); finer fractions
// are cut. A mere date reads as its midnight.
struct ParsedDateTime {
  TimeMs millis = 0;
  DateProfile profile = DateProfile::strict;
};
std::optional<ParsedDateTime> parse_datetime(std::string_view value);

// The strict forms: YYYY-MM-DD and YYYY-MM-DDThh:mm:ss[.fff].
std::string strict_date(int32_t days);
std::string strict_datetime(TimeMs millis);

}  // namespace sluice
