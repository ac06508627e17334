// A problem of the API (problem+json) as the Error that it was: its reason, its detail, and the category that gives the exit code.
#pragma once

#include "codec/json.h"

namespace sluice::cli {

tl::unexpected<Error> told_problem(const Json& problem, int status);

}  // namespace sluice::cli
