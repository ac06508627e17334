// The grade that counts for a field now, and the protection measures that its level brings (C6.2.3): for each measure whether
// the node enforces it and its check holds, fails, or cannot be made by software at all.
//
// The grade that counts: a person's word; before it the proposal's; before that level 5. Of a reopened field the higher level of
// both. Where a lowering ended (asked with `now`), the floor. In a masked version the level that the technique left.
#pragma once

#include "rules/rule_set.h"
#include "space/state.h"

namespace sluice::space {

struct FieldGrade {
  Category category = Category::none;
  int level = 5;
  bool provisional = true;  // nobody confirmed it yet
};
FieldGrade grade_of(const CatalogField& field);
FieldGrade grade_of(const CatalogField& field, TimeMs now);
// Of a column of a version; a column that the catalog does not know is level 5.
FieldGrade grade_in(const State& state, const Dataset& dataset, const VersionId& version, std::string_view column);
FieldGrade grade_in(const State& state, const Dataset& dataset, const VersionId& version, std::string_view column, TimeMs now);
// The level that the rules of a party give a type at least: those of an approved change, else of the packs at hand; 1 for
// types that they do not know.
int floor_of(const State& state, const rules::RuleSet& rules, const PartyId& party, std::string_view type);

enum class MeasureState { enforced, failing, organisation };
constexpr std::array<std::string_view, 3> enum_names(MeasureState) { return {"enforced", "failing", "organisation"}; }

struct MeasureFinding {
  const rules::ProtectionMeasure* measure = nullptr;
  MeasureState state = MeasureState::organisation;
};
std::vector<MeasureFinding> measures_of(const State& state, const Dataset& dataset, const CatalogField& field, const rules::RuleSet& rules);

}  // namespace sluice::space
