// The classification-and-grading list (G2.8) of a scanned source: one row a field, with all columns that the guide names.
//
// What cannot be measured (department, retention, processing, external provision) is left empty for people to fill in;
// `completeness_permille` says how much of the list is filled. Measures are the protection profile of the field's level.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "classify/classify.h"

namespace sluice::classify {

struct ListOrigin {
  std::string department, system, place;  // as far as known; empty otherwise
};

struct GradedList {
  std::vector<std::vector<std::string>> rows;  // the first is the header, Chinese with English in brackets
  int64_t completeness_permille = 0;
};
GradedList graded_list(const rules::RuleSet& rules, std::span<const FieldInput> fields, std::span<const Verdict> verdicts, const ListOrigin& origin);

// The list as a file by its ending: .csv (UTF-8 with BOM, formulas guarded), .json or .xlsx; "list.unknown_format" otherwise.
Result<std::string> encode_list(const GradedList& list, std::string_view path);

}  // namespace sluice::classify
