// A hierarchy learnt from a column's own values, as an ARX CSV (anonymity/hierarchy.h reads it back).
//
//   numbers and dates   nested intervals of about equally many rows: `fanout` neighbouring intervals become one on each level, so that
//                       frequent regions keep detail. They are cut at round numbers (a year's or month's first day) where there is one between two values, and open at
//                       both ends: "<20", "20-29", "1950-01-01..1959-12-31", "70+". The least and the greatest value are somebody's and stand in no label.
//   codes               values of one length, letters, digits and signs: characters fall away from the right, two at a time, as `*`.
//   other texts         values of fewer rows than one in `fanout`² of the mean become (other) on level 1.
// The highest level is `*`. Every value of the column is listed once, empty cells are not. Deterministic; independent of row order.
// Errors: "anonymity.no_rows"; "hierarchy.cannot_learn" where a value holds the separator `;`, a quote or a line end.
#pragma once

#include <string>

#include "anonymity/csv_table.h"

namespace sluice::anonymity {

enum class ColumnShape { numbers, codes, texts };
ColumnShape shape_of(const TableColumn& column);

Result<std::string> learn_hierarchy(const TableColumn& column, unsigned fanout = 3);

}  // namespace sluice::anonymity
