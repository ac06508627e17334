// The file that a search writes: rows in their order, columns as they were, generalised, replaced or left out.
//
// The input is read a second time; what differs from the first ends with "anonymity.input_changed". CSV stays CSV of its separator; where input or output is
// Parquet, written columns become text and the others keep their types. Appears under its name whole or not at all. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "anonymity/anonymize.h"

namespace sluice::anonymity {

struct WrittenColumn {
  enum class Marked { star, label };
  const TableColumn* source = nullptr;                  // null: copied
  bool dropped = false;                                 // does not go out
  Marked marked = Marked::star;                         // what stands in a suppressed row that stays
  std::vector<std::vector<std::string_view>> labels{};  // level, code; levels that nobody has are empty
  std::vector<uint8_t> level_of_class{};                // empty: the only level that has labels
  size_t level = 0;

  // What stands in a row that stays, marked where it is suppressed.
  std::string_view label(uint64_t row, uint32_t class_of_row) const {
    if (class_of_row == kSuppressed && marked == Marked::star) return "*";
    return labels[level_of_class.empty() ? level : level_of_class[class_of_row]][source->keys.codes[row]];
  }
};

// `columns` are those of the table's header; Request::written sees the file before it has its name.
Status write_output(const Request& request, const CsvTable& table, const std::vector<WrittenColumn>& columns, std::span<const uint32_t> class_of_row, const Report& report);

}  // namespace sluice::anonymity
