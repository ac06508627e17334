// A generalisation hierarchy: for each value of one column the ladder of coarser values, as ARX writes it in CSV.
//
// File: one line a value, no header: the value itself (level 0), then its generalisation at level 1, 2, …, all separated by
// `;` or `,`. UTF-8 or GB18030. Example: "39;35-39;30-39;*".
// What a file must satisfy, each with its own error; the detail names line or level, never a value:
//   "hierarchy.empty"            no line
//   "hierarchy.depths_differ"    lines of different length
//   "hierarchy.too_deep"         more than kLevelsMax levels
//   "hierarchy.gap"              a level is empty although the line goes on
//   "hierarchy.value_twice"      one value with two ladders (the same line twice is accepted)
//   "hierarchy.not_a_tree"       values that are together at one level are apart at a coarser one
//   "hierarchy.cycle"            a label generalises, over steps, to itself
// and those of codec/csv.h for text that is no CSV; "hierarchy.too_large" beyond kHierarchyBytesMax.
//
// A Hierarchy is immutable: safe from many threads. Memory: the texts and 4 bytes a value and level.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anonymity/dictionary.h"
#include "base/result.h"

namespace sluice::anonymity {

constexpr size_t kLevelsMax = 32;
constexpr size_t kHierarchyBytesMax = size_t{1} << 30;

class Hierarchy {
 public:
  static Result<Hierarchy> parse(std::string_view csv);
  static Result<Hierarchy> load(const std::string& path);  // the same, and "file.not_found", "file.unreadable"
  // Two levels for a column that has no file: each of `values`, and "*".
  static Hierarchy suppression_of(const Dictionary& values);

  size_t levels() const { return groups_.size(); }  // level 0 included; at least 1
  uint32_t leaves() const { return groups_.empty() ? 0 : static_cast<uint32_t>(groups_[0].size()); }
  // The leaf of a value; nothing when the hierarchy does not know it.
  std::optional<uint32_t> leaf_of(std::string_view value) const { return leaf_texts_.find(value); }
  // Groups of a level are numbered from 0; at level 0 they are the leaves.
  uint32_t group_of(size_t level, uint32_t leaf) const { return groups_[level][leaf]; }
  uint32_t group_count(size_t level) const { return static_cast<uint32_t>(leaf_counts_[level].size()); }
  uint32_t leaves_under(size_t level, uint32_t group) const { return leaf_counts_[level][group]; }
  std::string_view label(size_t level, uint32_t group) const {
    return level == 0 ? leaf_texts_.text_of(group) : labels_[level].text_of(group);
  }
  // The same, in which an empty cell is a value too: it stays empty on every level but the highest, where it becomes what all others do (`*` where these
  // become several things). Files of hierarchies need not list it; real columns have empty cells.
  Hierarchy with_empty_cell() const;
  // The ARX form, with `;`.
  std::string to_csv() const;

 private:
  Hierarchy() = default;
  Status check_tree() const;
  Status check_cycles() const;
  void count_leaves();

  Dictionary leaf_texts_;
  std::vector<Dictionary> labels_;                  // by level; that of level 0 is empty
  std::vector<std::vector<uint32_t>> groups_;       // level → leaf → group
  std::vector<std::vector<uint32_t>> leaf_counts_;  // level → group → leaves
};

}  // namespace sluice::anonymity
