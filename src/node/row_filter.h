// Row filters of contracts and requests: conditions on columns, all of which must hold. A null meets no condition but `ne`.
//
// Text columns compare as bytes, all others as the integers behind their text; a value that does not parse as the column's
// type is refused when the filter is made: "filter.bad_value" (detail: the column).
//
// Of a column whose tokens bear recipient marks (deident/token_marks.h) `eq`, `in` and `ne` mean the token, whichever symbol it shows: what a recipient
// names was taken from a marked copy, perhaps of another table.
#pragma once

#include <vector>

#include "deident/token_marks.h"
#include "space/application/application.h"
#include "table/column.h"

namespace sluice::node {

class RowFilter {
 public:
  static Result<RowFilter> create(const std::vector<space::RowCondition>& conditions, std::span<const table::ColumnSpec> specs,
                                  const std::vector<deident::TokenForm>& tokens = {});

  bool empty() const { return terms_.empty(); }
  // Positions (in the specs) of the columns it looks at, in the order that matches() wants them.
  const std::vector<size_t>& columns() const { return columns_; }
  // Whether a row meets every condition; `read[i]` is the column at columns()[i].
  bool matches(std::span<const table::ColumnRef> read, size_t row) const;

 private:
  struct Term {
    size_t at;  // into columns_
    std::string op;
    std::vector<std::string> texts;
    std::vector<int64_t> numbers;
  };
  static bool holds(const Term& term, const table::Column& column, size_t row);
  std::vector<Term> terms_;
  std::vector<size_t> columns_;
};

}  // namespace sluice::node
