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
  if (const Json* tokens = request.find("tokens")) scope.tokens = TRY(decode<std::vector<deident::TokenForm>>(*tokens, "tokens"));
  scope.filter = TRY(RowFilter::create(conditions, reader.specs(), scope.tokens));
  int64_t first = TRY(request.get_int_or("first_row", 0)), rows = TRY(request.get_int_or("rows", INT64_MAX));
  if (first < 0 || rows < 0) return fail(Errc::invalid, "operation.bad_range");
  scope.first_row = static_cast<uint64_t>(first);
  scope.rows = static_cast<uint64_t>(rows);
  if (const Json* order = request.find("level5")) {
    Level5Left left{.finder = TRY(Level5Finder::make(order->find("packs"))), .columns = {}};
    const Json* looked_at = order->find("columns");
    if (!looked_at) return fail(Errc::invalid, "json.field", "level5");
    for (const std::string& name : TRY(decode<std::vector<std::string>>(*looked_at)))
      if (size_t at = table::find_column(scope.specs, name); at < scope.specs.size()) left.columns.push_back(at);
    scope.level5 = std::make_unique<Level5Left>(std::move(left));
  }
  return scope;
}

std::vector<uint8_t> ReleaseScope::without_level5(std::span<const table::ColumnRef> shown, size_t rows) const {
  if (!level5) return {};
  std::vector<uint8_t> stays(rows, 1);
  for (size_t c : level5->columns) level5->finder.look(*shown[c], stays);
  return stays;
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
    const auto stays = scope.without_level5(shown, reader.rows_of(group));
    for (size_t r = 0; r < reader.rows_of(group); r++) {
      if (begin + r < scope.first_row || begin + r >= end || !scope.filter.matches(tested, r)) continue;
      if (stays.empty() || stays[r]) {
        TRY(row(shown, r));
      } else {
        scope.level5->rows++;
      }
    }
    TRY(after_group(group));
  }
  return {};
}

}  // namespace sluice::node
