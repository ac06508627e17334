// Which cells of a preview may leave the worker without an operation of the person (C6.4.3): what a technique really changed, and columns that need
// none. Everything else is shown as its pattern. Internal to the preview job.
#pragma once

#include <string>

#include "deident/strategy.h"
#include "node/preview_strategy.h"

namespace sluice::node {

constexpr int kPreviewOpenLevel = 2;  // up to it, and naming nobody, a column needs no operation

struct ShownColumn {
  deident::Technique technique = deident::Technique::keep;
  int level = 5;            // before masking; 5 where nobody graded it
  bool identifying = true;  // also where nobody confirmed that it is not
  bool own_right = false;   // an approved operation of this person shows these cells
  bool open() const { return own_right || (level <= kPreviewOpenLevel && !identifying); }
};

// By the column's grade, and whether the operation of the request names it.
ShownColumn shown_column(deident::Technique technique, const std::string& name, const PreviewJob& job);

// The masked cell, or the pattern in its place: where masking left the cell as it was or nearly so (more than three quarters of it from both ends),
// where the technique leaves whole values of people in the column (text, permute), and always in a column of level 5.
std::string shown_cell(const ShownColumn& column, const std::string& before, const std::string& after);

// The shape of the cell (table/profile.h) between ⟨ and ⟩; of level 5 nothing but ⟨*⟩.
std::string cell_pattern(const std::string& cell, int level);

}  // namespace sluice::node
