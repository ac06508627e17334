// The full scan: what all values say equals what a sample that is all values says, whatever the number of threads.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "classify/full_scan.h"
#include "classify/value_tally.h"

namespace sluice::classify {
namespace {

std::vector<std::string> phones(size_t n) {
  std::vector<std::string> out;
  for (size_t i = 0; i < n; i++) out.push_back("139" + std::to_string(10000000 + i * 7919 % 80000000));
  return out;
}

ValueFindings tallied(const Classifier& c, const std::vector<std::string>& values) {
  auto patterns = ValuePatterns::create(c.values());
  EXPECT_TRUE(patterns);
  ValueTally tally(*patterns, 16);
  for (const auto& v : values) tally.add(v);
  return tally.finish();
}

std::vector<std::string> said(const ValueFindings& f) {
  std::vector<std::string> out;
  for (const auto& m : f.matches) out.push_back(m.detector + (m.shape_only ? " shape " : " ") + std::to_string(m.rate_permille));
  for (const auto& s : f.sensitive) out.push_back(s);
  out.push_back(std::to_string(f.sensitive_rows));
  return out;
}

TEST(ValueTally, SaysOfAllValuesWhatASampleOfAllValuesSays) {
  Classifier c = Classifier::built_in();
  std::vector<std::vector<std::string>> columns = {phones(3000), {"1", "0", "1", "1"}, {"男", "女", "男"}, {}, {"  a  ", "", "b"}};
  std::vector<std::string> diagnoses, dates, mixed = phones(50);
  for (int i = 0; i < 400; i++) {
    diagnoses.push_back(i % 10 == 0 ? "艾滋病" : i % 3 ? "高血压" : "B20.1");
    dates.push_back("2024-0" + std::to_string(1 + i % 9) + "-11");
    mixed.push_back("x" + std::to_string(i));
  }
  columns.insert(columns.end(), {diagnoses, dates, mixed});
  for (const auto& values : columns) EXPECT_EQ(said(tallied(c, values)), said(c.values().scan(values)));
}

TEST(ValueTally, CountsLevelFiveRowsBeyondAnySample) {
  Classifier c = Classifier::built_in();
  std::vector<std::string> values(30000, "高血压");
  for (size_t i = 0; i < 7; i++) values[i * 4001 + 3] = "艾滋病";
  EXPECT_EQ(tallied(c, values).sensitive_rows, 7u) << "a sample of ten thousand would miss some";
}

TEST(ValueTally, EstimatesDistinctValuesWithinFivePercent) {
  Classifier c = Classifier::built_in();
  for (size_t n : {1u, 2u, 100u, 5000u, 60000u}) {
    std::vector<std::string> values;
    for (size_t i = 0; i < n * 2; i++) values.push_back("v" + std::to_string(i % n));
    auto distinct = static_cast<double>(tallied(c, values).distinct);
    EXPECT_NEAR(distinct, static_cast<double>(n), static_cast<double>(n) * 0.05) << n;
  }
}

TEST(FullScan, DoesNotDependOnThreadsAndCountsEveryRow) {
  std::string path = ::testing::TempDir() + "full_scan.csv";
  std::ofstream file(path);
  file << "phone,diag_name,empty\n";
  auto numbers = phones(60000);
  for (size_t i = 0; i < numbers.size(); i++) file << numbers[i] << ',' << (i % 1000 == 999 ? "艾滋病" : "高血压") << ",\n";
  file.close();
  Classifier c = Classifier::built_in();
  auto patterns = ValuePatterns::create(c.values());
  std::vector<std::vector<std::string>> answers;
  for (unsigned threads : {1u, 3u}) {
    SampleLimits limits;
    limits.full = &*patterns;
    limits.threads = threads;
    auto fields = sample_file(path, limits);
    ASSERT_TRUE(fields) << fields.error().reason;
    ASSERT_EQ(fields->size(), 3u);
    EXPECT_EQ((*fields)[0].rows, 60000u);
    EXPECT_EQ((*fields)[2].nulls, 60000u);
    EXPECT_TRUE((*fields)[0].values.empty()) << "no value is kept";
    EXPECT_EQ((*fields)[1].findings->sensitive_rows, 60u);
    answers.push_back(said(*(*fields)[0].findings));
    auto verdicts = c.classify(*fields);
    EXPECT_EQ(verdicts[1].level5_rows, 60u);
  }
  EXPECT_EQ(answers[0], answers[1]);
  std::remove(path.c_str());
}

TEST(Remembered, WhatPeopleDecidedIsCitedAndNamesItsCandidate) {
  Classifier c = Classifier::built_in();
  FieldInput f;
  f.table = "t";
  f.column = "xq_07";
  f.remembered = "amount";
  Verdict v = c.classify(std::vector<FieldInput>{f})[0];
  EXPECT_EQ(v.type, "amount");
  bool cited = false;
  for (const auto& e : v.reasons) cited = cited || (e.id == "people.remembered" && e.type == "amount");
  EXPECT_TRUE(cited);
}

}  // namespace
}  // namespace sluice::classify
