// A hierarchy of a quasi-identifier as the check reads it, to bring the rows of a population to what stands in the file, and to hold the file's cells against
// what the hierarchy has at their height (hierarchy_lines.h).
//
// An empty value that no line lists stays empty below the top; there it becomes what all others do, and `*` where these become several things.
//
// Errors: those of reading, and "recheck.bad_hierarchy" (lines of different lengths, a value twice with two ladders).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"

namespace sluice::recheck {

class Ladder {
 public:
  static Result<Ladder> read(const std::string& path);
  size_t top() const { return labels_.size() - 1; }
  // What a value becomes at a height up to the top; nothing when it is not in the hierarchy.
  std::optional<std::string_view> label(std::string_view value, size_t height) const;
  // Whether it stands anywhere at one of the heights.
  bool has(std::string_view label, size_t lowest, size_t height) const;
  const std::string& sm3() const { return sm3_; }  // of the file's bytes, hexadecimal

 private:
  std::unordered_map<std::string, std::vector<std::string>> ladder_of_;
  std::vector<std::unordered_set<std::string>> labels_;  // by height
  std::string sm3_;
};

}  // namespace sluice::recheck
