#include "anonymity/source_table.h"

#include <algorithm>

#include "table/cell_text.h"

namespace sluice::anonymity {

Result<CsvTable> read_source(table::ColumnSource& source, const std::vector<std::string>& columns) {
  if (columns.empty()) return fail(Errc::usage, "anonymity.no_columns");
  if (source.rows() >= UINT32_MAX) return fail(Errc::exhausted, "anonymity.too_many_rows");
  CsvTable out;
  out.rows = source.rows();
  for (const auto& spec : source.specs()) out.header.push_back(spec.name);
  std::string text;
  for (const auto& name : columns) {
    size_t at = table::find_column(source.specs(), name);
    if (at == source.specs().size()) return fail(Errc::invalid, "anonymity.unknown_column", name);
    if (std::count(columns.begin(), columns.end(), name) > 1) return fail(Errc::invalid, "anonymity.column_twice", name);
    TableColumn column{.name = name, .keys = {}, .texts = {}};
    for (size_t g = 0; g < source.row_groups(); g++) {
      table::ColumnRef values = TRY(source.read(g, at));
      for (size_t r = 0; r < values->rows(); r++) {
        text.clear();
        table::cell_text_to(text, *values, r);
        column.keys.codes.push_back(column.texts.code_of(text));
      }
    }
    column.keys.cardinality = column.texts.size();
    out.columns.push_back(std::move(column));
  }
  return out;
}

}  // namespace sluice::anonymity
