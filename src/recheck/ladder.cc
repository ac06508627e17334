#include "recheck/ladder.h"

#include <algorithm>

#include "recheck/file_digest.h"
#include "recheck/hierarchy_lines.h"

namespace sluice::recheck {

Result<Ladder> Ladder::read(const std::string& path) {
  auto bad = [] { return fail(Errc::invalid, "recheck.bad_hierarchy"); };
  Ladder out;
  TRY(read_hierarchy_lines(path, [&](std::span<const std::string_view> cells) -> Status {
    out.labels_.resize(cells.size());
    std::vector<std::string> ladder(cells.begin(), cells.end());
    for (size_t h = 0; h < ladder.size(); h++) out.labels_[h].insert(ladder[h]);
    auto [at, fresh] = out.ladder_of_.emplace(ladder[0], ladder);
    if (!fresh && at->second != ladder) return bad();
    return {};
  }));
  if (out.ladder_of_.empty()) return bad();
  out.sm3_ = hex(TRY(digest_of_file("sm3", path)));
  return out;
}

std::optional<std::string_view> Ladder::label(std::string_view value, size_t height) const {
  if (height > top()) return std::nullopt;
  auto at = ladder_of_.find(std::string(value));
  if (at != ladder_of_.end()) return at->second[height];
  if (!value.empty()) return std::nullopt;
  if (height < top() || top() == 0) return std::string_view();
  return labels_.back().size() == 1 ? std::string_view(*labels_.back().begin()) : std::string_view("*");
}

bool Ladder::has(std::string_view label, size_t lowest, size_t height) const {
  const std::string text(label);
  for (size_t h = lowest; h <= std::min(height, top()); h++)
    if (labels_[h].contains(text)) return true;
  return false;
}

}  // namespace sluice::recheck
