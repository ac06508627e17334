// Figures of each department of a party (部门指标): what it holds, how far its data are classified and described, which rules and procedures it
// works by, and in a period how much its people decided and how much of that in time. Computed from the state, so nobody can write them.
//
// Guarantees: every dataset, described item and decision counts in at most one department; what is of none stands under the empty unit, which is
// there only where something is. Only departments are compared: no figure is a person's.
// Source: grading guide G2.1, G2.2. Thread rule: pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "rules/rule_set.h"
#include "space/state.h"

namespace sluice::space {

struct Period {
  TimeMs from = 0, until = 0;  // until: not any more
};

struct DepartmentFigures {
  UnitId unit;  // empty: of no department
  int64_t people = 0;
  // What it holds now; an item is graded as a whole, and counts as a column.
  int64_t datasets = 0, items = 0, columns = 0, confirmed = 0, level4_up = 0, reopened = 0, expired = 0;
  int64_t asked = 0, unanswered = 0;  // facts of datasets that only people know
  // What its people decided in the period, by kind, and how much of it in time (rules/operations.yaml `tasks`, a request's own day).
  std::map<std::string, int64_t> decided;
  int64_t decisions = 0, in_time = 0;
  std::optional<int64_t> median_minutes{};  // from asked to decided
  // Rules and operating procedures: papers of a kind that demands a department.
  int64_t procedures = 0, procedures_due = 0;  // in force; in force no longer, or not for long, and no newer one is

  static constexpr auto fields = field_list(
      field("unit", &DepartmentFigures::unit), field("people", &DepartmentFigures::people), field("datasets", &DepartmentFigures::datasets),
      field("items", &DepartmentFigures::items), field("columns", &DepartmentFigures::columns), field("confirmed", &DepartmentFigures::confirmed),
      field("level4_up", &DepartmentFigures::level4_up), field("reopened", &DepartmentFigures::reopened), field("expired", &DepartmentFigures::expired),
      field("asked", &DepartmentFigures::asked), field("unanswered", &DepartmentFigures::unanswered), field("decided", &DepartmentFigures::decided),
      field("decisions", &DepartmentFigures::decisions), field("in_time", &DepartmentFigures::in_time),
      field("median_minutes", &DepartmentFigures::median_minutes), field("procedures", &DepartmentFigures::procedures),
      field("procedures_due", &DepartmentFigures::procedures_due));
};

// In the order of the chart's ids, the empty unit last.
std::vector<DepartmentFigures> department_figures(const State& state, const rules::RuleSet& rules, const PartyId& party, const Period& period, TimeMs now);

// Whether this paper is a department's rule or procedure that wants renewal: it ends within the days of the review's reminder or ended, and no paper
// of its kind, department and title that ends later is entered or checked.
bool procedure_due(const State& state, const rules::RuleSet& rules, const Paper& paper, TimeMs now);

}  // namespace sluice::space
