// Masking of columns in memory: the columnar path (sealed versions, Parquet) over the same kernels as the CSV path.
#pragma once

#include <span>

#include "deident/csv_block.h"
#include "deident/masker.h"
#include "deident/residual.h"
#include "table/column.h"

namespace sluice::deident {

// Masks one column of a batch whose first row is the table's row `first_row` into `out` (text); cells of other types are
// masked as the text that files carry (table/cell_text.h). `group` holds all columns of the batch. Nulls stay null, and what
// becomes empty becomes null. "deident.value_refused" (detail: none; the caller knows the column).
Status mask_column(const Masker& masker, size_t column, std::span<const table::ColumnRef> group, uint64_t first_row, table::ColumnBuilder& out,
                   CellTally& tally, ResidualTally& residual);

// Shows a batch to the techniques that learn; `group` may lack (null) the columns for which masker.learns(column) is false. `stays`, by row of the table
// (empty: all): those that count rows see no others.
void learn_columns(Masker& masker, std::span<const table::ColumnRef> group, size_t rows, uint64_t first_row, std::span<const uint8_t> stays = {});

}  // namespace sluice::deident
