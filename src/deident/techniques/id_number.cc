#include "deident/kernels.h"

#include <algorithm>

#include "base/clock.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

bool mask_id_number(std::string_view cell, int region, KeepBirth birth, std::string& out) {
  if (cell.size() != 18 || !digits_only(cell.substr(0, 17)) || cell[0] == '0') return false;
  char last = cell[17];
  if (!(last >= '0' && last <= '9') && last != 'X' && last != 'x') return false;
  int year = digits_value(cell.substr(6, 4));
  if (year < 1800 || !is_civil_date(year, digits_value(cell.substr(10, 2)), digits_value(cell.substr(12, 2)))) return false;
  char made[18];
  std::fill(made, made + 17, '0');
  made[0] = '1';  // 100000 is no division: a number without its region still begins with a non-zero digit
  std::copy_n(cell.data(), region, made);
  std::string_view day = "19000101";
  std::copy(day.begin(), day.end(), made + 6);
  if (birth == KeepBirth::year) std::copy_n(cell.data() + 6, 4, made + 6);
  made[17] = id_check_digit({made, 17});
  out.append(made, 18);
  return true;
}

}  // namespace sluice::deident
