// Laws: a fitted strategy keeps its limit of rows in small classes on the table; no step of it can be taken back alone; what needs no
// step has none; tokens under a key are no quasi-identifiers; the built-in profile of each share type can be applied as it is planned.
#include "deident/fit.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "deident/masker.h"
#include "deident/plan.h"

namespace sluice::deident {
namespace {

struct FitRow {
  std::string day, age, region;
};

std::vector<FitRow> fit_rows(size_t count) {
  std::vector<FitRow> out;
  uint64_t x = 7;
  for (size_t i = 0; i < count; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    auto pick = [&](uint64_t shift, uint64_t of) { return (x >> shift) % of; };
    char day[16];
    std::snprintf(day, sizeof day, "2025-%02d-%02d", static_cast<int>(1 + pick(20, 12)), static_cast<int>(1 + pick(30, 28)));
    out.push_back({day, std::to_string(20 + pick(40, 70)), "99" + std::to_string(10 + pick(50, 4)) + "0" + std::to_string(1 + pick(55, 9))});
  }
  return out;
}

classify::Verdict fit_verdict(const std::string& column, const std::string& type) {
  classify::Verdict v;
  v.column = column;
  v.type = type;
  v.level = Level::l3();
  v.quasi_identifier = true;
  return v;
}

const std::vector<classify::Verdict> kFitVerdicts = {fit_verdict("day", "care_time"), fit_verdict("age", "age"), fit_verdict("region", "person_region")};

Result<table::KeyColumn> fit_keys(const std::vector<FitRow>& rows, const FieldRule& rule) {
  Strategy alone;
  alone.format = "sluice-strategy/1";
  alone.id = "fit";
  alone.version = "1";
  alone.unlisted = Unlisted::suppress;
  alone.rules = {rule};
  SystemRandom random;
  const std::vector<std::string> header{rule.column};
  auto masker = TRY(Masker::bind(alone, header, SecretBytes(random_bytes(random, 32))));
  std::vector<CellInput> cells;
  for (size_t r = 0; r < rows.size(); r++) cells.push_back({rule.column == "day" ? rows[r].day : rule.column == "age" ? rows[r].age : rows[r].region, {}, r});
  MaskedCells masked;
  masker.apply_many(0, cells, masked);
  table::KeyEncoder encoder;
  for (size_t r = 0; r < masked.size(); r++) encoder.add(masked.at(r));
  return encoder.finish();
}

uint64_t rows_in_small_classes(const Strategy& strategy, const std::vector<FitRow>& rows) {
  std::vector<table::KeyColumn> keys;
  for (const FieldRule& rule : strategy.rules)
    if (rule.technique != Technique::suppress) keys.push_back(*fit_keys(rows, rule));
  if (keys.empty()) return 0;
  return table::count_classes(keys)->rows_below(static_cast<uint64_t>(strategy.k_min.value_or(0)));
}

Result<Strategy> fitted(const std::vector<FitRow>& rows, const std::string& share_type) {
  const rules::MaskingPack& pack = rules::RuleSet::built_in().masking;
  return fit(TRY(compose(kFitVerdicts, pack, share_type, "fit")), kFitVerdicts, pack, [&](const FieldRule& rule) { return fit_keys(rows, rule); });
}

TEST(Fit, NoMoreRowsThanTheLimitStandInSmallClasses) {
  for (size_t count : {40u, 400u, 4000u}) {
    auto rows = fit_rows(count);
    for (const char* share : {"controlled", "enclave"}) {
      auto s = fitted(rows, share);
      ASSERT_TRUE(s.has_value()) << s.error().reason << s.error().detail;
      EXPECT_LE(rows_in_small_classes(*s, rows) * 1000, 50 * count) << count << share;
    }
  }
}

// What a column may be, from what the composed strategy has to suppressed.
std::vector<FieldRule> fit_rungs(const FieldRule& composed, const std::string& type) {
  std::vector<FieldRule> out{composed};
  for (const auto& ladder : rules::RuleSet::built_in().masking.ladders.value_or(std::vector<rules::MaskingLadder>())) {
    if (std::find(ladder.types.begin(), ladder.types.end(), type) == ladder.types.end()) continue;
    for (const auto& step : ladder.steps) {
      Json json = step.params.is_object() ? step.params : Json::object();
      auto rule = decode<FieldRule>(json.set("column", Json(composed.column)).set("technique", Json(step.technique)));
      if (canonical(encode(*rule)) == canonical(encode(composed))) out.resize(1);
      else out.push_back(*rule);
    }
  }
  FieldRule last;
  last.column = composed.column;
  last.technique = Technique::suppress;
  out.push_back(last);
  return out;
}

FieldRule& fit_rule_of(Strategy& strategy, const std::string& column) {
  return *std::find_if(strategy.rules.begin(), strategy.rules.end(), [&](const FieldRule& r) { return r.column == column; });
}

TEST(Fit, NoStepCanBeTakenBackAlone) {
  size_t steps = 0;
  for (size_t count : {40u, 400u, 4000u}) {
    auto rows = fit_rows(count);
    auto composed = compose(kFitVerdicts, rules::RuleSet::built_in().masking, "controlled", "fit");
    auto s = fitted(rows, "controlled");
    ASSERT_TRUE(s && composed);
    for (const auto& verdict : kFitVerdicts) {
      auto rungs = fit_rungs(fit_rule_of(*composed, verdict.column), verdict.type);
      const std::string chosen = canonical(encode(fit_rule_of(*s, verdict.column)));
      auto at = std::find_if(rungs.begin(), rungs.end(), [&](const FieldRule& r) { return canonical(encode(r)) == chosen; });
      ASSERT_NE(at, rungs.end()) << verdict.column;
      if (at == rungs.begin()) continue;
      Strategy finer = *s;
      finer.k_min = composed->k_min;
      fit_rule_of(finer, verdict.column) = *(at - 1);
      EXPECT_GT(rows_in_small_classes(finer, rows) * 1000, 50 * count) << verdict.column << " of " << count;
      steps++;
    }
  }
  EXPECT_GT(steps, 3u);
}

TEST(Fit, MoreRowsNeverNeedAllColumnsSuppressed) {
  auto s = fitted(fit_rows(4000), "controlled");
  ASSERT_TRUE(s.has_value());
  EXPECT_FALSE(s->quasi_identifiers.empty());
  for (const std::string& name : s->quasi_identifiers)
    EXPECT_TRUE(std::any_of(s->rules.begin(), s->rules.end(), [&](const FieldRule& r) { return r.column == name && r.technique != Technique::suppress; }));
}

TEST(Fit, WhatNeedsNoStepHasNone) {
  std::vector<FitRow> same(50, FitRow{"2025-01-02", "41", "991001"});
  auto composed = compose(kFitVerdicts, rules::RuleSet::built_in().masking, "controlled", "fit");
  auto s = fitted(same, "controlled");
  ASSERT_TRUE(s && composed);
  EXPECT_EQ(canonical(encode(*s)), canonical(encode(*composed)));
}

TEST(Fit, TokensUnderAKeyAreNoQuasiIdentifiers) {
  classify::Verdict visit = fit_verdict("visit", "visit_no");
  auto s = compose({visit, kFitVerdicts[1]}, rules::RuleSet::built_in().masking, "controlled", "fit");
  ASSERT_TRUE(s.has_value());
  EXPECT_EQ(s->quasi_identifiers, std::vector<std::string>{"age"});
}

}  // namespace
}  // namespace sluice::deident
