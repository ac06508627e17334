// The rows that a release may show: agreed columns in agreed order, agreed rows only. Shared by the file and the API job.
#pragma once

#include <functional>

#include "node/row_filter.h"
#include "vault/sealed_reader.h"

namespace sluice::node {

struct ReleaseScope {
  std::vector<size_t> columns;  // positions in the sealed version
  std::vector<table::ColumnSpec> specs;
  RowFilter filter;
  uint64_t first_row = 0, rows = UINT64_MAX;  // of the sealed version, before the filter
};
// From the request's "columns" and "row_filter", and where it names them "first_row" and "rows".
Result<ReleaseScope> scope_of(const Json& request, const vault::SealedReader& reader);

// Calls `row` for every row in scope of every row group, in order.
Status visit_rows(vault::SealedReader& reader, const ReleaseScope& scope,
                  const std::function<Status(std::span<const table::ColumnRef>, size_t row)>& row, const std::function<Status(size_t group)>& after_group);

}  // namespace sluice::node
