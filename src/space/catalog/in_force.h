// Which version of a dataset stands for it when nobody names one: to classify it, to plan and mask, to take rows out.
//
//   Of what was collected and has its keys: no part of another living version, and not merely the few rows that were held first and corrected
//   since. Of several that were not merged, the one whose rows came last; a version that was corrected, lost rows or was written again stands where the one it
//   was made of stood. Where nothing else is left, corrected rows are better than none.
#pragma once

#include "space/state.h"

namespace sluice::space {

constexpr std::string_view kVersionInForce = "in-force";  // in the place of a version's id

struct VersionInForce {
  VersionId version;           // empty: nothing is left
  int64_t number = 0, rows = 0;
  int64_t beside = 0;          // other versions whose rows are not in it
  static constexpr auto fields = field_list(field("version", &VersionInForce::version), field("number", &VersionInForce::number), field("rows", &VersionInForce::rows),
                                            field("beside", &VersionInForce::beside));
};
VersionInForce version_in_force(const State& state, const DatasetId& dataset);

}  // namespace sluice::space
