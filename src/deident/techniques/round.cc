#include "deident/kernels.h"

#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

bool round_number(std::string_view cell, int64_t to, std::string& out) {
  CellNumber n{};
  if (!parse_cell_number(cell, n)) return false;
  int64_t rest = n.whole % to;
  __extension__ using wide = __int128;
  bool up = 2 * (static_cast<wide>(rest) * 1000000 + n.millionths) >= static_cast<wide>(to) * 1000000;
  int64_t rounded = n.whole - rest + (up ? to : 0);
  if (n.negative && rounded != 0) out += '-';
  out += std::to_string(rounded);
  if (n.fraction_digits) {
    out += '.';
    out.append(n.fraction_digits, '0');
  }
  return true;
}

}  // namespace sluice::deident
