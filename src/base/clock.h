// Time enters the core only through a Clock, so that every decision can be replayed and simulated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice {

using TimeMs = int64_t;  // milliseconds since 1970-01-01T00:00:00Z

constexpr TimeMs kSecondMs = 1000;
constexpr TimeMs kMinuteMs = 60 * kSecondMs;
constexpr TimeMs kHourMs = 60 * kMinuteMs;
constexpr TimeMs kDayMs = 24 * kHourMs;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs now() = 0;
};

// The wall clock, made monotonic within the process: when the system's clock steps back, time stands still
// until it has caught up.
class SystemClock final : public Clock {
 public:
  TimeMs now() override;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMs start) : now_(start) {}
  TimeMs now() override { return now_; }
  void advance(TimeMs by_ms) { now_ += by_ms; }
  void set(TimeMs to) { now_ = to; }

 private:
  TimeMs now_;
};

// RFC 3339 in UTC with milliseconds: "2026-11-22T04:17:00.000Z". Parsing accepts an offset and 0–9 fraction
// digits; "time.not_rfc3339" otherwise.
std::string rfc3339(TimeMs time);
Result<TimeMs> from_rfc3339(std::string_view text);

// Civil date helpers (proleptic Gregorian).
int64_t days_from_civil(int year, int month, int day);
struct CivilDate {
  int year, month, day;
};
CivilDate civil_from_days(int64_t days);
bool is_civil_date(int year, int month, int day);

}  // namespace sluice
