#include "deident/group_sums.h"

#include <algorithm>
#include <map>

#include "table/text_hash.h"

namespace sluice::deident {

namespace {

constexpr uint32_t kNoCell = UINT32_MAX;

static_assert(kGroupsMax == 4);

uint64_t hash_of_values(const std::array<uint32_t, kGroupsMax>& at) {
  return table::hash_int(table::hash_int(uint64_t{at[0]} << 32 | at[1]) ^ (uint64_t{at[2]} << 32 | at[3]));
}

bool same_values(const std::array<uint32_t, kGroupsMax>& a, const std::array<uint32_t, kGroupsMax>& b) {
  return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3])) == 0;
}

void add_to(CubeCell& to, const CubeCell& from, size_t top) {
  to.rows += from.rows;
  to.contributors += from.contributors;
  for (size_t m = 0; m < to.measures.size(); m++) {
    to.measures[m].sum += from.measures[m].sum;
    to.measures[m].absolute += from.measures[m].absolute;
    to.measures[m].values += from.measures[m].values;
    to.measures[m].contributors += from.measures[m].contributors;
    for (WideSigned value : from.measures[m].top) keep_largest(to.measures[m].top, value, top);
  }
}

}  // namespace

GroupSums::GroupSums(size_t groups, std::vector<std::string> measures, size_t top)
    : values_(groups), measures_(std::move(measures)), top_(top), digits_(measures_.size()), slots_(1024, kNoCell) {}

CubeCell& GroupSums::cell_of(const std::array<uint32_t, kGroupsMax>& at) {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash_of_values(at) & mask;
  while (slots_[slot] != kNoCell && !same_values(cells_[slots_[slot]].at, at)) slot = (slot + 1) & mask;
  if (slots_[slot] != kNoCell) return cells_[slots_[slot]];
  slots_[slot] = static_cast<uint32_t>(cells_.size());
  cells_.push_back({.at = at, .measures = std::vector<CellMeasure>(measures_.size())});
  if (cells_.size() * 2 > slots_.size()) grow();
  return cells_.back();
}

void GroupSums::grow() {
  slots_.assign(slots_.size() * 4, kNoCell);
  const size_t mask = slots_.size() - 1;
  for (size_t c = 0; c < cells_.size(); c++) {
    size_t slot = hash_of_values(cells_[c].at) & mask;
    while (slots_[slot] != kNoCell) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<uint32_t>(c);
  }
}

Status GroupSums::add(std::span<const std::string_view> cells) {
  std::array<uint32_t, kGroupsMax> at{};
  for (size_t g = 0; g < values_.size(); g++) {
    if (cells[g] == kTotalLabel) return fail(Errc::invalid, "aggregate.value_taken");
    at[g] = values_[g].code_of(cells[g]);
  }
  CubeCell& mine = cell_of(at);
  if (cells_.size() > kCubeCellsMax) return fail(Errc::refused, "aggregate.too_many_cells");
  mine.rows++;
  mine.contributors++;
  for (size_t m = 0; m < measures_.size(); m++) {
    WideSigned value = 0;
    size_t digits = 0;
    const std::string_view cell = cells[values_.size() + m];
    if (!cell.empty() && !read_millionths(cell, value, digits)) return fail(Errc::invalid, "aggregate.not_a_number", measures_[m].substr(0, 80));
    digits_[m] = std::max(digits_[m], digits);
    CellMeasure& sum = mine.measures[m];
    const WideSigned size = value < 0 ? -value : value;
    sum.sum += value;
    sum.absolute += size;
    sum.values += !cell.empty();
    sum.contributors += !cell.empty();
    keep_largest(sum.top, size, top_);
  }
  return {};
}

Result<GroupTable> join(std::span<GroupSums> parts) {
  GroupTable out;
  const size_t groups = parts[0].values_.size();
  for (size_t g = 0; g < groups; g++) {
    std::vector<std::string> all;
    for (const GroupSums& part : parts)
      for (uint32_t v = 0; v < part.values_[g].size(); v++) all.emplace_back(part.values_[g].text_of(v));
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    out.values.push_back(std::move(all));
  }
  out.digits.resize(parts[0].digits_.size());
  std::map<std::array<uint32_t, kGroupsMax>, CubeCell> cells;
  for (GroupSums& part : parts) {
    std::vector<std::vector<uint32_t>> number(groups);
    for (size_t g = 0; g < groups; g++)
      for (uint32_t v = 0; v < part.values_[g].size(); v++)
        number[g].push_back(static_cast<uint32_t>(std::lower_bound(out.values[g].begin(), out.values[g].end(), part.values_[g].text_of(v)) - out.values[g].begin()));
    for (size_t m = 0; m < out.digits.size(); m++) out.digits[m] = std::max(out.digits[m], part.digits_[m]);
    for (CubeCell& cell : part.cells_) {
      for (size_t g = 0; g < groups; g++) cell.at[g] = number[g][cell.at[g]];
      auto [place, fresh] = cells.try_emplace(cell.at);
      if (fresh) {
        place->second = std::move(cell);
      } else {
        add_to(place->second, cell, part.top_);
      }
    }
  }
  if (cells.size() > kCubeCellsMax) return fail(Errc::refused, "aggregate.too_many_cells");
  for (auto& [at, cell] : cells) out.cells.push_back(std::move(cell));
  return out;
}

}  // namespace sluice::deident
