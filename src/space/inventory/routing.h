// Whom the inventory asks (G2.1–G2.3): what cannot be measured is asked of the head of the department that owns the data; where
// it has none, of the next head above; where there is nobody, of the data managers.
#pragma once

#include "space/state.h"

namespace sluice::space {

// The heads from a unit upwards who can act now, the nearest first.
std::vector<PersonId> heads_from(const State& state, const UnitId& unit, TimeMs now);
// Whether this person is one of them, or stands in for one.
bool answers_for(const State& state, const Person& person, const UnitId& unit, TimeMs now);
// What nobody has answered about a dataset: "department", "system", "place", "retention", "purpose", "processing", "provision",
// "measures". What its plan says counts as an answer to system and purpose.
std::vector<std::string> open_questions(const State& state, const Dataset& dataset);
constexpr int64_t kDatasetQuestions = 8;  // as many as it asks

// "catalog.unknown_stage", "form.text_too_long", "form.text_not_utf8".
Status check_stages(const std::map<std::string, std::string>& measures);

}  // namespace sluice::space
