// The quality report of a batch (docs/formats/quality-report.md): counts per rule and field, five rates, no values.
//
// Rates are parts per million, integers: 1,000,000 × good ÷ all, rounded down; 1,000,000 when there is nothing to rate.
//   completeness  filled cells among those of required fields
//   validity      filled cells that break no holding rule of their field
//   consistency   rows that break no holding cross rule
//   uniqueness    rows whose key did not occur before in the batch
//   timeliness    known to the caller who knows when the batch was due; absent otherwise
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"
#include "collect/plan.h"

namespace sluice::collect {

struct RuleCount {
  std::string subject;   // the field, or the name of the cross rule
  std::string rule;      // reason id: "value.not_in_set", "id.check_character", "cross.sum" …
  Severity severity = Severity::hold;
  int64_t rows = 0;
  static constexpr auto fields =
      field_list(field("subject", &RuleCount::subject), field("rule", &RuleCount::rule),
                 field("severity", &RuleCount::severity), field("rows", &RuleCount::rows));
};

struct FieldQuality {
  std::string name;
  int64_t filled = 0;
  int64_t empty = 0;
  int64_t broken = 0;  // filled cells that break a holding rule
  bool form_only = false;  // a code system was checked without a member list
  static constexpr auto fields =
      field_list(field("name", &FieldQuality::name), field("filled", &FieldQuality::filled),
                 field("empty", &FieldQuality::empty), field("broken", &FieldQuality::broken),
                 field("form_only", &FieldQuality::form_only));
};

struct QualityReport {
  std::string format = "sluice-quality-report/1";
  std::string plan;
  int64_t rows = 0, accepted = 0, warned = 0, held = 0;
  int64_t completeness_ppm = 0, validity_ppm = 0, consistency_ppm = 0, uniqueness_ppm = 0;
  std::optional<int64_t> timeliness_ppm;
  std::vector<std::string> dropped_fields;  // columns of the file that the plan does not know
  std::vector<FieldQuality> columns;
  std::vector<RuleCount> rules;  // only those that occurred, sorted by rows, then name
  static constexpr auto fields = field_list(
      field("format", &QualityReport::format), field("plan", &QualityReport::plan), field("rows", &QualityReport::rows),
      field("accepted", &QualityReport::accepted), field("warned", &QualityReport::warned),
      field("held", &QualityReport::held), field("completeness_ppm", &QualityReport::completeness_ppm),
      field("validity_ppm", &QualityReport::validity_ppm), field("consistency_ppm", &QualityReport::consistency_ppm),
      field("uniqueness_ppm", &QualityReport::uniqueness_ppm), field("timeliness_ppm", &QualityReport::timeliness_ppm),
      field("dropped_fields", &QualityReport::dropped_fields), field("fields", &QualityReport::columns),
      field("rules", &QualityReport::rules));
};

}  // namespace sluice::collect
