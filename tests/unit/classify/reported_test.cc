// Failures that users of other classifiers reported (facts: OpenMetadata #29049, #33503, #19765): each must not be ours.
#include <gtest/gtest.h>

#include "classify/classify.h"

namespace sluice::classify {
namespace {

Verdict of_reported(const std::string& column, const std::vector<std::string>& values = {}) {
  FieldInput f;
  f.table = "orders", f.column = column;
  for (int i = 0; i < 40 && !values.empty(); i++) f.values.insert(f.values.end(), values.begin(), values.end());
  static const Classifier classifier = Classifier::built_in();
  return classifier.classify(std::vector{f})[0];
}

TEST(Reported, AYearInAColumnOfCodesIsNoSecret) {
  for (const char* name : {"code", "year_code", "fiscal_year", "area_code"}) EXPECT_LT(of_reported(name, {"2019", "2020", "2021", "2022"}).level, Level::l4()) << name;
}

TEST(Reported, TimestampsAreNoPersonalData) {
  for (const char* name : {"updated_timestamp", "created_at", "etl_timestamp", "modified_time"}) {
    EXPECT_NE(of_reported(name).category, Category::personal) << name;
    EXPECT_LT(of_reported(name, {"1700000000", "1710000000", "1720000000"}).level, Level::l4()) << name;
    EXPECT_LT(of_reported(name, {"2024-05-01 10:20:30", "2024-05-02 11:21:31"}).level, Level::l4()) << name;
  }
}

TEST(Reported, AFlagAboutAnIdentifierIsNotTheIdentifier) {
  for (const char* name : {"email_verified", "is_phone_verified", "has_id_card"}) EXPECT_LT(of_reported(name, {"0", "1"}).level, Level::l4()) << name;
}

}  // namespace
}  // namespace sluice::classify
