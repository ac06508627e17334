#include "standard/datetime.h"

#include <cstdio>

namespace sluice {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// `n` digits from `at`, or −1.
int number_at(std::string_view s, size_t at, size_t n) {
  if (at + n > s.size()) return -1;
  int v = 0;
  for (size_t i = at; i < at + n; i++) {
    if (!digit(s[i])) return -1;
    v = v * 10 + (s[i] - '0');
  }
  return v;
}

bool all_digits(std::string_view s) {
  for (char c : s)
    if (!digit(c)) return false;
  return !s.empty();
}

struct DayRead {
  std::string_view reason{};  // empty: `days` holds
  int32_t days = 0;
};

DayRead calendar_day(int year, int month, int day) {
  if (year == 0 && month == 0 && day == 0) return {"date.zero"};
  if (year < 1 || !is_civil_date(year, month, day)) return {"date.not_in_calendar"};
  return {{}, static_cast<int32_t>(days_from_civil(year, month, day))};
}

DayRead ordinal_day(int year, int ordinal) {
  int64_t first = days_from_civil(year, 1, 1), next = days_from_civil(year + 1, 1, 1);
  if (year < 1 || ordinal < 1 || ordinal > next - first) return {"date.not_in_calendar"};
  return {{}, static_cast<int32_t>(first + ordinal - 1)};
}

// ISO week 1 holds 4 January; weeks begin on Monday.
int64_t week_one_monday(int year) {
  int64_t fourth = days_from_civil(year, 1, 4);
  int64_t weekday = ((fourth + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday: Monday = 0
  return fourth - weekday;
}

DayRead week_day(int year, int week, int weekday) {
  int64_t start = week_one_monday(year), end = week_one_monday(year + 1);
  int64_t day = start + int64_t{7} * (week - 1) + weekday - 1;
  if (year < 1 || week < 1 || weekday < 1 || weekday > 7 || day >= end) return {"date.not_in_calendar"};
  return {{}, static_cast<int32_t>(day)};
}

// What people and spreadsheets write instead of a date, so that the reason tells how to mend it.
std::string_view trap_of(std::string_view s) {
  if (s.find('/') != std::string_view::npos) return "date.slashes";
  if (all_digits(s) && (s.size() == 13 || s.size() == 10)) return "date.epoch_number";
  if (s.size() == 5) {
    size_t dot = s.find('.');
    if (dot == std::string_view::npos && all_digits(s)) return "date.excel_serial";
  }
  size_t dot = s.find('.');
  if (dot == 5 && all_digits(s.substr(0, 5)) && all_digits(s.substr(6))) return "date.excel_serial";
  return "date.form";
}

DayRead read_day(std::string_view s) {
  if (s.size() == 10 && s[4] == '-' && s[5] == 'W' && s[8] == '-') {
    int y = number_at(s, 0, 4), w = number_at(s, 6, 2), d = number_at(s, 9, 1);
    if (y >= 0 && w >= 0 && d >= 0) return week_day(y, w, d);
  } else if (s.size() == 10 && s[4] == '-' && s[7] == '-') {
    int y = number_at(s, 0, 4), m = number_at(s, 5, 2), d = number_at(s, 8, 2);
    if (y >= 0 && m >= 0 && d >= 0) return calendar_day(y, m, d);
  } else if (s.size() == 8 && s[4] == '-') {
    int y = number_at(s, 0, 4), n = number_at(s, 5, 3);
    if (y >= 0 && n >= 0) return ordinal_day(y, n);
  } else if (s.size() == 8 && all_digits(s)) {
    return calendar_day(number_at(s, 0, 4), number_at(s, 4, 2), number_at(s, 6, 2));
  }
  return {trap_of(s)};
}

bool reduced_precision(std::string_view s) {
  if (s.size() == 4 && all_digits(s)) return number_at(s, 0, 4) >= 1;
  int month = -1;
  if (s.size() == 7 && s[4] == '-' && number_at(s, 0, 4) >= 1) month = number_at(s, 5, 2);
  if (s.size() == 6 && all_digits(s) && number_at(s, 0, 4) >= 1) month = number_at(s, 4, 2);
  return month >= 1 && month <= 12;
}

struct TimeRead {
  std::string_view reason{};
  int64_t millis = 0;   // since midnight
  int64_t offset = 0;   // to subtract
  bool zoned = false;
};

// hh:mm:ss or hhmmss from the front of `s`; what follows stays in `rest`.
TimeRead clock_time(std::string_view s, std::string_view& rest) {
  int h = number_at(s, 0, 2), m, sec;
  if (s.size() >= 8 && s[2] == ':' && s[5] == ':') {
    m = number_at(s, 3, 2);
    sec = number_at(s, 6, 2);
    rest = s.substr(8);
  } else {
    m = number_at(s, 2, 2);
    sec = number_at(s, 4, 2);
    rest = s.size() >= 6 ? s.substr(6) : std::string_view{};
  }
  if (h < 0 || m < 0 || sec < 0) return {"time.form"};
  if (h == 24) return {"time.hour_24"};
  if (sec == 60) return {"time.leap_second"};
  if (h > 23 || m > 59 || sec > 59) return {"time.out_of_range"};
  return {{}, (int64_t{h} * 3600 + m * 60 + sec) * kSecondMs};
}

// The fraction and the zone of a strict time.
TimeRead with_suffix(TimeRead time, std::string_view s) {
  if (!s.empty() && (s[0] == '.' || s[0] == ',')) {
    size_t n = 1;
    int64_t fraction = 0, scale = 100;
    for (; n < s.size() && digit(s[n]); n++, scale /= 10) fraction += (s[n] - '0') * scale;
    if (n == 1 || n > 10) return {"time.form"};
    time.millis += fraction;
    s.remove_prefix(n);
  }
  if (s.empty()) return time;
  time.zoned = true;
  if (s == "Z") return time;
  if (s[0] != '+' && s[0] != '-') return {"time.form"};
  int h = number_at(s, 1, 2), m = 0;
  if (s.size() == 6 && s[3] == ':')
    m = number_at(s, 4, 2);
  else if (s.size() == 5)
    m = number_at(s, 3, 2);
  else if (s.size() != 3)
    return {"time.form"};
  if (h < 0 || m < 0) return {"time.form"};
  if (h > 14 || m > 59) return {"time.out_of_range"};
  time.offset = (int64_t{h} * 60 + m) * kMinuteMs * (s[0] == '-' ? -1 : 1);
  return time;
}

struct MomentRead {
  std::string_view reason{};
  ParsedDateTime moment{};
};

MomentRead strict_moment(std::string_view s, size_t t) {
  DayRead day = read_day(s.substr(0, t));
  if (!day.reason.empty()) return {day.reason};
  std::string_view rest;
  TimeRead time = clock_time(s.substr(t + 1), rest);
  if (time.reason.empty()) time = with_suffix(time, rest);
  if (!time.reason.empty()) return {time.reason};
  return {{}, {day.days * kDayMs + time.millis - time.offset, DateProfile::strict}};
}

MomentRead platform_moment(std::string_view date, std::string_view clock) {
  DayRead day = read_day(date);
  if (!day.reason.empty()) return {day.reason};
  std::string_view rest;
  TimeRead time = clock_time(clock, rest);
  if (time.reason.empty() && !rest.empty()) {
    time = rest[0] == '.' ? with_suffix(time, rest) : TimeRead{"time.form"};
    if (time.zoned) time = {"time.form"};
  }
  if (!time.reason.empty()) return {time.reason};
  return {{}, {day.days * kDayMs + time.millis, DateProfile::platform}};
}

MomentRead read_moment(std::string_view s) {
  if (s.size() == 19 && s[10] == ' ') return platform_moment(s.substr(0, 10), s.substr(11));
  size_t t = s.find('T');
  if (t != std::string_view::npos) return strict_moment(s, t);
  if (s.size() > 19 && s[10] == ' ') return platform_moment(s.substr(0, 10), s.substr(11));
  if (s.size() == 14 && all_digits(s)) return platform_moment(s.substr(0, 8), s.substr(8));
  DayRead day = read_day(s);
  if (!day.reason.empty()) return {day.reason};
  return {{}, {day.days * kDayMs, DateProfile::strict}};
}

}  // namespace

Verdict check_date(std::string_view value) {
  DayRead day = read_day(value);
  if (day.reason.empty()) return {.valid = true, .form_only = false, .reason = {}, .profile = "strict"};
  if (reduced_precision(value)) {
    bool compact = value.size() == 6;  // YYYYMM is the platform's; ISO 8601 forbids it
    return {.valid = true,
            .form_only = false,
            .reason = {},
            .profile = compact ? "platform" : "strict",
            .warnings = {"date.reduced_precision"}};
  }
  return invalid(day.reason);
}

Verdict check_datetime(std::string_view value) {
  MomentRead read = read_moment(value);
  if (!read.reason.empty()) return invalid(read.reason);
  Verdict verdict{.valid = true, .form_only = false, .reason = {}, .profile = enum_names(read.moment.profile)[static_cast<size_t>(read.moment.profile)]};
  if (value.size() <= 10) verdict.warnings.push_back("time.missing");
  return verdict;
}

std::optional<ParsedDate> parse_date(std::string_view value) {
  DayRead day = read_day(value);
  if (!day.reason.empty()) return std::nullopt;
  return ParsedDate{day.days, DateProfile::strict};
}

std::optional<ParsedDateTime> parse_datetime(std::string_view value) {
  MomentRead read = read_moment(value);
  if (!read.reason.empty()) return std::nullopt;
  return read.moment;
}

std::string strict_date(int32_t days) {
  CivilDate d = civil_from_days(days);
  char out[40];
  int n = std::snprintf(out, sizeof out, "%04d-%02d-%02d", d.year, d.month, d.day);
  return std::string(out, static_cast<size_t>(n));
}

std::string strict_datetime(TimeMs millis) {
  int64_t days = millis >= 0 ? millis / kDayMs : (millis - kDayMs + 1) / kDayMs;
  int64_t left = millis - days * kDayMs;
  int seconds = static_cast<int>(left / kSecondMs), fraction = static_cast<int>(left % kSecondMs);
  char out[40];
  int n = std::snprintf(out, sizeof out, "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string text = strict_date(static_cast<int32_t>(days)) + std::string(out, static_cast<size_t>(n));
  if (fraction == 0) return text;
  n = std::snprintf(out, sizeof out, ".%03d", fraction);
  return text + std::string(out, static_cast<size_t>(n));
}

}  // namespace sluice
