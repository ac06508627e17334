// What an outsider can work out about a hidden cell: the least and the greatest count that agree with every visible cell, every
// relation between cells and totals, and counts of at least 1. Exact: linear programming in fractions (simplex, Bland's rule), no
// floating point. It shares no code with the choice of cells (deident/cell_cube.h), so that it can audit it.
#pragma once

#include <optional>

#include "deident/cell_cube.h"

namespace sluice::deident {

constexpr size_t kAuditCellsMax = 48;  // hidden cells that hang together by relations

struct CountInterval {
  uint64_t low = 0;
  std::optional<uint64_t> high{};  // nothing: no bound
  uint64_t width() const { return high ? *high - low : UINT64_MAX; }
};

// Of a hidden cell. Nothing where more than `cells_max` hidden cells hang together, or fractions grow beyond 127 bits.
std::optional<CountInterval> outsider_interval(const CellCube& cube, size_t cell, size_t cells_max = kAuditCellsMax);

}  // namespace sluice::deident
