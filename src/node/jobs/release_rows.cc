#include "node/jobs/release_rows.h"

#include <algorithm>

namespace sluice::node {

Result<ReleaseScope> scope_of(const Json& request, const vault::SealedReader& reader) {
  ReleaseScope scope;
  const Json* columns = request.find("columns");
  const Json* filter = request.find("row_filter");
  if (!columns || !filter) return fail(Errc::invalid, "json.field", "columns");
  for (const std::string& name : TRY(decode<std::vector<std::string>>(*columns))) {
    size_t at = table::find_column(reader.specs(), name);
    if (at == reader.specs().size()) return fail(Errc::invalid, "release.no_such_column", name);
    scope.columns.push_back(at);
    scope.specs.push_back(reader.specs()[at]);
  }
  auto conditions = TRY(decode<std::vector<space::RowCondition>>(*filter));
  scope.filter = TRY(RowFilter::create(conditions, reader.specs()));
  int64_t first = TRY(request.get_int_or("first_row", 0)), rows = TRY(request.get_int_or("rows", INT64_MAX));
  if (first < 0 || rows < 0) return fail(Errc::invalid, "operation.bad_range");
  scope.first_row = static_cast<uint64_t>(first);
  scope.rows = static_cast<uint64_t>(rows);
  return scope;
}

Status visit_rows(vault::SealedReader& reader, const ReleaseScope& scope,
                  const std::function<Status(std::span<const table::ColumnRef>, size_t)>& row, const std::function<Status(size_t)>& after_group) {
  uint64_t end = scope.first_row + std::min(scope.rows, UINT64_MAX - scope.first_row), begin = 0;
  for (size_t group = 0; group < reader.row_groups(); begin += reader.rows_of(group), group++) {
    if (begin >= end) break;
    if (begin + reader.rows_of(group) <= scope.first_row) continue;
    std::vector<table::ColumnRef> shown, tested;
    for (size_t column : scope.filter.columns()) tested.push_back(TRY(reader.read(group, column)));
    for (size_t column : scope.columns) shown.push_back(TRY(reader.read(group, column)));
    for (size_t r = 0; r < reader.rows_of(group); r++)
      if (begin + r >= scope.first_row && begin + r < end && scope.filter.matches(tested, r)) TRY(row(shown, r));
    TRY(after_group(group));
  }
  return {};
}

}  // namespace sluice::node
