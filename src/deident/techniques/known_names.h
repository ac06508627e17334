// The names that one run has found by their context, to be replaced wherever else they stand: filled while the run learns, one thread;
// read afterwards by many. The order of filling does not matter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::deident {

class KnownNames {
 public:
  void add(std::u32string_view name) {
    if (name.size() < 2) return;
    auto& names = by_start_[start_of(name)];
    auto at = std::lower_bound(names.begin(), names.end(), name, before);
    if (at == names.end() || *at != name) names.emplace(at, name);
  }
  // The length of the longest known name at the start of `text`; 0 when there is none.
  size_t length_at(std::u32string_view text) const {
    if (text.size() < 2) return 0;
    auto names = by_start_.find(start_of(text));
    if (names == by_start_.end()) return 0;
    for (const auto& name : names->second)
      if (text.starts_with(name)) return name.size();
    return 0;
  }

 private:
  static uint64_t start_of(std::u32string_view text) { return static_cast<uint64_t>(text[0]) << 32 | text[1]; }
  static bool before(std::u32string_view a, std::u32string_view b) { return a.size() != b.size() ? a.size() > b.size() : a < b; }
  std::unordered_map<uint64_t, std::vector<std::u32string>> by_start_;  // longest first
};

}  // namespace sluice::deident
