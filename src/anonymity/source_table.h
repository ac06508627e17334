// Columns of any table source as the table that risk and search work on: cells as the text that files carry (table/cell_text.h).
#pragma once

#include "anonymity/csv_table.h"
#include "table/column.h"

namespace sluice::anonymity {

// Reads only the named columns. "anonymity.no_columns", "anonymity.unknown_column", "anonymity.column_twice",
// "anonymity.too_many_rows"; errors of the source.
Result<CsvTable> read_source(table::ColumnSource& source, const std::vector<std::string>& columns);

}  // namespace sluice::anonymity
