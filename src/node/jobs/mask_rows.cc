#include "node/jobs/mask_rows.h"

#include <algorithm>

#include "classify/classify.h"
#include "classify/value_tally.h"
#include "node/rules_in_force.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

std::string_view without_blanks(std::string_view v) {
  while (!v.empty() && (v.front() == ' ' || v.front() == '\t')) v.remove_prefix(1);
  while (!v.empty() && (v.back() == ' ' || v.back() == '\t' || v.back() == '\r')) v.remove_suffix(1);
  return v;
}

class Level5Finder {
 public:
  static Result<Level5Finder> make(const Json* packs) {
    auto classifier = std::make_unique<classify::Classifier>(classify::Classifier::built_in());
    if (packs && !packs->as_object().empty())
      *classifier = TRY(classify::Classifier::create(TRY(rules::RuleSet::from_texts(TRY(texts_from(*packs))))));
    auto patterns = TRY(classify::ValuePatterns::create(classifier->values()));
    return Level5Finder(std::move(classifier), std::move(patterns));
  }

  // Clears the flag of every row whose cell has such content.
  void look(const table::Column& column, std::vector<uint8_t>& stays) const {
    std::vector<uint8_t> entries;
    if (column.is_dictionary())
      for (size_t i = 0; i < column.entries(); i++) entries.push_back(found(column.entry(i)));
    std::string cell;
    for (size_t row = 0; row < column.rows(); row++) {
      if (!stays[row] || column.is_null(row)) continue;
      if (!entries.empty()) {
        stays[row] = !entries[column.parts().codes[row]];
      } else if (column.type() == table::Type::text) {
        stays[row] = !found(column.text_at(row));
      } else {
        cell.clear();
        table::cell_text_to(cell, column, row);
        stays[row] = !found(cell);
      }
    }
  }

 private:
  Level5Finder(std::unique_ptr<classify::Classifier> classifier, classify::ValuePatterns patterns)
      : classifier_(std::move(classifier)), patterns_(std::move(patterns)) {}
  bool found(std::string_view cell) const {
    std::string_view value = without_blanks(cell);
    return !value.empty() && patterns_.of(value).sensitive != 0;
  }
  std::unique_ptr<classify::Classifier> classifier_;  // the patterns look at its scanner
  classify::ValuePatterns patterns_;
};

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
