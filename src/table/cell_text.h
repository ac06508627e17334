// Cells of typed columns as the text that files and APIs carry: dates YYYY-MM-DD, date-times YYYY-MM-DDThh:mm:ss (GB/T 7408),
// decimals with their point, booleans true/false; a null is empty.
#pragma once

#include <string>

#include "base/result.h"
#include "table/column.h"

namespace sluice::table {

// Appends the cell; nothing for a null.
void cell_text_to(std::string& out, const Column& column, size_t row);

// The way back: a column of texts as a column of the spec's type; nulls stay. "table.bad_value" (detail: the column) for a text that is none
// of this type, or has more digits after the point than the column.
Result<Column> column_of_texts(const Column& texts, const ColumnSpec& spec);

}  // namespace sluice::table
