#include "base/folder.h"

#include <algorithm>

namespace sluice {

bool lies_in(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  if (inner.empty() || outer.empty()) return false;
  auto end = outer.has_filename() ? outer.end() : std::prev(outer.end());  // "a/" ends in an empty name
  return std::mismatch(outer.begin(), end, inner.begin(), inner.end()).first == end;
}

}  // namespace sluice
