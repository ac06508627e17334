// What fresh rows did to the grades of a dataset that was classified before (classify_version.h): part of the answer of whatever made the version.
#pragma once

#include <string>
#include <vector>

#include "codec/record.h"

namespace sluice::node {

struct ArrivalGrades {
  std::vector<std::string> reopened;  // columns whose verdict was reopened
  int64_t review = 0;                 // columns that wait for a person now
  std::string problem;                // why nothing could be measured; a task is left for people
  static constexpr auto fields =
      field_list(field("reopened", &ArrivalGrades::reopened), field("review", &ArrivalGrades::review), field("problem", &ArrivalGrades::problem));
};

}  // namespace sluice::node
