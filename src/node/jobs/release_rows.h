// The rows that a release may show: agreed columns in agreed order, agreed rows only. Shared by the file and the API job.
#pragma once

#include <functional>

#include "node/jobs/level5_finder.h"
#include "node/row_filter.h"
#include "vault/sealed_reader.h"

namespace sluice::node {

// Of a contract that leaves out rows with level-5 content: where it is looked for, and how many rows were left out so far.
struct Level5Left {
  Level5Finder finder;
  std::vector<size_t> columns;  // positions in ReleaseScope::columns
  uint64_t rows = 0;
};

struct ReleaseScope {
  std::vector<size_t> columns;  // positions in the sealed version
  std::vector<table::ColumnSpec> specs;
  RowFilter filter;
  std::vector<deident::TokenForm> tokens;  // that bear marks, also of columns that are not shown
  uint64_t first_row = 0, rows = UINT64_MAX;  // of the sealed version, before the filter
  std::unique_ptr<Level5Left> level5{};       // null: nobody asked

  // Flags of some rows of the shown columns: 0 where a row is left out; empty where nobody asked.
  std::vector<uint8_t> without_level5(std::span<const table::ColumnRef> shown, size_t rows) const;
};
// From the request's "columns" and "row_filter", and where it names them "tokens" (node/release_marks.h), "first_row", "rows" and "level5" (node/level5_order.h).
Result<ReleaseScope> scope_of(const Json& request, const vault::SealedReader& reader);

// Calls `row` for every row in scope of every row group, in order.
Status visit_rows(vault::SealedReader& reader, const ReleaseScope& scope,
                  const std::function<Status(std::span<const table::ColumnRef>, size_t row)>& row, const std::function<Status(size_t group)>& after_group);

}  // namespace sluice::node
