// The cells of an aggregate with all of their totals: every combination of the group columns' values, and for every group
// column its total. Which cells may not be shown (primary suppression), and which others must go with them so that they cannot
// be recomputed (secondary suppression).
//
// Primary: fewer contributors than `threshold`, in the cell or with a value of a summed column (69 rows of which one has an amount show that
// amount; none shows nothing), or by the (n,k) dominance rule the n largest contributors hold more than k percent of a summed column. Totals are
// cells like any others.
// Secondary, by the hypercube method (Repsilber; Hundepool et al., Statistical Disclosure Control, 2012, ch. 4): every primary cell is a
// corner of a box of hidden cells, one partner value or the total in each group column. Moving the corners alternately up and
// down changes no visible cell and no sum, so that an outsider who knows all relations, that counts are at least 1 and that
// amounts are not negative cannot bound the cell more narrowly than the box can move: a count by at least `threshold`, a dominated sum by what
// the rule demands (top n · 100 / k − sum), a sum of fewer contributors than `threshold` by a fifth of itself. Of all boxes looked at the one that hides the fewest further rows is taken. The box over
// all totals always works, so that a way is always found. hidden cells of both kinds move.
//
// Not protected: a contributor who is alone in one cell knows that cell; boxes avoid such corners where others serve.
// Two tables about the same people in other groupings: each is safe alone, together they may not be.
// Thread rule: one thread. Deterministic; independent of the order of rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "deident/techniques/scaled.h"

namespace sluice::deident {

constexpr size_t kGroupsMax = 4;            // group columns
constexpr uint32_t kAll = UINT32_MAX;       // in CubeCell::at: the total of this group column
constexpr size_t kCubeCellsMax = 500'000;

struct CellRules {
  uint64_t threshold = 5;                   // contributors
  size_t dominance_n = 0;                   // 0: no dominance rule
  int dominance_percent = 85;
};

struct CellMeasure {
  WideSigned sum = 0, absolute = 0;         // millionths
  uint64_t values = 0;                      // cells that were not empty
  std::vector<WideSigned> top{};            // the n largest contributions, absolute
  uint64_t contributors = 0;                // that have a value
};

// Adds one contributor's amount to the n largest.
void keep_largest(std::vector<WideSigned>& top, WideSigned value, size_t n);

struct CubeCell {
  std::array<uint32_t, kGroupsMax> at{};    // the value of each group column, or kAll
  uint64_t rows = 0, contributors = 0;
  std::vector<CellMeasure> measures{};
  bool sensitive = false, hidden = false;
};

class CellCube {
 public:
  // `values`: distinct values of each group column. `measures`: summed columns.
  CellCube(std::vector<uint32_t> values, size_t measures, const CellRules& rules);

  // One contributor's part of one cell of the finest grouping and of all totals above. False beyond kCubeCellsMax cells.
  struct Part {
    std::array<uint32_t, kGroupsMax> at{};
    uint64_t rows = 0;
    std::vector<WideSigned> sums{};
    std::vector<uint64_t> values{};
  };
  bool add_contributor(const std::vector<Part>& parts);
  // A whole cell of the finest grouping, of contributors that have no part in another one: added to it and to all totals above.
  bool add_cell(const CubeCell& finest);

  void suppress();

  size_t groups() const { return values_.size(); }
  uint32_t values(size_t group) const { return values_[group]; }
  const std::vector<CubeCell>& cells() const { return cells_; }
  std::optional<size_t> find(const std::array<uint32_t, kGroupsMax>& at) const;
  // Amounts of this column may be negative: an outsider then has no bound below.
  bool signed_measure(size_t measure) const { return negative_[measure]; }

  // How far a hidden cell's count can move inside boxes of hidden cells: a lower bound of the width that an outsider is left with.
  uint64_t certified_width(size_t cell) const;

 private:
  struct Partner {
    uint32_t value;
    bool opposite;  // the corner moves against the cell (two plain values), else with it (one of them is the total)
    uint64_t cost;
  };
  struct Box {
    uint64_t hides = 0;  // rows of the cells that it would hide anew
    uint64_t width = 0;  // of the cell's count
    std::vector<size_t> corners{};
  };
  // Where the cell of these values stands; nothing beyond kCubeCellsMax.
  std::optional<size_t> place_for(const std::array<uint32_t, kGroupsMax>& at);
  std::array<uint32_t, kGroupsMax> total_over(std::array<uint32_t, kGroupsMax> at, uint32_t totals) const;
  uint64_t key_of(const std::array<uint32_t, kGroupsMax>& at) const;
  bool too_few(const CellMeasure& measure) const;
  bool is_sensitive(const CubeCell& cell) const;
  std::vector<Partner> partners(const CubeCell& cell, size_t group, bool hidden_only, size_t most) const;
  // Nothing where a corner is missing or the cell cannot move far enough.
  std::optional<Box> box_of(const CubeCell& cell, const std::vector<const Partner*>& chosen, bool hidden_only, uint64_t width_min) const;
  std::optional<Box> best_box(size_t cell, bool hidden_only, uint64_t width_min, size_t boxes_max) const;
  bool sums_move(const CubeCell& cell, const Box& box, uint32_t opposite) const;

  std::vector<uint32_t> values_;
  size_t measures_;
  CellRules rules_;
  std::vector<bool> negative_;
  std::vector<CubeCell> cells_;
  std::unordered_map<uint64_t, uint32_t> place_;
};

}  // namespace sluice::deident
