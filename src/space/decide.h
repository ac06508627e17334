// decide: the state machine. A command of a principal against the state gives events, or one named refusal.
//
// Every overload is a flat list of guards, each with a stable reason; what passes them all yields its events. Duties are
// read from the state at each decision, so that a revocation counts at once. What a person may not see is "not found"
// for that person, word for word as if it did not exist: one organisation learns nothing of another's objects.
#pragma once

#include "space/command.h"
#include "space/state.h"

namespace sluice::space {

Result<Events> decide(const State& state, const Context& context, const Command& command);

}  // namespace sluice::space
