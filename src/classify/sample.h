// Columns with a sample of their values, from a data file: CSV or TSV in any of our encodings, or Parquet.
#pragma once

#include <string>
#include <vector>

#include "classify/classify.h"

namespace sluice::classify {

struct SampleLimits {
  size_t values_max = 10'000;     // kept per column, spread over the part that is read
  size_t rows_max = 200'000;      // read of the file
};

// The table's name is the file's name without its ending. Errors: those of the readers.
Result<std::vector<FieldInput>> sample_file(const std::string& path, const SampleLimits& limits = {});

}  // namespace sluice::classify
