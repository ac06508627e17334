#include "deident/column_names.h"

#include <algorithm>

#include "deident/residual.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

namespace {

constexpr size_t kNumberDigits = 5;  // years and places in a row are names of columns
constexpr size_t kDayBytes = 8;      // 20240131; shorter ones are months and years

bool is_value(const std::string& name) {
  CellNumber number{};
  if (parse_cell_number(name, number))
    if (number.fraction_digits > 0 || std::count_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) >= static_cast<long>(kNumberDigits)) return true;
  CellDate date{};
  if (name.size() >= kDayBytes && parse_cell_date(name, date)) return true;
  ResidualTally tally;
  scan_cell(name, tally);
  return !tally.findings().empty();
}

}  // namespace

Status check_column_names(std::span<const std::string> names) {
  for (size_t c = 0; c < names.size(); c++) {
    const std::string which = "column " + std::to_string(c + 1);
    if (std::any_of(names[c].begin(), names[c].end(), [](unsigned char b) { return b < 0x20 || b == 0x7f; })) return fail(Errc::invalid, "deident.bad_column_name", which);
    if (is_value(names[c])) return fail(Errc::invalid, "deident.header_is_data", which);
  }
  return {};
}

}  // namespace sluice::deident
