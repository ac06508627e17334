// Rows counted and summed by the values of their group columns, one pass, before totals and suppression: what an aggregation without a
// contributor column needs of its rows. Several threads each fill one of their own; merged_cells() joins them.
//
// Thread rule: one thread each. Memory: the cells of the finest grouping and the distinct values.
// Errors: "aggregate.value_taken", "aggregate.not_a_number" (detail: the column), "aggregate.too_many_cells".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anonymity/dictionary.h"
#include "deident/cell_cube.h"

namespace sluice::deident {

constexpr std::string_view kTotalLabel = "(total)";

class GroupSums {
 public:
  // `top`: how many of the largest contributions are kept of each cell.
  GroupSums(size_t groups, std::vector<std::string> measures, size_t top);

  // The cells of the group columns, then those of the measures.
  Status add(std::span<const std::string_view> cells);

 private:
  friend struct GroupTable;
  friend Result<struct GroupTable> join(std::span<GroupSums> parts);
  CubeCell& cell_of(const std::array<uint32_t, kGroupsMax>& at);
  void grow();

  std::vector<anonymity::Dictionary> values_;
  std::vector<std::string> measures_;
  size_t top_;
  std::vector<size_t> digits_;
  std::vector<CubeCell> cells_;
  std::vector<uint32_t> slots_;
};

// All rows: the values of each group column in the order of their bytes, cells in the order of their values.
struct GroupTable {
  std::vector<std::vector<std::string>> values;  // of each group column
  std::vector<size_t> digits;                    // of each measure: the most that a cell has after its point
  std::vector<CubeCell> cells;
};
Result<GroupTable> join(std::span<GroupSums> parts);

}  // namespace sluice::deident
