// A hierarchy of a sensitive column as the check reads it, for t-closeness by hierarchical distance: a line per value (hierarchy_lines.h), the
// value, then its ancestors up to one that all share.
//
// Errors: those of reading, and "recheck.bad_hierarchy" (lines of different lengths, a value twice, no ancestor, several at the top).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace sluice::recheck {

class ValueTree {
 public:
  static Result<ValueTree> read(const std::string& path);
  size_t height() const { return height_; }  // of the root; the values have 0
  // Of each level from the value up to below the root a number for its group; null for a value that is not in the hierarchy.
  const std::vector<uint32_t>* groups_of(std::string_view value) const;
  size_t groups() const { return groups_; }  // the numbers are below

 private:
  size_t height_ = 0, groups_ = 0;
  std::unordered_map<std::string, std::vector<uint32_t>> groups_of_;
};

}  // namespace sluice::recheck
