#include "deident/spread.h"

#include <algorithm>

namespace sluice::deident {

Spread spread_of(const table::RowClasses& classes, const table::KeyColumn& column) {
  Spread out{std::vector<std::map<uint32_t, uint64_t>>(classes.size_of_class.size()), {classes.size_of_class.begin(), classes.size_of_class.end()},
             std::vector<uint64_t>(column.cardinality), column.codes.size()};
  for (size_t r = 0; r < out.rows; r++) {
    out.of_class[classes.class_of_row[r]][column.codes[r]]++;
    out.overall[column.codes[r]]++;
  }
  return out;
}

int64_t least_distinct(const Spread& s) {
  size_t least = s.overall.size();
  for (const auto& counts : s.of_class) least = std::min(least, counts.size());
  return static_cast<int64_t>(least);
}

// What a class has too much of; values that it lacks have as much too little together.
double farthest_equal(const Spread& s) {
  double most = 0;
  for (size_t c = 0; c < s.of_class.size(); c++) {
    double above = 0;
    for (auto [code, n] : s.of_class[c])
      above += std::max(0.0, static_cast<double>(n) / static_cast<double>(s.size[c]) - static_cast<double>(s.overall[code]) / static_cast<double>(s.rows));
    most = std::max(most, above);
  }
  return most;
}

}  // namespace sluice::deident
