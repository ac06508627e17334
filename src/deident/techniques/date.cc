#include "deident/kernels.h"

#include "base/clock.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

bool generalise_date(std::string_view cell, DateUnit unit, std::string& out) {
  CellDate d{};
  if (!parse_cell_date(cell, d)) return false;
  int month = unit == DateUnit::year ? 1 : unit == DateUnit::quarter ? (d.month - 1) / 3 * 3 + 1 : d.month;
  put_date(d.year, month, 1, d.form, out);
  return true;
}

bool shift_date(std::string_view cell, int days, std::string& out) {
  CellDate d{};
  if (!parse_cell_date(cell, d)) return false;
  CivilDate moved = civil_from_days(days_from_civil(d.year, d.month, d.day) + days);
  if (moved.year < 1 || moved.year > 9999) return false;
  put_date(moved.year, moved.month, moved.day, d.form, out);
  out.append(d.rest);
  return true;
}

bool means_no_end(std::string_view cell) {
  CellDate d{};
  return parse_cell_date(cell, d) && (d.year == 9999 || d.year == 2099) && d.month == 12 && d.day == 31;
}

}  // namespace sluice::deident
