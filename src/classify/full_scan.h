// Whole tables to the detectors: every row, bounded memory, several threads. Columns come back with what all their values say
// (FieldInput::findings) and without any value.
//
// A CSV file is cut into blocks of whole records; each thread parses blocks and counts into tallies of its own, which are
// joined at the end: the result does not depend on the number of threads. Memory: about two blocks a thread and 100 KiB a
// column and thread, less a column for wide tables. Errors: those of codec/csv.h and table/parquet.h.
#pragma once

#include <string>
#include <vector>

#include "classify/sample.h"

namespace sluice::classify {

Result<std::vector<FieldInput>> scan_csv(const std::string& path, const std::string& table, char delimiter, const SampleLimits& limits);
Result<std::vector<FieldInput>> scan_parquet(const std::string& path, const std::string& table, const SampleLimits& limits);

}  // namespace sluice::classify
