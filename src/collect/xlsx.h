// Excel workbooks (.xlsx, ECMA-376): the first visible sheet as a table, its first filled row the column names (C6.1).
//
// A cell is the text that a person sees, as far as one rule can say it: shared and inline strings as they are; numbers in plain decimal
// with at most 15 significant digits (what Excel itself keeps); cells with a date format as YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss when the
// serial has a fraction (1900 and 1904 systems); booleans as true and false; errors ("#N/A") as their text, which no typed field accepts;
// formulas by their stored result. Empty rows are passed over; a filled cell right of the last column name is "xlsx.ragged".
//
// Input of strangers: the ZIP is read under zip_archive.h's limits, XML without document types or entities ("xlsx.doctype"), at most
// kRowsMax rows, empty ones counted, kColumnsMax columns and kSharedTextMax bytes of shared strings. Errors name sheet rows, never values: "xlsx.malformed" (detail: part),
// "xlsx.no_sheet", "xlsx.no_header", "xlsx.empty", "xlsx.ragged", "xlsx.bad_cell", "xlsx.too_large", "zip.*".
// Memory: the file (≤ kFileMax), the shared strings, one block.
#pragma once

#include "collect/block_source.h"

namespace sluice::collect {

struct XlsxLimits {
  // Rows and columns: where Excel itself ends.
  static constexpr size_t kFileMax = 256u << 20, kSharedTextMax = 512u << 20, kRowsMax = 1048576, kColumnsMax = 16384, kCellBytesMax = 1u << 20;
};

// Reads the file to its end, and the sheet up to its column names.
Result<std::unique_ptr<BlockSource>> xlsx_rows(ByteSource& bytes);

}  // namespace sluice::collect
