// Use case: the source takes rows back (docs/formats/source-deletion.md): a CSV of keys with a signed manifest becomes one more version of
// the dataset, without those rows. Older versions stay, since releases name them, until their retention ends.
#pragma once

#include "node/arrival_grades.h"
#include "node/node.h"

namespace sluice::node {

struct DeleteAsk {
  space::PlanId plan;
  std::string file;          // CSV of the plan's key fields; FILE.manifest.json beside it, of the plan "ID:deletion"
  space::VersionId version;  // empty: the one in force (space/catalog/in_force.h)
};
struct DeleteAnswer {
  space::DatasetId dataset;
  space::VersionId from, version;
  int64_t rows = 0, removed = 0, unmatched = 0;
  uint64_t seq = 0;
  std::optional<ArrivalGrades> grading{};
  static constexpr auto fields = field_list(field("dataset", &DeleteAnswer::dataset), field("from", &DeleteAnswer::from), field("version", &DeleteAnswer::version),
                                            field("rows", &DeleteAnswer::rows), field("removed", &DeleteAnswer::removed), field("unmatched", &DeleteAnswer::unmatched),
                                            field("seq", &DeleteAnswer::seq), field("grading", &DeleteAnswer::grading));
};
// "manifest.*" (a list is believed as a batch is: signed by the source, whole), "deletion.no_key", "deletion.bad_rows",
// "deletion.nothing_matched", "deletion.nothing_left", "version.not_found". Anything refused leaves nothing.
Result<DeleteAnswer> delete_rows(Node& node, const space::Principal& by, const DeleteAsk& ask, const ProgressFn& progress = {});

}  // namespace sluice::node
