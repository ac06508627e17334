// What a receipt must say whatever the file holds: its counts add up. Findings row_sum, scanned, risk_before, field_counts and marks.
#pragma once

#include "recheck/check.h"
#include "recheck/receipt_view.h"

namespace sluice::recheck {

// Whether no cell that was not empty is after the technique as it was: such cells are masked or failed, all of them.
bool changes_every_cell(const ClaimedField& field);

void judge_counts(const ReceiptView& receipt, Report& report);

// That carriers of marks are columns in which the strategy leaves slack, and that the numbers of cells are possible.
void judge_marks(const ReceiptView& receipt, Report& report);

}  // namespace sluice::recheck
