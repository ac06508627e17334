// A table collapsed to its distinct tuples: rows that agree in every chosen column are one tuple with a weight. All further
// work (unique sets, search, models) is on tuples, so that its cost depends on how varied the data are, not on how many.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "table/classes.h"

namespace sluice::anonymity {

struct Tuples {
  std::vector<table::KeyColumn> columns;  // one code a tuple, codes as in the table
  std::vector<uint32_t> weights;          // rows of each tuple
  std::vector<uint32_t> tuple_of_row;     // in the order of the table
  uint64_t rows = 0;

  size_t size() const { return weights.size(); }
};

// Tuples in order of first appearance. Errors: those of table::row_classes.
Result<Tuples> collapse(std::span<const table::KeyColumn* const> columns, unsigned threads = 0);

}  // namespace sluice::anonymity
