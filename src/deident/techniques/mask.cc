#include "deident/kernels.h"

#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

bool mask_ends(std::string_view cell, int first, int last, char mask, std::string& out) {
  auto head = static_cast<size_t>(first), tail = static_cast<size_t>(last);
  if (all_ascii(cell)) [[likely]] {
    size_t n = cell.size();
    if (n <= head + tail) head = tail = 0;
    out.append(cell.substr(0, head));
    out.append(n - head - tail, mask);
    out.append(cell.substr(n - tail));
    return true;
  }
  size_t chars = 0;
  for (size_t at = 0; at < cell.size(); chars++) {
    size_t n = char_bytes(cell, at);
    if (n == 0) return false;
    at += n;
  }
  if (chars <= head + tail) head = tail = 0;
  size_t index = 0;
  for (size_t at = 0; at < cell.size(); index++) {
    size_t n = char_bytes(cell, at);
    if (index < head || index >= chars - tail) {
      out.append(cell.substr(at, n));
    } else {
      out += mask;
    }
    at += n;
  }
  return true;
}

}  // namespace sluice::deident
