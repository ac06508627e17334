// Asking policy/access.h with what the state knows: who, in which unit, with which duties, about which field.
//
// The rules of the party are asked by their index, the rights of the person and of the unit one by one: the answer, with what
// decided, is that of policy::decide_access over all rules and rights (tested), where a person's own right stands before a unit's.
#pragma once

#include "space/catalog/protection.h"

namespace sluice::space {

struct FieldUse {
  const Person& person;
  const Dataset& dataset;
  std::string_view action, purpose;
  FieldGrade grade;
};
policy::AccessAnswer access_answer(const State& state, const FieldUse& use, TimeMs now);

// The duties that a person has now, own ones and as a deputy.
std::vector<Duty> duties_now(const State& state, const Person& person, TimeMs now);

}  // namespace sluice::space
