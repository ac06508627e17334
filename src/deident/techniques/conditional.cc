#include "deident/techniques/conditional.h"

namespace sluice::deident {

bool Conditional::applies(std::string_view beside) const {
  std::string value(beside);
  return values_.empty() ? !but_.contains(value) : values_.contains(value);
}

void Conditional::run(std::span<const CellInput> cells, MaskedCells& out) const {
  std::vector<CellInput> chosen;
  for (const CellInput& c : cells)
    if (applies(c.beside)) chosen.push_back({c.cell, {}, c.row});
  MaskedCells masked;
  if (inner_) {
    inner_->run(chosen, masked);
  } else {
    for (const CellInput& c : chosen) masked.close(plain_(c.cell, masked.text()));
  }
  size_t next = 0;
  for (const CellInput& c : cells) {
    if (applies(c.beside)) {
      out.text() += masked.at(next);
      out.close(masked.outcome(next++));
    } else if (c.cell.empty()) {
      out.close(CellOutcome::null);
    } else if (otherwise_ == Otherwise::keep) {
      out.text() += c.cell;
      out.close(CellOutcome::kept);
    } else {
      out.close(CellOutcome::masked);
    }
  }
}

}  // namespace sluice::deident
