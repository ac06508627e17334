// Cells of typed columns as the text that files and APIs carry: dates YYYY-MM-DD, date-times YYYY-MM-DDThh:mm:ss (GB/T 7408),
// decimals with their point, booleans true/false; a null is empty.
#pragma once

#include <string>

#include "table/column.h"

namespace sluice::table {

// Appends the cell; nothing for a null.
void cell_text_to(std::string& out, const Column& column, size_t row);

}  // namespace sluice::table
