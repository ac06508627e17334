// Asking policy/access.h with what the state knows: who, in which unit, with which duties, about which field.
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
