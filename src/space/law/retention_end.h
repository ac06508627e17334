// The end of retention of a version that is at hand already, sealed held rows as if they were one among them (collection/held_columns.h): a register of many
// asks it for each, so it looks at nothing but that version. Thread rule: pure.
#pragma once

#include "space/law/retention.h"
#include "space/state.h"

namespace sluice::space {

RetentionEnd retention_end(const State& state, const rules::LawPack& rules, DatasetVersion sealed);

}  // namespace sluice::space
