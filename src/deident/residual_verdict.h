// What the residual scan found in an output: on the receipt, and a refusal where nobody said that it stays.
#pragma once

#include <string>

#include "deident/receipt.h"
#include "deident/residual.h"

namespace sluice::deident {

class ResidualVerdict {
 public:
  explicit ResidualVerdict(Receipt& receipt, std::string_view what = "column") : receipt_(receipt), what_(what) {}

  // `number`: of the column, from 1; the refusal names it by that, since a name may be a value. `stays(type)`: whether such cells are meant there.
  template <class Stays>
  void column(size_t number, const std::string& name, const ResidualTally& tally, const Stays& stays) {
    for (auto [type, cells] : tally.findings()) {
      receipt_.residual.push_back({.column = name, .type = std::string(type), .cells = cells});
      if (!stays(type)) found_ += (found_.empty() ? std::string(what_) + " " : ", ") + std::to_string(number) + ": " + std::string(type) + " in " + std::to_string(cells) + " cells";
    }
  }
  // "deident.residual_found" (refused; detail: columns by number, types, cells).
  Status end() const { return found_.empty() ? Status() : fail(Errc::refused, "deident.residual_found", found_); }

 private:
  Receipt& receipt_;
  std::string_view what_;
  std::string found_;
};

}  // namespace sluice::deident
