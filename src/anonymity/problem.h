// What the search works on: distinct tuples, and for each quasi-identifier its levels as group numbers with their costs.
//
// Cost of a cell at a level, by metric, as an integer so that sums are exact and the same for any number of threads:
//   loss:    leaves under its group − 1; a suppressed cell costs leaves of the domain − 1.
//   entropy: log2(rows of its group in the column) × 2^u; a suppressed cell log2(rows) × 2^u; u = 57 − binary digits of the number of rows, so that
//            sums fit: a score is exact to about 2^−u (2^−42 of 30,000 rows, 2^−37 of a million, 2^−25 of four thousand million). Without the constant
//            of level 0 this is the information lost (non-uniform entropy, de Waal and Willenborg 1999).
// Share lost of an attribute: x = (Σ cost − base) / (rows × suppressed cost − base), 0 when nothing can be lost. Costs never fall
// from a level to a coarser one and never exceed the suppressed cost; the bounds of the search stand on that.
//
// Scores: loss (∏ (1 + x)^w)^(1/Σw) − 1; entropy Σ w x' / Σ w x'max over x' in bits, from 0 to 1; discernibility
// (Σ over classes size² + suppressed rows × rows) / rows². `w` are the attributes' weights, 1 unless given.
//
// Errors: "anonymity.value_outside" (detail: column, number of values and rows that its hierarchy does not know; values of the population count too),
// "anonymity.unknown_column", "anonymity.no_columns", "anonymity.too_many_columns" beyond kQuasiMax, "anonymity.bad_weight".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "anonymity/csv_table.h"
#include "anonymity/hierarchy.h"
#include "anonymity/tuples.h"

namespace sluice::anonymity {

constexpr size_t kQuasiMax = 64;

enum class Metric { loss, entropy, discernibility };
constexpr std::array<std::string_view, 3> enum_names(Metric) { return {"loss", "entropy", "discernibility"}; }

struct Attribute {
  std::string name;
  size_t first_level = 0;                    // of the hierarchy: level l here is first_level + l there
  std::vector<std::vector<uint32_t>> up;     // level l, group → group at level l + 1; groups of level 0 are codes
  std::vector<std::vector<uint32_t>> to;     // level, code → group
  std::vector<std::vector<int64_t>> cost;    // level, group → cost of a cell
  int64_t suppressed = 0;                    // cost of a suppressed cell
  int64_t base = 0;
  double weight = 1;

  size_t levels() const { return to.size(); }
};

// The people of whom the table is a part, over the quasi-identifiers, in the codes of the attributes. Empty when not known.
struct Population {
  std::vector<table::KeyColumn> columns;
  std::vector<uint32_t> weights;
};

struct Problem {
  Metric metric = Metric::loss;
  std::vector<Attribute> attributes;
  Tuples tuples;  // the quasi-identifiers' columns, then the sensitive ones
  Population population;

  size_t width() const { return attributes.size(); }
  uint64_t nodes() const;  // of the lattice; UINT64_MAX when there are more

  // From the sums of costs of all rows, suppressed ones included: see above. Not for discernibility.
  double share_lost(size_t attribute, int64_t cost) const;
  // The same problem where no attribute goes below the given levels: tuples that are then equal become one. Tuples are in
  // the order of their groups, attributes of few groups first, so that tuples of one class lie near each other.
  Result<Problem> coarsened(const std::vector<size_t>& lowest, unsigned threads) const;
};

struct ProblemInput {
  std::vector<std::string> quasi;
  std::map<std::string, Hierarchy> hierarchies;  // columns without one are kept or suppressed as a whole
  std::map<std::string, double> weights;
  std::vector<std::string> sensitive;
  const CsvTable* population = nullptr;          // for k-map and δ-presence: a table with the same quasi-identifiers
  Metric metric = Metric::loss;
  unsigned threads = 0;
};

Result<Problem> make_problem(const CsvTable& table, const ProblemInput& input);

}  // namespace sluice::anonymity
