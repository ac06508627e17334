#include "deident/kernels.h"

#include "base/clock.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

bool generalise_date(std::string_view cell, DateUnit unit, std::string& out) {
  CellDate d{};
  if (!parse_cell_date(cell, d)) return false;
  int month = unit == DateUnit::year ? 1 : unit == DateUnit::quarter ? (d.month - 1) / 3 * 3 + 1 : d.month;
  put_date(d.year, month, 1, d.separator, out);
  return true;
}

bool shift_date(std::string_view cell, int days, std::string& out) {
  CellDate d{};
  if (!parse_cell_date(cell, d)) return false;
  CivilDate moved = civil_from_days(days_from_civil(d.year, d.month, d.day) + days);
  if (moved.year < 1 || moved.year > 9999) return false;
  put_date(moved.year, moved.month, moved.day, d.separator, out);
  out.append(d.rest);
  return true;
}

}  // namespace sluice::deident
