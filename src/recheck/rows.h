// The records of a written file, CSV or Parquet, in file order. CSV by codec's reader, Parquet by the engine's: neither is the reader or
// writer that masking has of its own for CSV, and nothing else of the table room is used here.
//
// One thread. Errors: file.*, csv.*, table.* of reading, and whatever `begin` answers.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::recheck {

using BeginRows = std::function<Status(const std::vector<std::string>& header)>;
// Cells are UTF-8, empty for a null; the views end with the call.
using TakeCells = std::function<void(std::span<const std::string_view> cells)>;
Status read_written_rows(const std::string& path, const BeginRows& begin, const TakeCells& row);

}  // namespace sluice::recheck
