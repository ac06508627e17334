// `sluice deident trace SUSPECT --space DIR`: the space's own records name the recipients.
#pragma once

#include "codec/json.h"
#include "edge/cli/command.h"

namespace sluice::cli {

// The trace report of the API. "trace.which_dataset" when several datasets have marked releases and none is named.
Result<Json> trace_in_space(const Args& args);

}  // namespace sluice::cli
