// Use case: collect one file under a plan (C6.1). Worker, seal, judge, record.
#pragma once

#include "node/arrival_grades.h"
#include "node/node.h"

namespace sluice::node {

// Adopts the plan unless the same is in force already. A plan of that name with another content: "plan.name_known".
// `source_key` is the SM2 public key with which the source signs its manifests; empty where it cannot, or where the plan
// in force has one already.
Result<space::PlanId> adopt_plan(Node& node, const space::Principal& by, const collect::Plan& plan, const Bytes& source_key);

struct CollectRequest {
  space::PlanId plan;
  std::string file;  // path; FILE.manifest.json beside it is the source's manifest
  std::optional<space::SourceId> source{};  // whose run this is; absent: by hand
};
struct CollectAnswer {
  space::BatchId batch;
  bool sealed = false;
  std::string reason;  // why the whole batch is held
  int64_t rows = 0, accepted = 0, warned = 0, held = 0;
  space::DatasetId dataset;
  space::VersionId version;
  uint64_t seq = 0;
  std::optional<std::string> file_problem, file_problem_at;  // why the file could not be read to its end, and where
  std::optional<ArrivalGrades> grading;
  static constexpr auto fields =
      field_list(field("batch", &CollectAnswer::batch), field("sealed", &CollectAnswer::sealed), field("reason", &CollectAnswer::reason),
                 field("rows", &CollectAnswer::rows), field("accepted", &CollectAnswer::accepted), field("warned", &CollectAnswer::warned),
                 field("held", &CollectAnswer::held), field("dataset", &CollectAnswer::dataset), field("version", &CollectAnswer::version),
                 field("seq", &CollectAnswer::seq), field("file_problem", &CollectAnswer::file_problem),
                 field("file_problem_at", &CollectAnswer::file_problem_at), field("grading", &CollectAnswer::grading));
};

// "collection.batch_known" when the same file was sealed before. A file that cannot be read (csv.*, table.bad_parquet,
// collect.*) is held as a whole batch when a manifest lies beside it, with the reason on record; without one it is no batch of
// anybody: it is on record as a refused file, with both reasons (space/collection/collection.h), and the error is the answer. An interrupted collection leaves nothing either and may simply be run again.
Result<CollectAnswer> collect_batch(Node& node, const space::Principal& by, const CollectRequest& request, const ProgressFn& progress = {});

}  // namespace sluice::node
