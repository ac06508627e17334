// Use case: several collected versions of one dataset become one version (C6.1): a month's batches, and corrected rows with the
// batch that they were held from. Later work (grading, masking, products) names the version it is done on.
#pragma once

#include "node/arrival_grades.h"
#include "node/node.h"

namespace sluice::node {

struct MergeAsk {
  space::DatasetId dataset;
  std::vector<space::VersionId> parts;  // empty: all collected versions that no version of the dataset was made of yet
  // A row that a later part sent again under the same key supersedes the earlier one; the plan's key fields count. Absent: every row stays.
  std::optional<bool> newest_by_key{};
  static constexpr auto fields = field_list(field("dataset", &MergeAsk::dataset), field("parts", &MergeAsk::parts), field("newest_by_key", &MergeAsk::newest_by_key));
};
struct MergeAnswer {
  space::DatasetId dataset;
  space::VersionId version;
  std::vector<space::VersionId> parts;
  int64_t rows = 0;
  uint64_t seq = 0;
  std::optional<int64_t> superseded{};
  std::optional<ArrivalGrades> grading{};
  static constexpr auto fields = field_list(field("dataset", &MergeAnswer::dataset), field("version", &MergeAnswer::version),
                                            field("parts", &MergeAnswer::parts), field("rows", &MergeAnswer::rows), field("seq", &MergeAnswer::seq), field("superseded", &MergeAnswer::superseded), field("grading", &MergeAnswer::grading));
};
// "merge.*" of space/collection/correction.h, "merge.no_key". Rows follow in the order of the parts, which is the order in which one supersedes
// another; within a part keys are unique.
Result<MergeAnswer> merge_versions(Node& node, const space::Principal& by, const MergeAsk& ask, const ProgressFn& progress = {});

}  // namespace sluice::node
