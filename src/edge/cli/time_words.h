// Lengths of time as people type them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::cli {

// "90", "15m", "6h", "1d" as seconds; "cli.bad_arguments" (detail: the option) otherwise.
Result<int64_t> seconds_in(std::string_view option, std::string text);

}  // namespace sluice::cli
