#include "node/jobs/level5_finder.h"

#include "node/rules_in_force.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

std::string_view without_blanks(std::string_view v) {
  while (!v.empty() && (v.front() == ' ' || v.front() == '\t')) v.remove_prefix(1);
  while (!v.empty() && (v.back() == ' ' || v.back() == '\t' || v.back() == '\r')) v.remove_suffix(1);
  return v;
}

}  // namespace

Result<Level5Finder> Level5Finder::make(const Json* packs) {
  auto classifier = std::make_unique<classify::Classifier>(classify::Classifier::built_in());
  if (packs && !packs->as_object().empty())
    *classifier = TRY(classify::Classifier::create(TRY(rules::RuleSet::from_texts(TRY(texts_from(*packs))))));
  auto patterns = TRY(classify::ValuePatterns::create(classifier->values()));
  return Level5Finder(std::move(classifier), std::move(patterns));
}

void Level5Finder::look(const table::Column& column, std::span<uint8_t> stays) const {
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

bool Level5Finder::found(std::string_view cell) const {
  std::string_view value = without_blanks(cell);
  return !value.empty() && patterns_.of(value).sensitive != 0;
}

}  // namespace sluice::node
