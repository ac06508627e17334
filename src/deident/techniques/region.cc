#include "deident/kernels.h"

#include <algorithm>

#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

bool generalise_region(std::string_view cell, int digits, std::string& out) {
  if (!digits_only(cell) || (cell.size() != 2 && cell.size() != 4 && cell.size() != 6)) return false;
  auto kept = std::min(cell.size(), static_cast<size_t>(digits));
  out.append(cell.substr(0, kept));
  out.append(cell.size() - kept, '0');
  return true;
}

}  // namespace sluice::deident
