// Local recoding inside a strategy: the quasi-identifiers' columns of one table, and for each row how far its class must be generalised.
//
// A column of technique `hierarchy` with `lowest` has heights from `lowest` to `height`. All rows begin at `height`; each class of them is then split, one column at
// a time by one height, as long as every part keeps k rows and stays within the targets (anonymity/local_recoding.h). Classes that are below k, or beyond a
// target, at the coarsest heights stay as they are: the run leaves their rows out, or is refused, as without local recoding. What is promised is measured on
// what was written all the same.
//
// Classes are over what goes out: the other quasi-identifiers, and the columns of the targets, count by their masked cells, so that these must hang on the cell
// alone ("strategy.local_beside", detail: the column). A cell that the hierarchy does not know, or that is empty, is empty in every class.
//
// Errors of finish(): "hierarchy.not_a_tree" (detail: the column), those of class counting.
// Memory: 4 bytes a row and column, the distinct cells and their labels. Thread rule: one thread until finish(); label() from many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anonymity/dictionary.h"
#include "anonymity/models.h"
#include "deident/technique.h"
#include "deident/value_hierarchy.h"

namespace sluice::deident {

class LocalClasses {
 public:
  explicit LocalClasses(uint64_t k) : k_(k) {}

  // Places are numbered in the order in which they are added.
  size_t add_ladder(std::string column, ValueHierarchy tree, int lowest, int height);
  size_t add_quasi();
  size_t add_sensitive();
  void demand_distinct(size_t sensitive, int l) { distinct_.emplace_back(sensitive, l); }
  void demand_close(size_t sensitive, int t_permille) { close_.emplace_back(sensitive, t_permille); }

  // The cell of a row, of a ladder as it is, of the others as it goes out. Every place sees the same rows.
  void learn(size_t place, std::string_view cell, uint64_t row);
  // May be called again: what was found stands.
  Status finish();

  // What goes out for a cell of a ladder in this row. Rows that were not learnt have the coarsest height.
  CellOutcome label(size_t place, std::string_view cell, uint64_t row, std::string& out) const;

 private:
  enum class Use { ladder, quasi, sensitive };
  struct Place {
    Use use = Use::quasi;
    std::string column{};
    ValueHierarchy tree{};
    int lowest = 0, height = 0;
    anonymity::Dictionary cells{};
    std::vector<uint32_t> code_of_row{};
    std::vector<anonymity::Dictionary> labels{};        // by height from `lowest` on
    std::vector<std::vector<uint32_t>> label_of{};      // height, code of the cell → code of the label
    size_t ladder = 0;                                  // its number among the ladders
  };
  void make_labels(Place& place) const;
  Result<anonymity::Attribute> attribute_of(const Place& place) const;
  Result<anonymity::Problem> problem_of(const std::vector<uint64_t>& rows) const;
  anonymity::Models models() const;

  uint64_t k_;
  std::vector<Place> places_;
  std::vector<std::pair<size_t, int>> distinct_, close_;
  size_t ladders_ = 0;
  bool finished_ = false;
  std::vector<uint32_t> class_of_row_;
  std::vector<uint8_t> height_above_lowest_;  // class × ladder
};

// One ladder's column, as a technique.
class LocalGeneralise final : public BoundTechnique {
 public:
  LocalGeneralise(std::shared_ptr<LocalClasses> classes, size_t place) : classes_(std::move(classes)), place_(place) {}
  bool learns() const override { return true; }
  void learn(const CellInput& cell) override { classes_->learn(place_, cell.cell, cell.row); }
  void run(std::span<const CellInput> cells, MaskedCells& out) const override {
    for (const CellInput& c : cells) {
      const CellOutcome outcome = classes_->label(place_, c.cell, c.row, out.text());
      out.close(outcome);
    }
  }

 private:
  std::shared_ptr<LocalClasses> classes_;
  size_t place_;
};

}  // namespace sluice::deident
