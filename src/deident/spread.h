// How the values of a sensitive column are spread over the classes of a table: what strategies promise of it (targets.h) and what a search reached
// (models_reached.h) are counted here, by other code than the search's judge (anonymity/models.h).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "table/classes.h"

namespace sluice::deident {

struct Spread {
  std::vector<std::map<uint32_t, uint64_t>> of_class;  // rows by code
  std::vector<uint64_t> size;                          // of each class
  std::vector<uint64_t> overall;                       // rows by code, of all classes
  uint64_t rows = 0;
};

Spread spread_of(const table::RowClasses& classes, const table::KeyColumn& column);

// The fewest different values of a class.
int64_t least_distinct(const Spread& spread);
// The greatest distance of a class's shares to all rows', values all at distance 1: from 0 to 1.
double farthest_equal(const Spread& spread);

}  // namespace sluice::deident
