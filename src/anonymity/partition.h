// A node of the search with its classes: some attributes are fixed at a level, the others stand at their highest level. The
// tuples of one class lie together, so that fixing one more attribute only splits classes. Internal to the search.
//
// Suppression is inherited downwards. If a class at a coarse node has fewer than k rows, then so has each of its parts at any
// finer node: rows suppressed at a node are suppressed at every finer node. Hence suppressed counts never fall when levels go
// down (k-anonymity stays monotone under a suppression limit: a node within the limit has only such nodes above it), and
// suppressed tuples leave the partition for good. What is not monotone is the score, since finer levels may suppress more.
//
// Thread rule: one thread each. Memory: 8 bytes a tuple and 4 a class.
#pragma once

#include <cstdint>
#include <vector>

#include "anonymity/problem.h"

namespace sluice::anonymity {

struct Partition {
  std::vector<uint32_t> order;    // tuples that are not suppressed, class by class
  std::vector<uint32_t> weight;   // their rows, beside `order`
  std::vector<uint32_t> starts;   // of the classes in `order`, and its end
  uint64_t suppressed = 0;        // rows
  std::vector<size_t> level;      // of each attribute now
  std::vector<bool> fixed;
  std::vector<std::vector<int64_t>> kept_cost;  // attribute, level: cost of the rows in `order` there

  size_t classes() const { return starts.size() - 1; }
  int64_t cost_of(const Problem& problem, size_t attribute) const {
    return kept_cost[attribute][level[attribute]] + static_cast<int64_t>(suppressed) * problem.attributes[attribute].suppressed;
  }
};

// What one more step would give, for each level of one attribute from `lowest` on: rows suppressed in addition, costs and
// sums of squared class sizes of the rows kept. Levels below `lowest` would suppress more than the limit.
struct Sweep {
  size_t lowest = 0;
  std::vector<uint64_t> suppressed;             // level
  std::vector<int64_t> self_cost;               // level: of the attribute itself, all rows
  std::vector<std::vector<int64_t>> more_cost;  // level, attribute: added to the costs of the others by suppression
  std::vector<uint64_t> squares;                // level; only when asked for
};

class Splitter {
 public:
  Splitter(const Problem& problem, uint64_t k, uint64_t suppressed_max, bool squares);

  // All attributes at their highest level. Rows may be suppressed already.
  Partition root();
  void sweep(const Partition& from, size_t attribute, size_t lowest, Sweep& out);
  void split(const Partition& from, size_t attribute, size_t level, Partition& out);
  // Makes one tuple of those of a class that are equal in every free attribute at its lowest level: below it the partition
  // must not be swept or split any more. Does nothing where there are more possible keys than tuples.
  void merge(Partition& at, const std::vector<size_t>& lowest);

 private:
  void sweep_class(const Partition& from, size_t attribute, uint32_t begin, uint32_t end, Sweep& out);
  void count_class(const Partition& from, const std::vector<uint32_t>& code, const std::vector<uint32_t>& to, uint32_t begin, uint32_t end);
  void drop(uint32_t tuple, uint32_t rows, Partition& out);

  const Problem& problem_;
  uint64_t k_, suppressed_max_;
  bool squares_;
  std::vector<uint32_t> count_, tuples_, touched_, next_touched_;
  std::vector<uint32_t> upper_count_;
  std::vector<uint64_t> dropped_;     // by level, of the class at hand
  std::vector<uint64_t> keys_, slot_key_;
  std::vector<uint32_t> slot_at_;
  std::vector<size_t> moving_;        // attributes whose present cost is below the suppressed cost
};

}  // namespace sluice::anonymity
