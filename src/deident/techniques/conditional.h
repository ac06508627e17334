// A technique that acts only on rows in which another cell has certain values (`when`); elsewhere the cell is kept or becomes
// empty (`otherwise`). What stands beside the cell is the condition's cell.
#pragma once

#include <functional>
#include <memory>
#include <unordered_set>

#include "deident/kernels.h"
#include "deident/strategy.h"
#include "deident/technique.h"

namespace sluice::deident {

class Conditional final : public BoundTechnique {
 public:
  using Plain = std::function<CellOutcome(std::string_view cell, std::string& out)>;
  // `inner` runs in batches; where it is null, `plain` masks cell by cell.
  Conditional(const Condition& condition, Otherwise otherwise, std::shared_ptr<BoundTechnique> inner, Plain plain)
      : values_(condition.is.begin(), condition.is.end()), but_(condition.is_not.begin(), condition.is_not.end()), otherwise_(otherwise),
        inner_(std::move(inner)), plain_(std::move(plain)) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;
  // Free text learns from all rows, also those that the condition leaves out.
  bool learns() const override { return inner_ && inner_->learns(); }
  void learn(const CellInput& cell) override { inner_->learn(cell); }
  Status finish_learning() override { return inner_->finish_learning(); }

 private:
  bool applies(std::string_view beside) const;
  std::unordered_set<std::string> values_, but_;
  Otherwise otherwise_;
  std::shared_ptr<BoundTechnique> inner_;
  Plain plain_;
};

}  // namespace sluice::deident
