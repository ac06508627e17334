// A sample of a sealed version, spread over its rows: what the check of a product looks at.
#include <algorithm>

#include "classify/classify.h"
#include "table/cell_text.h"
#include "vault/sealed_reader.h"

namespace sluice::node {

namespace {

constexpr size_t kSampleRows = 6000;
constexpr size_t kSampleStretches = 12;

}  // namespace

Status sample_fields(vault::SealedReader& reader, std::vector<classify::FieldInput>& fields);
Status sample_fields(vault::SealedReader& reader, std::vector<classify::FieldInput>& fields) {
  uint64_t rows = reader.rows();
  size_t stretch = std::min<uint64_t>(rows, kSampleRows / kSampleStretches);
  size_t stretches = rows <= kSampleRows ? (stretch ? (rows + stretch - 1) / stretch : 0) : kSampleStretches;
  std::vector<size_t> columns(reader.specs().size());
  for (size_t i = 0; i < columns.size(); i++) columns[i] = i;
  std::string cell;
  for (size_t s = 0; s < stretches; s++) {
    uint64_t at = rows <= kSampleRows ? s * stretch : s * (rows - stretch) / (stretches - 1);
    table::Batch batch = TRY(reader.read_rows(columns, at, stretch));
    for (size_t c = 0; c < columns.size(); c++) {
      fields[c].rows += batch.rows;
      for (size_t row = 0; row < batch.rows; row++) {
        if (batch.columns[c].is_null(row)) {
          fields[c].nulls++;
          continue;
        }
        cell.clear();
        cell_text_to(cell, batch.columns[c], row);
        if (!cell.empty()) fields[c].values.push_back(cell);
      }
    }
  }
  return {};
}

}  // namespace sluice::node
