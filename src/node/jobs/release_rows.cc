#include "node/jobs/release_rows.h"

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
  return scope;
}

Status visit_rows(vault::SealedReader& reader, const ReleaseScope& scope,
                  const std::function<Status(std::span<const table::ColumnRef>, size_t)>& row, const std::function<Status(size_t)>& after_group) {
  for (size_t group = 0; group < reader.row_groups(); group++) {
    std::vector<table::ColumnRef> shown, tested;
    for (size_t column : scope.filter.columns()) tested.push_back(TRY(reader.read(group, column)));
    for (size_t column : scope.columns) shown.push_back(TRY(reader.read(group, column)));
    for (size_t r = 0; r < reader.rows_of(group); r++)
      if (scope.filter.matches(tested, r)) TRY(row(shown, r));
    TRY(after_group(group));
  }
  return {};
}

}  // namespace sluice::node
