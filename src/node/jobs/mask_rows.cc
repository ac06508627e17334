#include "node/jobs/mask_rows.h"

#include <algorithm>

#include "node/jobs/level5_finder.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

void drop_unsampled(const deident::Masker& masker, const table::Column& column, std::vector<uint8_t>& stays) {
  std::vector<std::string> texts(column.rows());
  std::vector<std::string_view> cells;
  for (size_t row = 0; row < column.rows(); row++) {
    if (!column.is_null(row)) table::cell_text_to(texts[row], column, row);
    cells.push_back(texts[row]);
  }
  stays.clear();
  masker.sample(cells, stays);
}

uint64_t flags_set(const std::vector<uint8_t>& flags) { return static_cast<uint64_t>(std::count(flags.begin(), flags.end(), 1)); }

}  // namespace

Result<RowChoice> RowChoice::make(vault::SealedReader& reader, const deident::Masker& masker, const std::vector<size_t>& level5, const Json* packs) {
  RowChoice out(reader);
  std::optional<Level5Finder> finder;
  if (!level5.empty()) finder.emplace(TRY(Level5Finder::make(packs)));
  auto sampled = masker.sample_column();
  for (size_t g = 0; g < reader.row_groups(); g++) {
    uint64_t left = reader.rows_of(g);
    std::vector<uint8_t> stays(left, 1);
    if (sampled) drop_unsampled(masker, *TRY(reader.read(g, *sampled)), stays);
    out.not_sampled_ += left - flags_set(stays);
    left = flags_set(stays);
    for (size_t c : level5) finder->look(*TRY(reader.read(g, c)), stays);
    out.level5_ += left - flags_set(stays);
    left = flags_set(stays);
    out.first_.push_back(out.taken_);
    out.rows_.push_back(left);
    out.taken_ += left;
    if (left == stays.size()) stays.clear();
    out.stays_.push_back(std::move(stays));
  }
  return out;
}

Result<TakenRows> RowChoice::group(size_t number, const std::vector<bool>& wanted) const {
  TakenRows out{std::vector<table::ColumnRef>(wanted.size()), rows_[number], first_[number]};
  const std::vector<uint8_t>& stays = stays_[number];
  for (size_t c = 0; c < wanted.size(); c++) {
    if (!wanted[c]) continue;
    table::ColumnRef whole = TRY(reader_.read(number, c));
    if (stays.empty()) {
      out.columns[c] = std::move(whole);
      continue;
    }
    table::ColumnBuilder builder(reader_.specs()[c]);
    for (size_t row = 0; row < stays.size(); row++)
      if (stays[row]) builder.append_rows(*whole, row, 1);
    out.columns[c] = std::make_shared<const table::Column>(builder.finish());
  }
  return out;
}

table::Batch rows_of_batch(const table::Batch& batch, std::span<const table::ColumnSpec> specs, std::span<const uint8_t> stays) {
  table::Batch out;
  for (uint8_t stay : stays) out.rows += stay;
  for (size_t c = 0; c < specs.size(); c++) {
    table::ColumnBuilder builder(specs[c]);
    for (size_t row = 0; row < stays.size(); row++)
      if (stays[row]) builder.append_rows(batch.columns[c], row, 1);
    out.columns.push_back(builder.finish());
  }
  return out;
}

}  // namespace sluice::node
