// The level of data in a flow: a function of field, combination, volume and scenario, with the reason of every step (G1).
//
// Asked before anything happens: an export has one part, a join several. Each column begins with the grade that counts now
// (protection.h; in a masked version what the technique left) and is raised by the scenario's rules. Handled together, the
// set takes the highest column (就高不就低) and is raised by association rules of the worksheet, by measured combinations of
// quasi-identifiers, and by volume. Controlled column by column (`fine_grained`), each keeps its own: the set is then only
// its highest column. De-identified versions stand low only where k was measured and is enough: then quasi-identifiers that were
// measured are no trigger any more, scenario rules about a category do not mean them, and volume has its own threshold.
// Counts and sums stand where masking put them (derived.aggregate of rules/grading.yaml) while their cells have enough contributors and few enough are
// hidden, else higher, with what was measured as the reason. Nothing here ever lowers.
#pragma once

#include "rules/rule_set.h"
#include "space/catalog/flow_level.h"
#include "space/state.h"

namespace sluice::space {

// "level.no_columns", "level.unknown_scenario", "dataset.not_found", "version.not_found", "catalog.no_such_column".
Result<FlowLevel> level_of_flow(const State& state, const rules::RuleSet& rules, const FlowAsk& ask, TimeMs now);
// The highest over several scenarios, in the form that is kept; `ask.scenario` is not looked at.
Result<FlowGrade> grade_of_flow(const State& state, const rules::RuleSet& rules, FlowAsk ask, const std::vector<std::string>& scenarios, TimeMs now);
// One sentence for people: the level, and the combination and rule that decided.
std::string told_zh(const FlowGrade& grade);
std::string told_en(const FlowGrade& grade);

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
  std::string kind;  // "collected", "corrected", "merged", "masked", "aggregated"
  std::vector<VersionId> inputs;
  int level = 1;
  std::string zh, en;
  std::optional<int64_t> k, max_risk_ppm;
  std::optional<int64_t> cells{}, cells_hidden{};  // of an aggregate
  std::vector<LineageColumn> columns;
  static constexpr auto fields = field_list(
      field("version", &VersionLineage::version), field("kind", &VersionLineage::kind), field("inputs", &VersionLineage::inputs),
      field("level", &VersionLineage::level), field("zh", &VersionLineage::zh), field("en", &VersionLineage::en), field("k", &VersionLineage::k),
      field("max_risk_ppm", &VersionLineage::max_risk_ppm), field("cells", &VersionLineage::cells), field("cells_hidden", &VersionLineage::cells_hidden), field("columns", &VersionLineage::columns));
};
// "version.not_found".
Result<VersionLineage> lineage_of(const State& state, const rules::RuleSet& rules, const VersionId& version, TimeMs now);

}  // namespace sluice::space
