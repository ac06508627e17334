// The rows of a sealed version on which a strategy is tried. Internal to the preview job.
#pragma once

#include "anonymity/csv_table.h"
#include "deident/tells.h"
#include "vault/sealed_reader.h"

namespace sluice::node {

// Some rows of the readable columns, by their place in the version; the others are null.
struct Stretch {
  uint64_t first_row = 0;
  size_t rows = 0;
  std::vector<table::ColumnRef> columns;
};
Result<Stretch> stretch_of(vault::SealedReader& reader, const std::vector<size_t>& readable, uint64_t first, size_t rows);

// 2,000 rows at most, in stretches spread evenly over the version: the same for every strategy and whoever asks, so that no choice of samples walks over
// the rows, and no two of them differ by a row.
Result<std::vector<Stretch>> sample_of(vault::SealedReader& reader, const std::vector<size_t>& readable);

std::string preview_cell(const table::Column& column, size_t row);
void take_cell(anonymity::TableColumn& column, std::string_view cell);

// Cells of whatever was granted, as they are, of the first 200,000 rows: for what tells rows apart, and what follows from what. Borrows the reader.
deident::CellsAsTheyAre cells_of_version(vault::SealedReader& reader, const std::vector<size_t>& granted);

// The sampled cells of some columns as they were.
anonymity::CsvTable table_of_sample(const vault::SealedReader& reader, const std::vector<size_t>& columns, const std::vector<Stretch>& sample);

}  // namespace sluice::node
