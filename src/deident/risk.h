// Re-identification risk of a file, CSV or Parquet, or of batches over chosen columns, by the class-counting engine.
#pragma once

#include <string>
#include <vector>

#include "deident/receipt.h"
#include "table/classes.h"

namespace sluice::deident {

// `columns` are names of the header. Errors: those of deident/file_rows.h and of the engine.
Result<RiskReceipt> measure_file(const std::string& path, const std::vector<std::string>& columns);

RiskReceipt to_receipt(const table::ClassCount& count, std::vector<std::string> columns);

}  // namespace sluice::deident
