// The check of an aggregate, CSV or Parquet: as many lines and hidden ones as the receipt says, hidden ones without numbers, every visible
// relation between cells and totals of `count` and `sum_` columns exact, and no relation with a single hidden cell, which anybody could compute.
//
// Where the receipt names the rule (receipts since 2026-11 do): the columns are the rule's; every visible cell counts `threshold` rows or more, and
// so many have a value of a column of which sum and mean stand there; the hidden cells of a relation are not bounded more narrowly than the
// threshold by its total. What the file cannot show is said: whose rows they are, how many have a value where only a sum stands, dominance.
#pragma once

#include "recheck/check.h"
#include "recheck/receipt_view.h"

namespace sluice::recheck {

// `receipt` is of an aggregate.
Result<Report> check_aggregate(const std::string& path, const ReceiptView& receipt);

}  // namespace sluice::recheck
