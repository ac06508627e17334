// Chosen columns of a CSV or Parquet file, row by row, as the text that files carry (table/cell_text.h), in UTF-8 whatever the file is in.
//
// Errors: "deident.missing_column" (detail: the column), "deident.duplicate_column" (its number), "deident.ragged_row" and "deident.bad_quoting",
// those of deident/text_fault.h, of CsvInput and table/parquet.h.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::deident {

// Cells in the order of `columns`; the views end with the call. False ends the reading.
using TakeRow = std::function<bool(std::span<const std::string_view> cells)>;

// Gives the number of rows read.
Result<uint64_t> read_rows(const std::string& path, const std::vector<std::string>& columns, const TakeRow& take);
// The same with as many threads as there are takes, each calling its own: every row comes once, in no order that could be told before.
// Rows are read on one thread where the file is Parquet.
Result<uint64_t> read_rows_apart(const std::string& path, const std::vector<std::string>& columns, std::span<const TakeRow> takes);
// The names of a file's columns.
Result<std::vector<std::string>> columns_of_file(const std::string& path);

}  // namespace sluice::deident
