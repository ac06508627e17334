#include "deident/column_mask.h"

#include "table/cell_text.h"

namespace sluice::deident {

namespace {

// The cells of a column as text: in place where they are text, else written into one piece of memory.
class TextCells {
 public:
  explicit TextCells(const table::Column& column) : column_(column) {
    if (column.type() == table::Type::text) return;
    ends_.reserve(column.rows());
    for (size_t row = 0; row < column.rows(); row++) {
      table::cell_text_to(text_, column, row);
      ends_.push_back(text_.size());
    }
  }
  std::string_view at(size_t row) const {
    if (column_.is_null(row)) return {};
    if (ends_.empty()) return column_.text_at(row);
    size_t start = row ? ends_[row - 1] : 0;
    return std::string_view(text_).substr(start, ends_[row] - start);
  }

 private:
  const table::Column& column_;
  std::string text_;
  std::vector<size_t> ends_;
};

void take_answer(CellOutcome outcome, std::string_view text, table::ColumnBuilder& out, CellTally& tally, ResidualTally& residual) {
  tally.masked += outcome == CellOutcome::masked;
  tally.nulls += outcome == CellOutcome::null;
  tally.failed += outcome == CellOutcome::failed;
  if (outcome == CellOutcome::null || outcome == CellOutcome::failed) return out.append_null();
  out.append_text(text);
  scan_cell(text, residual);
}

}  // namespace

Status mask_column(const Masker& masker, size_t column, std::span<const table::ColumnRef> group, uint64_t first_row, table::ColumnBuilder& out,
                   CellTally& tally, ResidualTally& residual) {
  const table::Column& source = *group[column];
  const size_t rows = source.rows();
  TextCells cells(source);
  auto refuses = [&](CellOutcome outcome) { return outcome == CellOutcome::failed && masker.on_failure(column) == OnFailure::refuse; };
  if (!masker.in_batches(column)) {
    std::string masked;
    for (size_t row = 0; row < rows; row++) {
      masked.clear();
      CellOutcome outcome = masker.apply(column, cells.at(row), masked);
      if (refuses(outcome)) return fail(Errc::refused, "deident.value_refused");
      take_answer(outcome, masked, out, tally, residual);
    }
    return {};
  }
  auto beside = masker.beside(column);
  TextCells others(beside ? *group[*beside] : source);
  std::vector<CellInput> inputs;
  inputs.reserve(rows);
  for (size_t row = 0; row < rows; row++) inputs.push_back({cells.at(row), beside ? others.at(row) : std::string_view(), first_row + row});
  MaskedCells masked;
  masker.apply_many(column, inputs, masked);
  for (size_t row = 0; row < rows; row++) {
    if (refuses(masked.outcome(row))) return fail(Errc::refused, "deident.value_refused");
    take_answer(masked.outcome(row), masked.at(row), out, tally, residual);
  }
  return {};
}

void learn_columns(Masker& masker, std::span<const table::ColumnRef> group, size_t rows, uint64_t first_row, std::span<const uint8_t> stays) {
  for (size_t c = 0; c < masker.columns(); c++) {
    if (!masker.learns(c)) continue;
    TextCells cells(*group[c]);
    const bool all = stays.empty() || !masker.counts_rows(c);
    for (size_t row = 0; row < rows; row++)
      if (all || stays[first_row + row]) masker.learn(c, {.cell = cells.at(row), .beside = {}, .row = first_row + row});
  }
}

}  // namespace sluice::deident
