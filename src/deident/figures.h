// Which columns hold figures: amounts, counts, durations, results, shares. A figure may stand in few rows only and still is no number of anything: who replaced
// it by a token would take the use and protect nobody. So a composed strategy gives it what the profile says of it (deident/tells.h), and never a pseudonym.
//
// A figure is told by type, or by name and cells together: a name that says so (…_days, …_cnt, 次数, 住院天数) whose cells are numbers as one writes figures, or
// cells that are decimals of different sizes, whatever the name. What the classifier calls an identifier, a code or a place is none; neither is a column
// whose name says code or number of a thing (…_no, …_id, 编号), or whose cells begin with zeros, are dates, or are longer than figures are.
#pragma once

#include <cstdint>
#include <string_view>

#include "classify/classify.h"

namespace sluice::deident {

// What the cells of a column look like as numbers.
class NumberShape {
 public:
  void add(std::string_view cell);  // empty ones do not count
  bool as_figures() const;          // all of them numbers as one writes figures
  bool as_dates() const;            // nearly all of them days
  bool decimals() const;            // most of them with something behind the point, and not all of one length before it

 private:
  uint64_t filled_ = 0, numbers_ = 0, fractions_ = 0, coded_ = 0, dates_ = 0;
  uint32_t lengths_ = 0;  // a bit for each number of digits before the point
};

// By type alone: money, what is measured, income and operating figures.
bool is_figure_type(std::string_view type);
bool is_figure(const classify::Verdict& verdict, const NumberShape& cells);

}  // namespace sluice::deident
