// How the cells of a preview leave the worker (C6.4.1, C6.4.3). The strategy comes from whoever asks, and may be changed and asked again: whatever of a
// cell passes through it can be put together over many previews. So a cell is shown only where its column needs no operation (level 2 at most, confirmed,
// naming nobody) or an operation of the person shows it; of every other cell nothing is shown but its form, which no strategy has a part in. What the
// strategy does is shown on an example made of the form alone. Internal to the preview job.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "deident/masker.h"
#include "node/jobs/preview_sample.h"
#include "node/preview_strategy.h"

namespace sluice::node {

constexpr int kPreviewOpenLevel = 2;

// Whether the cells of this column may be seen in the preview.
bool column_open(const std::string& name, const PreviewJob& job);

// The forms of one closed column, of a sample that is the same for every strategy. In a column of fixed form (nine of ten cells and at least ten have
// one shape, such as "9{18}") those cells have it as their form; any other cell has the classes of its runs without their lengths ("文+", "9+.9+", six
// runs at most). In a column of level 5, or that nobody graded, every form is "*", of empty cells too.
class CellForms {
 public:
  explicit CellForms(int level) : level_(level) {}
  void add(const std::string& cell);
  std::string form(const std::string& cell) const;

 private:
  const std::string* fixed() const;
  int level_;
  uint64_t cells_ = 0;
  std::map<std::string, uint64_t> shapes_;
};

// A text of this form that is nobody's; empty for "*".
std::string example_of(std::string_view form);

// What becomes of an example in a row that the rule's condition takes. Nothing where the technique lives on the cells of the version, which no example
// has, and where it refuses the example.
Result<std::optional<std::string>> masked_example(const deident::Masker& masker, size_t column, const std::string& example);

// As it stands in the grid: between ⟨ and ⟩; an empty form (an empty cell) is shown empty.
std::string shown_form(const std::string& form);

// The closed columns of a trial: those, and those whose rule looks at such a one.
class ClosedCells {
 public:
  // `kept`: the columns that the sample has. All outlive it.
  ClosedCells(const deident::Masker& masker, const std::vector<table::ColumnSpec>& specs, const std::vector<size_t>& kept, const PreviewJob& job, const std::vector<Stretch>& sample);
  bool closed(size_t column) const { return forms_.contains(column); }
  Result<std::string> shown(size_t column, const std::string& cell);
  // [{column, form, example, masked}] of the forms that were shown.
  Json take_examples() { return std::move(examples_); }

 private:
  const deident::Masker& masker_;
  const std::vector<table::ColumnSpec>& specs_;
  std::map<size_t, CellForms> forms_;
  std::set<std::pair<size_t, std::string>> told_;
  Json examples_ = Json::array();
};

}  // namespace sluice::node
