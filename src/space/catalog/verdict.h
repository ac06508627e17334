// One verdict on one field, judged the same way whether it comes alone or for many. Internal to the room.
#pragma once

#include "space/command.h"
#include "space/state.h"

namespace sluice::space {

// "catalog.no_such_column", "level.out_of_range", "catalog.reason_needed", "catalog.below_floor" (detail: column and floor),
// "catalog.no_level5_rows" (grading by row where no row has level-5 content).
Result<FieldConfirmed> confirmed_field(const State& state, const Context& context, const Dataset& dataset, const FieldVerdict& verdict);
// Adds VerdictRemembered where the verdict gave another type than the proposal.
void remember_correction(const Dataset& dataset, const FieldConfirmed& confirmed, Events& events);
// Adds RetentionExtended for each version whose end of retention these confirmations would bring nearer than confirmed grades had it (law/retention.h).
void keep_terms_reached(const State& state, const Context& context, const Dataset& dataset, Events& events);

}  // namespace sluice::space
