#include "space/application/personal_filter.h"

#include <algorithm>

#include "standard/codes.h"

namespace sluice::space {

namespace {

bool is_mobile_number(std::string_view v) {
  return v.size() == 11 && v[0] == '1' && v[1] >= '3' && v[1] <= '9' && v.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_personal_form(std::string_view value) { return is_mobile_number(value) || check_id_number(value, {}).valid; }

// Start of the last `n` characters of UTF-8 text; npos when there are fewer than n.
size_t last_characters(std::string_view text, size_t n) {
  for (size_t at = text.size(); at-- > 0;)
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && --n == 0) return at;
  return std::string_view::npos;
}

}  // namespace

bool is_filter_op(std::string_view op) {
  constexpr std::string_view kOps[] = {"eq", "ne", "lt", "le", "gt", "ge", "in", "prefix"};
  return std::find(std::begin(kOps), std::end(kOps), op) != std::end(kOps);
}

bool is_personal(const State& s, const DatasetId& dataset_id, const VersionId& version, const RowCondition& condition) {
  if (condition.values.empty()) return false;
  const Dataset* dataset = find(s.datasets, dataset_id);
  const CatalogField* field = dataset ? dataset->column(condition.column) : nullptr;
  const MaskingResult* masking = find(s.maskings, version);
  const MaskedColumn* masked = masking ? masking->column(condition.column) : nullptr;
  if (!field || field->identifying || (masked && masked->direct_identifier)) return true;
  return std::any_of(condition.values.begin(), condition.values.end(), has_personal_form);
}

std::string masked_value(std::string_view value) {
  constexpr std::string_view kStars = "****";
  bool long_enough = last_characters(value, 6) != std::string_view::npos;
  if (!long_enough) return std::string(kStars);
  return std::string(kStars) + std::string(value.substr(last_characters(value, 2)));
}

}  // namespace sluice::space
