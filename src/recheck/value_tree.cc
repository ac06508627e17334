#include "recheck/value_tree.h"

#include <map>
#include <set>
#include <utility>

#include "recheck/hierarchy_lines.h"

namespace sluice::recheck {

Result<ValueTree> ValueTree::read(const std::string& path) {
  auto bad = [] { return fail(Errc::invalid, "recheck.bad_hierarchy"); };
  ValueTree out;
  std::map<std::pair<size_t, std::string>, uint32_t> number;  // level and label
  std::set<std::string> tops;
  TRY(read_hierarchy_lines(path, [&](std::span<const std::string_view> cells) -> Status {
    if (cells.size() < 2) return bad();
    out.height_ = cells.size() - 1;
    std::vector<uint32_t> groups;
    for (size_t level = 0; level < out.height_; level++) {
      auto at = number.emplace(std::pair(level, std::string(cells[level])), static_cast<uint32_t>(number.size())).first;
      groups.push_back(at->second);
    }
    tops.emplace(cells[out.height_]);
    if (!out.groups_of_.emplace(std::string(cells[0]), std::move(groups)).second) return bad();
    return {};
  }));
  out.groups_ = number.size();
  if (tops.size() != 1) return bad();
  return out;
}

const std::vector<uint32_t>* ValueTree::groups_of(std::string_view value) const {
  auto at = groups_of_.find(std::string(value));
  return at == groups_of_.end() ? nullptr : &at->second;
}

}  // namespace sluice::recheck
