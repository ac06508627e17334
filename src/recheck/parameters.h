// The parameters of a technique as a receipt gives them, read once and held against what they can be at all. A receipt is somebody's claim: a
// parameter that the technique does not take, of another kind, out of its range or missing makes it a claim that cannot be, never a guess and
// never a claim that holds for anything. The ranges are those of docs/formats/masking-strategy.md, written down here a second time on purpose.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "codec/json.h"

namespace sluice::recheck {

class Parameters {
 public:
  static Parameters read(std::string_view technique, const Json& json);

  // The first parameter that cannot be; empty when all can.
  const std::string& fault() const { return fault_; }
  // Where the technique acts on some rows only, and what it does to the others.
  bool conditional() const { return conditional_; }
  bool keeps_others() const { return conditional_ && text("otherwise") == "keep"; }
  bool has(std::string_view name) const { return numbers_.contains(name) || texts_.contains(name); }
  int64_t number(std::string_view name, int64_t otherwise = 0) const;
  std::string text(std::string_view name, std::string_view otherwise = "") const;

 private:
  std::map<std::string, int64_t, std::less<>> numbers_;
  std::map<std::string, std::string, std::less<>> texts_;
  bool conditional_ = false;
  std::string fault_;
};

// How high a built-in hierarchy is; 0 for a name that is none.
int64_t height_of_built_in(std::string_view hierarchy);

}  // namespace sluice::recheck
