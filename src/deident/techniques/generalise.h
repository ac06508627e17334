// Generalisation by a hierarchy (deident/value_hierarchy.h): a value becomes its ancestor at one height.
#pragma once

#include "deident/technique.h"
#include "deident/value_hierarchy.h"

namespace sluice::deident {

class Generalise final : public BoundTechnique {
 public:
  Generalise(ValueHierarchy tree, int height) : tree_(std::move(tree)), height_(height) {}
  void run(std::span<const CellInput> cells, MaskedCells& out) const override {
    for (const CellInput& c : cells) {
      bool fine = !c.cell.empty() && tree_.generalise(c.cell, height_, out.text());
      out.close(c.cell.empty() ? CellOutcome::null : fine ? CellOutcome::masked : CellOutcome::failed);
    }
  }
  bool by_cell_alone() const override { return true; }

 private:
  ValueHierarchy tree_;
  int height_;
};

}  // namespace sluice::deident
