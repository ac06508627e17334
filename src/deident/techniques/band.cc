#include "deident/kernels.h"

#include <algorithm>

#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

bool band_number(std::string_view cell, const FieldRule& rule, std::string& out) {
  CellNumber n{};
  if (!parse_cell_number(cell, n)) return false;
  int64_t v = n.negative ? -n.whole - (n.millionths > 0) : n.whole;  // floor
  if (rule.top && v >= *rule.top) {
    out += std::to_string(*rule.top) + "+";
    return true;
  }
  if (rule.bottom && v < *rule.bottom) {
    out += "<" + std::to_string(*rule.bottom);
    return true;
  }
  int64_t width = *rule.width, origin = rule.bottom.value_or(0);
  int64_t offset = v - origin;
  int64_t low = origin + (offset >= 0 ? offset / width : -((-offset + width - 1) / width)) * width;
  int64_t high = low + width - 1;
  if (rule.top) high = std::min(high, *rule.top - 1);
  out += std::to_string(low);
  if (high > low) out += "-" + std::to_string(high);
  return true;
}

}  // namespace sluice::deident
