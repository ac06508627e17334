#include "node/jobs/preview_sample.h"

#include <algorithm>

#include "table/cell_text.h"

namespace sluice::node {

namespace {

constexpr uint64_t kPreviewRows = 2000, kStretches = 20, kTellingRowsMax = 200'000;

}  // namespace

Result<Stretch> stretch_of(vault::SealedReader& reader, const std::vector<size_t>& readable, uint64_t first, size_t rows) {
  table::Batch batch = TRY(reader.read_rows(readable, first, rows));
  Stretch out{first, batch.rows, std::vector<table::ColumnRef>(reader.specs().size())};
  for (size_t i = 0; i < readable.size(); i++) out.columns[readable[i]] = std::make_shared<const table::Column>(std::move(batch.columns[i]));
  return out;
}

Result<std::vector<Stretch>> sample_of(vault::SealedReader& reader, const std::vector<size_t>& readable) {
  uint64_t all = reader.rows(), rows = std::min(all, kPreviewRows);
  std::vector<Stretch> out;
  uint64_t parts = rows == all ? 1 : std::min(kStretches, rows);
  for (uint64_t i = 0; i < parts && rows > 0; i++) {
    uint64_t size = rows / parts + (i < rows % parts ? 1 : 0);
    out.push_back(TRY(stretch_of(reader, readable, i * (all / parts), size)));
  }
  return out;
}

std::string preview_cell(const table::Column& column, size_t row) {
  std::string out;
  table::cell_text_to(out, column, row);
  return out;
}

void take_cell(anonymity::TableColumn& column, std::string_view cell) {
  column.keys.codes.push_back(column.texts.code_of(cell));
  column.keys.cardinality = column.texts.size();
}

deident::CellsAsTheyAre cells_of_version(vault::SealedReader& reader, const std::vector<size_t>& granted) {
  return deident::CellsAsTheyAre([&reader, granted](const std::string& name) -> Result<deident::ColumnCells> {
    auto at = std::find_if(granted.begin(), granted.end(), [&](size_t c) { return reader.specs()[c].name == name; });
    anonymity::TableColumn column{.name = name, .keys = {}, .texts = {}};
    deident::NumberShape shape;
    uint64_t rows = 0;
    for (size_t g = 0; at != granted.end() && g < reader.row_groups() && rows < kTellingRowsMax; g++) {
      auto cells = TRY(reader.read(g, *at));
      for (size_t row = 0; row < reader.rows_of(g); row++) {
        const std::string cell = preview_cell(*cells, row);
        take_cell(column, cell);
        shape.add(cell);
      }
      rows += reader.rows_of(g);
    }
    column.keys.cardinality = column.texts.size();
    return deident::ColumnCells{std::move(column.keys), shape};
  });
}

anonymity::CsvTable table_of_sample(const vault::SealedReader& reader, const std::vector<size_t>& columns, const std::vector<Stretch>& sample) {
  anonymity::CsvTable out;
  for (const Stretch& stretch : sample) out.rows += stretch.rows;
  for (size_t c : columns) {
    out.header.push_back(reader.specs()[c].name);
    out.columns.push_back({.name = reader.specs()[c].name, .keys = {}, .texts = {}});
    for (const Stretch& stretch : sample)
      for (size_t row = 0; row < stretch.rows; row++) take_cell(out.columns.back(), preview_cell(*stretch.columns[c], row));
  }
  return out;
}

}  // namespace sluice::node
