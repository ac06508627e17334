// What a quasi-identifier's cell of a population becomes in the written file, done anew by the check's own code from the receipt's parameters alone.
//
// Done: `keep`, constants (`redact`, `blank`), `date`, `band`, `region`, `mask`, and given hierarchies whose file the caller handed over and the receipt names by its
// SM3. Not done, and said: what needs a key, what looks at other rows, conditions, built-in hierarchies. A cell that the check cannot read as the technique
// would is never guessed at: of() gives nothing.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "recheck/check.h"
#include "recheck/ladder.h"
#include "recheck/receipt_view.h"

namespace sluice::recheck {

// Hierarchies that the caller handed over, by column.
using Ladders = std::map<std::string, Ladder>;

class Redo {
 public:
  // Why the receipt's technique cannot be done to the column `name`; nothing where it can.
  std::optional<Finding> read(const std::string& name, const ReceiptView& receipt, const Ladders& ladders);
  // The view lives as long as cell, ladders and `made`.
  std::optional<std::string_view> of(std::string_view cell, std::string& made) const;
  // Whether a cell without a label is one that a hierarchy does not list, not one that the check cannot read.
  bool by_ladder() const { return ladder_ != nullptr; }

 private:
  const Ladder* ladder_ = nullptr;
  size_t height_ = 0;
  std::optional<std::string> constant_{};
  std::function<bool(std::string_view, std::string&)> make_{};
};

}  // namespace sluice::recheck
