// The lines of a hierarchy in ARX's form (a value, then what it becomes at each height), for whatever the check makes of them (ladder.h, value_tree.h):
// read apart from the search's reader (anonymity/hierarchy.h).
//
// One thread. Errors: file.* and csv.* of reading, "recheck.bad_hierarchy" where lines differ in length, and whatever `line` answers.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::recheck {

// Cells are UTF-8; the views end with the call. Every line has as many.
using TakeLine = std::function<Status(std::span<const std::string_view> cells)>;
Status read_hierarchy_lines(const std::string& path, const TakeLine& line);

}  // namespace sluice::recheck
