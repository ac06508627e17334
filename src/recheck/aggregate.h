// The check of an aggregate: as many lines and hidden ones as the receipt says, hidden ones without numbers, every visible
// relation between cells and totals of `count` and `sum_` columns exact, and no relation with a single hidden cell, which anybody could compute.
#pragma once

#include "recheck/check.h"

namespace sluice::recheck {

Result<Report> check_aggregate(const std::string& path, uint64_t cells, uint64_t hidden);

}  // namespace sluice::recheck
