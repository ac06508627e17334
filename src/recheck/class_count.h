// Classes of rows that are equal in the quasi-identifiers, counted anew, and what stands in them: k, l-diversity and t-closeness of the file
// as it is, by the definitions alone (Sweeney 2002; Machanavajjhala et al. 2007; Li, Li, Venkatasubramanian 2007). Shares nothing with the
// search (anonymity) or with the writer of receipts (deident/targets.h).
//
// Without quasi-identifiers all rows are one class. An empty cell is a value like others. Memory grows with classes and with
// (class, sensitive value) pairs. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "recheck/value_tree.h"

namespace sluice::recheck {

// The cells of a class as one text, in which no two differ in nothing.
std::string class_key(std::span<const std::string_view> cells);

class ClassCount {
 public:
  // Places of the columns among the cells of a row.
  ClassCount(std::vector<size_t> quasi, std::vector<size_t> sensitive);
  void row(std::span<const std::string_view> cells);

  uint64_t rows() const { return rows_; }
  uint64_t classes() const { return sizes_.size(); }
  uint64_t smallest() const;  // 0 without rows
  uint64_t alone() const;     // rows in a class of their own

  // Of one sensitive column, by its place in `sensitive`; the rows of a class are given by the counts of its values.
  double least_distinct(size_t sensitive) const;
  double least_entropy(size_t sensitive) const;  // exp of the entropy: the effective number of values
  // Classes whose most frequent value is not less than c times the sum of the frequencies from the l-th on.
  uint64_t not_recursive(size_t sensitive, double c, uint64_t l) const;
  // The greatest l for which no class breaks (c, l); 0 when even l = 1 does.
  uint64_t greatest_recursive(size_t sensitive, double c) const;
  const std::unordered_map<std::string, uint32_t>& class_of_key() const { return class_of_; }
  uint64_t size_of(uint32_t one_class) const { return sizes_[one_class]; }
  double farthest_equal(size_t sensitive) const;  // half the sum of absolute differences of shares
  // Earth mover's distance over the values in order, neighbours 1 / (m − 1) apart; numeric order when all are numbers, else of bytes.
  double farthest_ordered(size_t sensitive) const;
  // Earth mover's distance over a tree in which two values are as far apart as the level of their lowest common ancestor is of the root's height.
  // Every edge is 1/(2 height) long, so that the distance is the sum over all groups below the root of what must cross the edge above them.
  // Nothing when a value is not in the tree.
  std::optional<double> farthest_hierarchical(size_t sensitive, const ValueTree& tree) const;

 private:
  struct Column {
    size_t place = 0;
    std::unordered_map<std::string, uint32_t> codes{};
    std::unordered_map<uint64_t, uint64_t> counts{};  // class << 32 | code → rows
    std::vector<uint64_t> overall{};                  // code → rows
  };
  using Counts = std::vector<std::pair<uint32_t, uint64_t>>;  // code, rows
  std::vector<Counts> by_class(size_t sensitive) const;
  std::vector<uint32_t> rank_of_codes(const Column& column) const;

  std::vector<size_t> quasi_;
  std::vector<Column> sensitive_;
  std::unordered_map<std::string, uint32_t> class_of_;
  std::vector<uint64_t> sizes_;
  uint64_t rows_ = 0;
  std::vector<std::string_view> of_row_;
};

}  // namespace sluice::recheck
