// Rows with level-5 content: cells in which the classification rules see such codes or terms (issue 4, row-level grading). Internal to the
// jobs that leave such rows out.
#pragma once

#include <memory>

#include "classify/classify.h"
#include "classify/value_tally.h"
#include "table/column.h"

namespace sluice::node {

class Level5Finder {
 public:
  // By the rules of these texts; null or empty: the built-in ones.
  static Result<Level5Finder> make(const Json* packs);

  // Clears the flag of every row whose cell has such content.
  void look(const table::Column& column, std::span<uint8_t> stays) const;

 private:
  Level5Finder(std::unique_ptr<classify::Classifier> classifier, classify::ValuePatterns patterns)
      : classifier_(std::move(classifier)), patterns_(std::move(patterns)) {}
  bool found(std::string_view cell) const;

  std::unique_ptr<classify::Classifier> classifier_;  // the patterns look at its scanner
  classify::ValuePatterns patterns_;
};

}  // namespace sluice::node
