#include "standard/datetime.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace sluice {
namespace {

std::string_view date_reason(std::string_view v) {
  Verdict r = check_date(v);
  return r.valid ? r.profile : r.reason;
}
std::string_view datetime_reason(std::string_view v) {
  Verdict r = check_datetime(v);
  return r.valid ? r.profile : r.reason;
}

TEST(Date, FormsOfTheStandardMatchStrictly) {
  for (const char* v : {"2024-02-29", "20240229", "2024-060", "2024-W09-4", "2024-02", "2024", "2020-W53-7"})
    EXPECT_EQ(date_reason(v), "strict") << v;
  EXPECT_EQ(date_reason("202402"), "platform");
  EXPECT_EQ(parse_date("2024-060")->days, parse_date("2024-02-29")->days);
  EXPECT_EQ(parse_date("2024-W09-4")->days, parse_date("20240229")->days);
  EXPECT_EQ(parse_date("2020-W53-7")->days, parse_date("2021-01-03")->days);
  EXPECT_FALSE(parse_date("2024-02"));
}

TEST(Date, TrapsHaveReasonsOfTheirOwn) {
  EXPECT_EQ(date_reason("2023/1/5"), "date.slashes");
  EXPECT_EQ(date_reason("44927"), "date.excel_serial");
  EXPECT_EQ(date_reason("44927.5"), "date.excel_serial");
  EXPECT_EQ(date_reason("0000-00-00"), "date.zero");
  EXPECT_EQ(date_reason("1672531200000"), "date.epoch_number");
  EXPECT_EQ(date_reason("2023-02-29"), "date.not_in_calendar");
  EXPECT_EQ(date_reason("2023-13-01"), "date.not_in_calendar");
  EXPECT_EQ(date_reason("2023-1-5"), "date.form");
  EXPECT_EQ(date_reason("2021-W53-1"), "date.not_in_calendar");
  EXPECT_EQ(date_reason("2023-366"), "date.not_in_calendar");
  EXPECT_EQ(date_reason("202313"), "date.form");
  EXPECT_EQ(date_reason(""), "date.form");
}

TEST(DateTime, TheMatchedProfileIsSaid) {
  EXPECT_EQ(datetime_reason("2024-02-29T08:30:00"), "strict");
  EXPECT_EQ(datetime_reason("2024-02-29T08:30:00.250+08:00"), "strict");
  EXPECT_EQ(datetime_reason("20240229T083000Z"), "strict");
  EXPECT_EQ(datetime_reason("2024-02-29 08:30:00"), "platform");
  EXPECT_EQ(datetime_reason("20240229083000"), "platform");
  EXPECT_EQ(parse_datetime("2024-02-29T08:30:00+08:00")->millis, parse_datetime("20240229T003000Z")->millis);
  EXPECT_EQ(parse_datetime("2024-02-29 08:30:00")->millis, parse_datetime("20240229083000")->millis);
}

TEST(DateTime, TrapsHaveReasonsOfTheirOwn) {
  EXPECT_EQ(datetime_reason("2024-02-29 24:00:00"), "time.hour_24");
  EXPECT_EQ(datetime_reason("2024-02-29T23:59:60"), "time.leap_second");
  EXPECT_EQ(datetime_reason("2024-02-29 08:60:00"), "time.out_of_range");
  EXPECT_EQ(datetime_reason("2024-02-29 8:30"), "date.form");
  EXPECT_EQ(datetime_reason("2024-02-30 08:30:00"), "date.not_in_calendar");
  EXPECT_EQ(datetime_reason("1672531200000"), "date.epoch_number");
  EXPECT_EQ(datetime_reason("0000-00-00 00:00:00"), "date.zero");
  EXPECT_EQ(datetime_reason("2024-02-29T08:30:00+25:00"), "time.out_of_range");
}

TEST(DateTime, StrictTextReadsBack) {
  SeededRandom random(9);
  for (int i = 0; i < 2000; i++) {
    auto days = static_cast<int32_t>(random.below(100000)) - 40000;
    EXPECT_EQ(parse_date(strict_date(days))->days, days);
    auto millis = (static_cast<int64_t>(random.below(4'000'000'000)) - 2'000'000'000) * 1000 + static_cast<int64_t>(random.below(1000));
    EXPECT_EQ(parse_datetime(strict_datetime(millis))->millis, millis);
  }
}

}  // namespace
}  // namespace sluice
