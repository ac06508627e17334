// grading: what makes a level a function of field, combination, volume, scenario and time, and not a constant (G1).
//
// A need is written as in worksheet.associations: "identifier:direct", "identifier:quasi", "category:X", "type:X", "quasi:N".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"

namespace sluice::rules {

// A set whose level is at least `from_level` stands at `level` from `rows_min` rows on; a de-identified one whose k was measured
// and is enough from `deidentified_rows_min` on (absent: the same).
struct VolumeRule {
  std::string id, zh, en;
  int from_level = 1;
  int64_t rows_min = 0;
  int level = 1;
  std::optional<int64_t> deidentified_rows_min{};
  static constexpr auto fields =
      field_list(field("deidentified_rows_min", &VolumeRule::deidentified_rows_min), field("id", &VolumeRule::id), field("zh", &VolumeRule::zh), field("en", &VolumeRule::en), field("from_level", &VolumeRule::from_level),
                 field("rows_min", &VolumeRule::rows_min), field("level", &VolumeRule::level));
};
// A flow is in the scenario of its kind ("open", "sharing", "trade", "cross_border") and in those that name its purpose (policy pack).
struct FlowScenario {
  std::string id, zh, en;
  std::vector<std::string> purposes{};
  static constexpr auto fields = field_list(field("id", &FlowScenario::id), field("zh", &FlowScenario::zh), field("en", &FlowScenario::en),
                                            field("purposes", &FlowScenario::purposes));
};
// In a scenario a column that meets the need stands at least at `level`.
struct ScenarioRule {
  std::string id, scenario, zh, en;
  std::string need;
  int level = 1;
  static constexpr auto fields = field_list(field("id", &ScenarioRule::id), field("scenario", &ScenarioRule::scenario), field("zh", &ScenarioRule::zh),
                                            field("en", &ScenarioRule::en), field("need", &ScenarioRule::need), field("level", &ScenarioRule::level));
};
// How long a person's verdict holds before it is looked at again.
struct ValidityRule {
  int level = 1;
  int64_t days = 365;
  static constexpr auto fields = field_list(field("level", &ValidityRule::level), field("days", &ValidityRule::days));
};
// Measured association: a combination of quasi-identifiers that singles out this share of rows, beside one of these
// categories, raises the set.
struct UniquenessRule {
  int64_t unique_permille_min = 1, size_max = 5;
  std::vector<std::string> categories;
  int level = 4;
  std::string zh, en;
  static constexpr auto fields =
      field_list(field("unique_permille_min", &UniquenessRule::unique_permille_min), field("size_max", &UniquenessRule::size_max),
                 field("categories", &UniquenessRule::categories), field("level", &UniquenessRule::level), field("zh", &UniquenessRule::zh),
                 field("en", &UniquenessRule::en));
};
// Counts and sums of groups: every column whose source is below level 5 and tells nobody apart stands at `level` at most, where each cell shown has so
// many contributors; at `level_many_hidden` where more of the cells than that had to be hidden, since its groups are small then.
struct AggregateLevels {
  int64_t contributors_min = 5, hidden_permille_max = 500;
  int level = 2, level_many_hidden = 3;
  static constexpr auto fields =
      field_list(field("contributors_min", &AggregateLevels::contributors_min), field("hidden_permille_max", &AggregateLevels::hidden_permille_max),
                 field("level", &AggregateLevels::level), field("level_many_hidden", &AggregateLevels::level_many_hidden));
};
// De-identified data stand lower than their source only when k was measured and is at least `k_min`.
struct DerivedRule {
  int64_t k_min = 5;
  std::optional<AggregateLevels> aggregate{};  // absent in packs of old: as above
  static constexpr auto fields = field_list(field("k_min", &DerivedRule::k_min), field("aggregate", &DerivedRule::aggregate));
  AggregateLevels aggregates() const { return aggregate.value_or(AggregateLevels{}); }
};
// From which k on a column of a de-identified version that identifies nobody tells of a crowd: needs of these kinds ("category", or one whole need) do
// not mean it, and volumes have their threshold for de-identified rows.
struct CrowdRule {
  int64_t k_min = 5;
  std::vector<std::string> lifts;
  static constexpr auto fields = field_list(field("k_min", &CrowdRule::k_min), field("lifts", &CrowdRule::lifts));
};
// From which difference on a profile counts as changed, in permille (of all rows; `distinct` and `length`: of the greater value).
struct DriftRule {
  int64_t nulls_permille = 200, distinct_permille = 600, form_permille = 300, length_permille = 500, rows_min = 20;
  static constexpr auto fields =
      field_list(field("nulls_permille", &DriftRule::nulls_permille), field("distinct_permille", &DriftRule::distinct_permille),
                 field("form_permille", &DriftRule::form_permille), field("length_permille", &DriftRule::length_permille),
                 field("rows_min", &DriftRule::rows_min));
};
struct ReviewCycle {
  int64_t list_days = 365, remind_days = 30;
  static constexpr auto fields = field_list(field("list_days", &ReviewCycle::list_days), field("remind_days", &ReviewCycle::remind_days));
};
struct LoweringRule {
  int64_t days_max = 180;
  int level_max = 4;  // from above it nothing is lowered
  static constexpr auto fields = field_list(field("days_max", &LoweringRule::days_max), field("level_max", &LoweringRule::level_max));
};
struct GradingPack {
  std::string pack, version, effective_from;
  bool interim = false;
  std::vector<VolumeRule> volumes;
  std::vector<FlowScenario> scenarios;
  std::vector<ScenarioRule> scenario_rules;
  std::vector<ValidityRule> validity;
  UniquenessRule uniqueness;
  DerivedRule derived;
  std::optional<CrowdRule> crowd{};  // absent in packs of old: k_min of `derived`, and rules about a category
  DriftRule drift;
  ReviewCycle review;
  LoweringRule lowering;
  static constexpr auto fields = field_list(
      field("pack", &GradingPack::pack), field("version", &GradingPack::version), field("effective_from", &GradingPack::effective_from),
      field("interim", &GradingPack::interim), field("volumes", &GradingPack::volumes), field("scenarios", &GradingPack::scenarios),
      field("scenario_rules", &GradingPack::scenario_rules), field("validity", &GradingPack::validity), field("uniqueness", &GradingPack::uniqueness),
      field("derived", &GradingPack::derived), field("crowd", &GradingPack::crowd), field("drift", &GradingPack::drift), field("review", &GradingPack::review),
      field("lowering", &GradingPack::lowering));
  CrowdRule crowds() const { return crowd.value_or(CrowdRule{derived.k_min, {"category"}}); }
  int64_t validity_days(int level) const {
    for (const ValidityRule& rule : validity)
      if (rule.level == level) return rule.days;
    return 365;
  }
};

}  // namespace sluice::rules
