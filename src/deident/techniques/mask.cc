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
  size_t chars = 0, head_end = 0, tail_start = cell.size();
  for (size_t at = 0; at < cell.size(); chars++) {
    if (chars == head) head_end = at;
    size_t n = char_bytes(cell, at);
    if (n == 0) return false;
    at += n;
  }
  if (chars <= head + tail) {
    out.append(chars, mask);
    return true;
  }
  for (size_t i = 0; i < tail; i++)
    do tail_start--;
    while ((static_cast<uint8_t>(cell[tail_start]) & 0xc0) == 0x80);
  out.append(cell.substr(0, head_end));
  out.append(chars - head - tail, mask);
  out.append(cell.substr(tail_start));
  return true;
}

}  // namespace sluice::deident
