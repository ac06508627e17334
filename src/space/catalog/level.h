// The level of data in a flow: a function of field, combination, volume and scenario, with the reason of every step (G1).
//
// Asked before anything happens: an export has one part, a join several. Each column begins with the grade that counts now
// (protection.h; in a masked version what the technique left) and is raised by the scenario's rules. Handled together, the
// set takes the highest column (就高不就低) and is raised by association rules of the worksheet, by measured combinations of
// quasi-identifiers, and by volume. Controlled column by column (`fine_grained`), each keeps its own: the set is then only
// its highest column. De-identified versions stand low only where k was measured and is enough. Nothing here ever lowers.
#pragma once

#include "rules/rule_set.h"
#include "space/state.h"

namespace sluice::space {

struct FlowPart {
  DatasetId dataset;
  VersionId version;                 // empty: the dataset in general
  std::vector<std::string> columns;  // empty: all
  static constexpr auto fields = field_list(field("dataset", &FlowPart::dataset), field("version", &FlowPart::version), field("columns", &FlowPart::columns));
};
struct FlowAsk {
  std::vector<FlowPart> parts;
  int64_t rows = 0;  // 0: the rows of the largest part
  std::string scenario = "internal";
  bool fine_grained = false;
  static constexpr auto fields = field_list(field("parts", &FlowAsk::parts), field("rows", &FlowAsk::rows), field("scenario", &FlowAsk::scenario),
                                            field("fine_grained", &FlowAsk::fine_grained));
};
struct FlowColumn {
  DatasetId dataset;
  std::string column;
  int level = 1, base = 1;
  std::string zh, en;
  static constexpr auto fields = field_list(field("dataset", &FlowColumn::dataset), field("column", &FlowColumn::column), field("level", &FlowColumn::level),
                                            field("base", &FlowColumn::base), field("zh", &FlowColumn::zh), field("en", &FlowColumn::en));
};
struct FlowReason {
  std::string rule;  // id of the rule, or "highest", "measured", "not_measured", "level5_rows"
  int level = 1;
  std::vector<std::string> columns;
  std::string zh, en;
  static constexpr auto fields = field_list(field("rule", &FlowReason::rule), field("level", &FlowReason::level), field("columns", &FlowReason::columns),
                                            field("zh", &FlowReason::zh), field("en", &FlowReason::en));
};
struct FlowLevel {
  int level = 1;
  int64_t rows = 0;
  std::string national;
  std::vector<FlowColumn> columns;
  std::vector<FlowReason> reasons;  // in the order in which they were weighed
  static constexpr auto fields = field_list(field("level", &FlowLevel::level), field("rows", &FlowLevel::rows), field("national", &FlowLevel::national),
                                            field("columns", &FlowLevel::columns), field("reasons", &FlowLevel::reasons));
};

// "level.no_columns", "level.unknown_scenario", "dataset.not_found", "version.not_found", "catalog.no_such_column".
Result<FlowLevel> level_of_flow(const State& state, const rules::RuleSet& rules, const FlowAsk& ask, TimeMs now);

// Where a version comes from and what that does to its level (derived data inherit: G1, C6.2.1).
struct LineageColumn {
  std::string column, technique;
  int level = 1, source_level = 1;
  std::string zh, en;
  static constexpr auto fields = field_list(field("column", &LineageColumn::column), field("technique", &LineageColumn::technique), field("level", &LineageColumn::level),
                                            field("source_level", &LineageColumn::source_level), field("zh", &LineageColumn::zh), field("en", &LineageColumn::en));
};
struct VersionLineage {
  VersionId version;
  std::string kind;  // "collected", "corrected", "merged", "masked"
  std::vector<VersionId> inputs;
  int level = 1;
  std::string zh, en;
  std::optional<int64_t> k, max_risk_ppm;
  std::vector<LineageColumn> columns;
  static constexpr auto fields = field_list(
      field("version", &VersionLineage::version), field("kind", &VersionLineage::kind), field("inputs", &VersionLineage::inputs),
      field("level", &VersionLineage::level), field("zh", &VersionLineage::zh), field("en", &VersionLineage::en), field("k", &VersionLineage::k),
      field("max_risk_ppm", &VersionLineage::max_risk_ppm), field("columns", &VersionLineage::columns));
};
// "version.not_found".
Result<VersionLineage> lineage_of(const State& state, const rules::RuleSet& rules, const VersionId& version, TimeMs now);

}  // namespace sluice::space
