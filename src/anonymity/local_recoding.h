// Local recoding in the manner of Mondrian (LeFevre, DeWitt, Ramakrishnan 2006) along hierarchies: each class has levels of its own,
// so that common people keep detail which rare ones cannot. Greedy, not optimal; no row is suppressed.
//
// It begins with the classes of the best full-domain transformation without suppression (search.h), so that it never loses more.
// A class is split by the attribute that loses most in it and whose next finer level gives only classes of k rows or more
// that satisfy the models; until no attribute can split it. The result is the same for any number of threads.
//
// Errors: those of search.h; "anonymity.local_population" (k-map and presence compare with groups of one level: not for local
// recoding).
#pragma once

#include <cstdint>
#include <vector>

#include "anonymity/search.h"

namespace sluice::anonymity {

struct LocalRecoding {
  std::vector<uint32_t> class_of_tuple;
  std::vector<uint64_t> class_rows;
  std::vector<uint8_t> levels;        // class × attribute: levels of the problem
  std::vector<double> loss;           // attribute: mean share lost
  double score = 0;                   // as a full-domain transformation is scored

  size_t level_of(uint32_t one_class, size_t attribute, size_t width) const { return levels[one_class * width + attribute]; }
};

// Of the options the suppression does not count.
Result<LocalRecoding> recode_locally(const Problem& problem, const SearchOptions& options);

// The classes of a transformation of the caller's, split in the same way. Those of fewer than k rows, and those that break a model, stay as they are: whether
// they may go out is the caller's question.
Result<LocalRecoding> refine_locally(const Problem& problem, const std::vector<size_t>& coarsest, uint64_t k, const Models& models);

}  // namespace sluice::anonymity
