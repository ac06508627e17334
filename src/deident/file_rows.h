// Chosen columns of a CSV or Parquet file, row by row, as the text that files carry (table/cell_text.h).
//
// Errors: "deident.missing_column" (detail: the column), "deident.bad_quoting", those of CsvInput and table/parquet.h.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anonymity/csv_table.h"
#include "base/result.h"

namespace sluice::deident {

// Cells in the order of `columns`; the views end with the call. False ends the reading.
using TakeRow = std::function<bool(std::span<const std::string_view> cells)>;

// Gives the number of rows read.
Result<uint64_t> read_rows(const std::string& path, const std::vector<std::string>& columns, const TakeRow& take);
// The names of a file's columns.
Result<std::vector<std::string>> columns_of_file(const std::string& path);

// Chosen columns of a CSV or Parquet file as the table that risk, search and utility work on. "anonymity.too_many_rows".
Result<anonymity::CsvTable> read_table(const std::string& path, const std::vector<std::string>& columns);

}  // namespace sluice::deident
