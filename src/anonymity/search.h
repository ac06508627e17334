// Full-domain generalisation: one level for each quasi-identifier, rows of too small classes suppressed up to a limit, the
// best score of all such transformations. Exact, and the same for any number of threads; of equal scores the transformation
// that comes first in the order of its levels.
//
// How: branch and bound over attributes. A partial transformation has some attributes fixed and the others at their highest
// level; it is itself a node of the lattice, so that each step can only split classes (partition.h). At each step every
// free attribute is swept: for all of its levels at once, how many rows would be suppressed and what would be lost. That
// gives new solutions, the lowest level that each attribute can still take, and bounds that take levels away; then the
// attribute with the fewest levels left is fixed. Tuples that are equal at the lowest possible levels are merged first.
//
// Models besides k (models.h) are judged at whole nodes. Without suppression all but a lowest presence are monotone, so
// that a node that breaks one ends its branch; with suppression only k bounds the branches.
//
// Anytime: after `seconds_max`, or when `cancel` becomes true, the best transformation so far is given with a proven lower bound
// of the score; `optimal` tells. "anonymity.cancelled" and "anonymity.no_time" when nothing was found yet.
// Errors: "anonymity.k_too_large" (k above the number of rows, unless all of them may be suppressed), "anonymity.bad_k", "anonymity.bad_fraction",
// "anonymity.unreachable" (even the highest levels suppress more than the limit allows), "anonymity.too_large" (the memory
// bound). A table without rows: "anonymity.no_rows". "anonymity.no_population": k-map or δ-presence without one.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "anonymity/models.h"
#include "anonymity/problem.h"

namespace sluice::anonymity {

struct SearchProgress {
  uint64_t nodes = 0;                 // partitions made
  std::optional<double> best_score;
};

struct SearchOptions {
  uint64_t k = 5;
  double suppression = 0;             // share of rows that may be suppressed
  Models models{};                    // besides k
  unsigned threads = 0;
  std::optional<double> seconds_max{};
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(const SearchProgress&)> progress{};  // from any of the threads, one at a time
  size_t bytes_max = size_t{16} << 30;
};

struct Solution {
  std::vector<size_t> levels;         // of the hierarchies, one for each attribute
  double score = 0;
  double lower_bound = 0;             // of the score of any transformation; equal to it when optimal
  bool optimal = false;
  uint64_t suppressed = 0, classes = 0, smallest_class = 0;
  uint64_t nodes = 0, lattice = 0;    // partitions made; nodes of the lattice
};

Result<Solution> search(const Problem& problem, const SearchOptions& options);

// One transformation judged from the start, by hashing: what search's results are checked against, and what writes files.
struct NodeClasses {
  std::vector<uint32_t> class_of_tuple;  // kSuppressed for suppressed ones
  std::vector<uint32_t> class_rows;
  uint64_t suppressed = 0;
  double score = 0;
};
constexpr uint32_t kSuppressed = UINT32_MAX;
Result<NodeClasses> evaluate(const Problem& problem, const std::vector<size_t>& levels, uint64_t k, const Models& models, unsigned threads = 0);

}  // namespace sluice::anonymity
