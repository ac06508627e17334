// Which original values a published label may stand for: what utility is measured by, since "30-39" still answers questions about 35.
//
// In this order: `*` and empty stand for all; a label of a given hierarchy for its leaves; numbers: `35`, `30-39`, `<18`, `90+`, `[30, 40[`; dates:
// a day, `2024-03`, `2024Q1`, `2024`, `2020s`, and the first day of a unit where all labels of the column are such (2024-01-01 for the year);
// codes with zeros behind (GB/T 2260: 410100) where all labels are such; masked text (`4101**`, 张*); a value for itself; anything else for
// nothing. Pure; a LabelCover is immutable.
#pragma once

#include <optional>
#include <vector>

#include "anonymity/csv_table.h"
#include "anonymity/hierarchy.h"

namespace sluice::anonymity {

// A value as a place on a line: numbers as they are, dates in days. Nothing for other text.
std::optional<double> place_of_value(std::string_view text);

class LabelCover {
 public:
  LabelCover(const TableColumn& before, const TableColumn& after, const Hierarchy* hierarchy);

  bool ordered() const { return ordered_; }             // nearly all original values are numbers or dates
  std::optional<double> place(uint32_t before_code) const { return places_[before_code]; }
  // Original values (codes of `before`) under a label (code of `after`).
  const std::vector<uint32_t>& values(uint32_t after_code) const { return covers_[after_code]; }
  // A label that is a single number or date of its own, perhaps none of the original values.
  std::optional<double> single_place(uint32_t after_code) const { return singles_[after_code]; }

 private:
  void cover(uint32_t after_code, std::string_view label, const TableColumn& before, const Hierarchy* hierarchy);
  bool cover_span(uint32_t after_code, std::string_view label);
  void cover_masked(uint32_t after_code, std::string_view label, const TableColumn& before);

  bool ordered_ = false, dates_ = false, whole_years_ = false, whole_months_ = false, zeros_behind_ = false;
  std::vector<std::optional<double>> places_, singles_;
  std::vector<uint32_t> by_place_;
  std::vector<std::vector<uint32_t>> covers_;
};

}  // namespace sluice::anonymity
