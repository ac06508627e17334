#include "deident/file_rows.h"

#include <algorithm>

#include "deident/apply.h"
#include "deident/csv_block.h"
#include "deident/csv_input.h"
#include "table/cell_text.h"
#include "table/parquet.h"

namespace sluice::deident {

namespace {

// For every column of the file its place among the wanted ones, or their number.
Result<std::vector<size_t>> places_of(const std::vector<std::string>& header, const std::vector<std::string>& wanted) {
  std::vector<size_t> places(header.size(), wanted.size());
  for (size_t w = 0; w < wanted.size(); w++) {
    auto at = std::find(header.begin(), header.end(), wanted[w]);
    if (at == header.end()) return fail(Errc::invalid, "deident.missing_column", wanted[w].substr(0, 80));
    places[static_cast<size_t>(at - header.begin())] = w;
  }
  return places;
}

Result<uint64_t> read_csv_rows(const std::string& path, const std::vector<std::string>& wanted, const TakeRow& take) {
  auto in = TRY(CsvInput::open(path));
  auto places = TRY(places_of(in->header(), wanted));
  std::vector<std::string> cells(wanted.size());
  std::vector<std::string_view> views(wanted.size());
  uint64_t rows = 0;
  bool goes_on = true;
  while (goes_on) {
    std::string block = TRY(in->next());
    if (block.empty()) break;
    auto count = read_fields(CsvInput::record_bytes(block), in->delimiter(), places.size(), [&](size_t c, std::string_view field) {
      if (places[c] < wanted.size()) cells[places[c]].assign(field);
      if (c + 1 < places.size() || !goes_on) return;
      for (size_t w = 0; w < wanted.size(); w++) views[w] = cells[w];
      goes_on = take(views);
    });
    if (!count) return fail(Errc::invalid, "deident.bad_quoting");
    rows += *count;
  }
  return rows;
}

Result<uint64_t> read_parquet_rows(const std::string& path, const std::vector<std::string>& wanted, const TakeRow& take) {
  auto stream = TRY(table::open_parquet(path));
  std::vector<std::string> header;
  for (const auto& spec : stream->specs()) header.push_back(spec.name);
  auto places = TRY(places_of(header, wanted));
  std::vector<std::string> cells(wanted.size());
  std::vector<std::string_view> views(wanted.size());
  uint64_t rows = 0;
  while (auto batch = TRY(stream->next())) {
    for (size_t r = 0; r < batch->rows; r++) {
      for (size_t c = 0; c < places.size(); c++) {
        if (places[c] == wanted.size()) continue;
        std::string& cell = cells[places[c]];
        cell.clear();
        table::cell_text_to(cell, batch->columns[c], r);
        views[places[c]] = cell;
      }
      rows++;
      if (!take(views)) return rows;
    }
  }
  return rows;
}

}  // namespace

Result<uint64_t> read_rows(const std::string& path, const std::vector<std::string>& columns, const TakeRow& take) {
  std::vector<std::string> wanted;  // a column asked for twice is read once
  std::vector<size_t> from;
  for (const auto& name : columns) {
    auto at = std::find(wanted.begin(), wanted.end(), name);
    from.push_back(static_cast<size_t>(at - wanted.begin()));
    if (at == wanted.end()) wanted.push_back(name);
  }
  std::vector<std::string_view> given(columns.size());
  auto spread = [&](std::span<const std::string_view> cells) {
    for (size_t i = 0; i < given.size(); i++) given[i] = cells[from[i]];
    return take(given);
  };
  return is_parquet(path) ? read_parquet_rows(path, wanted, spread) : read_csv_rows(path, wanted, spread);
}

Result<anonymity::CsvTable> read_table(const std::string& path, const std::vector<std::string>& columns) {
  anonymity::CsvTable table;
  for (const auto& name : columns) table.columns.push_back({.name = name, .keys = {}, .texts = {}});
  bool too_many = false;
  table.rows = TRY(read_rows(path, columns, [&](std::span<const std::string_view> cells) {
    for (size_t c = 0; c < cells.size(); c++) table.columns[c].keys.codes.push_back(table.columns[c].texts.code_of(cells[c]));
    too_many = !table.columns.empty() && table.columns[0].keys.codes.size() >= UINT32_MAX - 1;
    return !too_many;
  }));
  if (too_many) return fail(Errc::exhausted, "anonymity.too_many_rows");
  for (auto& column : table.columns) column.keys.cardinality = column.texts.size();
  table.header = columns;
  return table;
}

Result<std::vector<std::string>> columns_of_file(const std::string& path) {
  if (!is_parquet(path)) return TRY(CsvInput::open(path))->header();
  std::vector<std::string> out;
  for (const auto& spec : TRY(table::open_parquet(path))->specs()) out.push_back(spec.name);
  return out;
}

}  // namespace sluice::deident
