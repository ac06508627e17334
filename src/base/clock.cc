#include "base/clock.h"

#include <time.h>

#include <atomic>
#include <cstdio>

namespace sluice {

TimeMs SystemClock::now() {
  static std::atomic<TimeMs> latest{0};
  timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  TimeMs wall = static_cast<TimeMs>(ts.tv_sec) * 1000 + ts.tv_nsec / 1000000;
  TimeMs seen = latest.load(std::memory_order_relaxed);
  while (wall > seen && !latest.compare_exchange_weak(seen, wall, std::memory_order_relaxed)) {
  }
  return wall > seen ? wall : seen;
}

// Howard Hinnant's published civil calendar algorithms.
int64_t days_from_civil(int y, int m, int d) {
  y -= m <= 2;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t yoe = y - era * 400;
  int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

CivilDate civil_from_days(int64_t z) {
  z += 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t mp = (5 * doy + 2) / 153;
  int d = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  int m = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {static_cast<int>(yoe + era * 400 + (m <= 2)), m, d};
}

bool is_civil_date(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  CivilDate back = civil_from_days(days_from_civil(year, month, day));
  return back.month == month && back.day == day;
}

std::string rfc3339(TimeMs time) {
  int64_t days = time >= 0 ? time / kDayMs : (time - kDayMs + 1) / kDayMs;
  int64_t ms = time - days * kDayMs;
  CivilDate date = civil_from_days(days);
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year, date.month, date.day,
                static_cast<int>(ms / kHourMs), static_cast<int>(ms / kMinuteMs % 60),
                static_cast<int>(ms / kSecondMs % 60), static_cast<int>(ms % 1000));
  return out;
}

namespace {

// Reads exactly `n` digits at `at`; -1 when they are not digits.
int digits(std::string_view text, size_t at, size_t n) {
  if (at + n > text.size()) return -1;
  int v = 0;
  for (size_t i = at; i < at + n; i++) {
    if (text[i] < '0' || text[i] > '9') return -1;
    v = v * 10 + (text[i] - '0');
  }
  return v;
}

}  // namespace

Result<TimeMs> from_rfc3339(std::string_view t) {
  auto bad = [] { return fail(Errc::invalid, "time.not_rfc3339"); };
  if (t.size() < 20) return bad();
  int y = digits(t, 0, 4), mo = digits(t, 5, 2), d = digits(t, 8, 2);
  int h = digits(t, 11, 2), mi = digits(t, 14, 2), s = digits(t, 17, 2);
  if (t[4] != '-' || t[7] != '-' || (t[10] != 'T' && t[10] != 't' && t[10] != ' ') || t[13] != ':' || t[16] != ':')
    return bad();
  if (!is_civil_date(y, mo, d) || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 59) return bad();
  size_t at = 19;
  int64_t ms = 0;
  if (t[at] == '.') {
    size_t start = ++at;
    int64_t scale = 100;
    while (at < t.size() && t[at] >= '0' && t[at] <= '9' && at - start < 9) {
      ms += (t[at] - '0') * scale;
      scale /= 10;
      at++;
    }
    if (at == start) return bad();
  }
  int64_t offset_ms = 0;
  if (at >= t.size()) return bad();
  if (t[at] == 'Z' || t[at] == 'z') {
    if (at + 1 != t.size()) return bad();
  } else if ((t[at] == '+' || t[at] == '-') && at + 6 == t.size() && t[at + 3] == ':') {
    int oh = digits(t, at + 1, 2), om = digits(t, at + 4, 2);
    if (oh < 0 || oh > 23 || om < 0 || om > 59) return bad();
    offset_ms = (oh * kHourMs + om * kMinuteMs) * (t[at] == '+' ? 1 : -1);
  } else {
    return bad();
  }
  return days_from_civil(y, mo, d) * kDayMs + h * kHourMs + mi * kMinuteMs + s * kSecondMs + ms - offset_ms;
}

}  // namespace sluice
