#include "deident/cell_cube.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace sluice::deident {

namespace {

constexpr uint64_t kUnbounded = UINT64_MAX / 4;
constexpr uint64_t kBoxesTotal = 60'000'000;  // corners looked at in one run, about
constexpr size_t kBoxesMax = 20'000;           // of one cell
constexpr uint64_t kLooksMin = 256;           // values of a group looked at for the partners of one cell

WideSigned wide_abs(WideSigned v) { return v < 0 ? -v : v; }

WideSigned total_of(const std::vector<WideSigned>& values) {
  WideSigned total = 0;
  for (WideSigned v : values) total += v;
  return total;
}

// How many partners a group may offer, so that their boxes are at most so many.
size_t partners_max(size_t boxes_max, size_t groups) {
  return std::max<size_t>(2, static_cast<size_t>(std::pow(static_cast<double>(boxes_max), 1.0 / static_cast<double>(groups))));
}

// How many values may be looked at to find `most` partners: all where few cells ask, else about as many as boxes have corners, so that very
// many cells do not take the square of their number.
uint64_t looks_max(size_t most, size_t groups) {
  if (most >= partners_max(kBoxesMax, groups)) return UINT64_MAX;
  return std::max(kLooksMin, static_cast<uint64_t>(std::pow(2.0 * static_cast<double>(most), static_cast<double>(groups))));
}

}  // namespace

void keep_largest(std::vector<WideSigned>& top, WideSigned value, size_t n) {
  if (n == 0 || (top.size() == n && value <= top.back())) return;
  auto at = std::upper_bound(top.begin(), top.end(), value, std::greater<>());
  top.insert(at, value);
  if (top.size() > n) top.pop_back();
}

CellCube::CellCube(std::vector<uint32_t> values, size_t measures, const CellRules& rules)
    : values_(std::move(values)), measures_(measures), rules_(rules), negative_(measures) {}

uint64_t CellCube::key_of(const std::array<uint32_t, kGroupsMax>& at) const {
  uint64_t key = 0;
  for (size_t g = 0; g < groups(); g++) key = key * (uint64_t{values_[g]} + 1) + (at[g] == kAll ? values_[g] : at[g]);
  return key;
}

std::optional<size_t> CellCube::find(const std::array<uint32_t, kGroupsMax>& at) const {
  auto found = place_.find(key_of(at));
  return found == place_.end() ? std::nullopt : std::optional<size_t>(found->second);
}

std::optional<size_t> CellCube::place_for(const std::array<uint32_t, kGroupsMax>& at) {
  auto [place, fresh] = place_.emplace(key_of(at), cells_.size());
  if (!fresh) return place->second;
  if (cells_.size() == kCubeCellsMax) return std::nullopt;
  cells_.push_back({.at = at, .measures = std::vector<CellMeasure>(measures_)});
  return place->second;
}

std::array<uint32_t, kGroupsMax> CellCube::total_over(std::array<uint32_t, kGroupsMax> at, uint32_t totals) const {
  for (size_t g = 0; g < groups(); g++)
    if (totals >> g & 1) at[g] = kAll;
  return at;
}

bool CellCube::add_cell(const CubeCell& finest) {
  for (uint32_t totals = 0; totals < (1u << groups()); totals++) {
    const auto place = place_for(total_over(finest.at, totals));
    if (!place) return false;
    CubeCell& c = cells_[*place];
    c.rows += finest.rows;
    c.contributors += finest.contributors;
    for (size_t m = 0; m < measures_; m++) {
      const CellMeasure& more = finest.measures[m];
      c.measures[m].sum += more.sum;
      c.measures[m].absolute += more.absolute;
      c.measures[m].values += more.values;
      c.measures[m].contributors += more.contributors;
      for (WideSigned value : more.top) keep_largest(c.measures[m].top, value, rules_.dominance_n);
      if (more.absolute != more.sum) negative_[m] = true;
    }
  }
  return true;
}

bool CellCube::add_contributor(const std::vector<Part>& parts) {
  for (uint32_t totals = 0; totals < (1u << groups()); totals++) {
    std::unordered_map<size_t, Part> mine;  // one contributor counts once in each cell
    for (const Part& part : parts) {
      const auto place = place_for(total_over(part.at, totals));
      if (!place) return false;
      auto [own, first] = mine.try_emplace(*place, part);
      if (first) continue;
      own->second.rows += part.rows;
      for (size_t m = 0; m < measures_; m++) {
        own->second.sums[m] += part.sums[m];
        own->second.values[m] += part.values[m];
      }
    }
    for (const auto& [cell, part] : mine) {
      CubeCell& c = cells_[cell];
      c.rows += part.rows;
      c.contributors++;
      for (size_t m = 0; m < measures_; m++) {
        c.measures[m].sum += part.sums[m];
        c.measures[m].absolute += wide_abs(part.sums[m]);
        c.measures[m].values += part.values[m];
        c.measures[m].contributors += part.values[m] > 0;
        keep_largest(c.measures[m].top, wide_abs(part.sums[m]), rules_.dominance_n);
        if (part.sums[m] < 0) negative_[m] = true;
      }
    }
  }
  return true;
}

bool CellCube::too_few(const CellMeasure& measure) const { return measure.contributors > 0 && measure.contributors < rules_.threshold; }

bool CellCube::is_sensitive(const CubeCell& cell) const {
  if (cell.contributors < rules_.threshold) return true;
  if (std::any_of(cell.measures.begin(), cell.measures.end(), [&](const CellMeasure& m) { return too_few(m); })) return true;
  if (rules_.dominance_n == 0) return false;
  return std::any_of(cell.measures.begin(), cell.measures.end(), [&](const CellMeasure& m) {
    return m.absolute > 0 && total_of(m.top) * 100 > m.absolute * rules_.dominance_percent;
  });
}

void CellCube::suppress() {
  std::vector<size_t> order;
  for (size_t c = 0; c < cells_.size(); c++) {
    cells_[c].sensitive = cells_[c].hidden = is_sensitive(cells_[c]);
    if (cells_[c].sensitive) order.push_back(c);
  }
  // Large cells first: they need the largest partners, which then serve the small ones too.
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return cells_[a].rows != cells_[b].rows ? cells_[a].rows > cells_[b].rows : cells_[a].at < cells_[b].at;
  });
  const size_t boxes_max = std::clamp<uint64_t>(kBoxesTotal / (order.size() + 1) >> groups(), 16, kBoxesMax);
  for (size_t c : order) {
    if (best_box(c, true, rules_.threshold, boxes_max)) continue;
    auto box = best_box(c, false, rules_.threshold, boxes_max);
    assert(box && "the box over all totals");
    for (size_t corner : box->corners) cells_[corner].hidden = true;
  }
}

uint64_t CellCube::certified_width(size_t cell) const {
  uint64_t width = 0;
  while (auto box = best_box(cell, true, width + 1, kBoxesMax)) {
    width = box->width;
    if (width >= kUnbounded) break;
  }
  return width;
}

std::vector<CellCube::Partner> CellCube::partners(const CubeCell& cell, size_t group, bool hidden_only, size_t most) const {
  std::vector<Partner> found;
  std::optional<Partner> total;
  auto consider = [&](uint32_t value) {
    if (value == cell.at[group]) return;
    auto at = cell.at;
    at[group] = value;
    auto place = find(at);
    if (!place || (hidden_only && !cells_[*place].hidden)) return;
    const CubeCell& other = cells_[*place];
    Partner partner{value, value != kAll && cell.at[group] != kAll, other.hidden ? 0 : other.rows};
    if (value == kAll) {
      total = partner;
    } else {
      found.push_back(partner);
    }
  };
  // Where not all may be looked at the neighbours have to do; the total is always looked at.
  const uint32_t all = values_[group], own = cell.at[group] == kAll ? 0 : cell.at[group];
  const uint64_t looks = looks_max(most, groups());
  const uint32_t from = all <= looks ? 0 : own + 1;
  for (uint64_t i = 0; i < std::min<uint64_t>(all, looks); i++) consider(static_cast<uint32_t>((from + i) % all));
  consider(kAll);
  std::stable_sort(found.begin(), found.end(), [](const Partner& a, const Partner& b) { return a.cost < b.cost; });
  // The cheapest may be too small to move far: half of the places go to them, the rest are spread over all sizes.
  if (found.size() > most) {
    std::vector<Partner> chosen(found.begin(), found.begin() + static_cast<ptrdiff_t>(most / 2));
    const size_t left = most - most / 2;
    for (size_t i = 0; i < left; i++) chosen.push_back(found[most / 2 + i * (found.size() - most / 2) / left]);
    found = std::move(chosen);
  }
  if (total) found.push_back(*total);
  return found;
}

bool CellCube::sums_move(const CubeCell& cell, const Box& box, uint32_t opposite) const {
  for (size_t m = 0; m < measures_; m++) {
    if (negative_[m]) continue;
    WideSigned wanted = 1;
    if (too_few(cell.measures[m])) wanted = std::max(wanted, cell.measures[m].absolute / 5);
    if (rules_.dominance_n > 0) wanted = std::max(wanted, total_of(cell.measures[m].top) * 100 / rules_.dominance_percent - cell.measures[m].sum);
    std::optional<WideSigned> down, up;
    for (size_t c = 0; c < box.corners.size(); c++) {
      auto& side = std::popcount(static_cast<uint32_t>(c) & opposite) % 2 ? up : down;
      WideSigned sum = cells_[box.corners[c]].measures[m].sum;
      side = side ? std::min(*side, sum) : sum;
    }
    if (up && *down + *up < wanted) return false;
  }
  return true;
}

std::optional<CellCube::Box> CellCube::box_of(const CubeCell& cell, const std::vector<const Partner*>& chosen, bool hidden_only, uint64_t width_min) const {
  Box box;
  uint32_t opposite = 0;
  for (size_t g = 0; g < groups(); g++) opposite |= static_cast<uint32_t>(chosen[g]->opposite) << g;
  uint64_t down = kUnbounded, up = kUnbounded;
  for (uint32_t corner = 0; corner < (1u << groups()); corner++) {
    auto at = cell.at;
    for (size_t g = 0; g < groups(); g++)
      if (corner >> g & 1) at[g] = chosen[g]->value;
    auto place = find(at);
    if (!place) return std::nullopt;
    const CubeCell& c = cells_[*place];
    if (hidden_only && !c.hidden) return std::nullopt;
    uint64_t& side = std::popcount(corner & opposite) % 2 ? up : down;
    side = std::min(side, c.rows - 1);
    if (!c.hidden) box.hides += c.rows;
    if (&c != &cell && c.contributors == 1) box.hides++;  // who is alone there knows it: another box is better
    box.corners.push_back(*place);
  }
  box.width = up >= kUnbounded ? kUnbounded : down + up;
  if (box.width < width_min || !sums_move(cell, box, opposite)) return std::nullopt;
  return box;
}

std::optional<CellCube::Box> CellCube::best_box(size_t place, bool hidden_only, uint64_t width_min, size_t boxes_max) const {
  const CubeCell& cell = cells_[place];
  const size_t most = partners_max(boxes_max, groups());
  std::vector<std::vector<Partner>> partners_of;
  for (size_t g = 0; g < groups(); g++) {
    partners_of.push_back(partners(cell, g, hidden_only, most));
    if (partners_of.back().empty()) return std::nullopt;
  }
  std::optional<Box> best;
  std::vector<size_t> turn(groups(), 0);
  while (true) {
    std::vector<const Partner*> chosen;
    uint64_t least = 0;
    for (size_t g = 0; g < groups(); g++) {
      chosen.push_back(&partners_of[g][turn[g]]);
      least += chosen.back()->cost;
    }
    if (!best || least < best->hides) {
      auto box = box_of(cell, chosen, hidden_only, width_min);
      if (box && (!best || box->hides < best->hides)) best = std::move(box);
    }
    size_t g = 0;
    while (g < groups() && ++turn[g] == partners_of[g].size()) turn[g++] = 0;
    if (g == groups()) return best;
  }
}

}  // namespace sluice::deident
