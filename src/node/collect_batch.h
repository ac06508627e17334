// Use case: collect one file under a plan (C6.1). Worker, seal, judge, record.
#pragma once

#include "node/node.h"

namespace sluice::node {

// Adopts the plan unless the same is in force already. A plan of that name with another content: "plan.name_known".
// `source_key` is the SM2 public key with which the source signs its manifests; empty where it cannot, or where the plan
// in force has one already.
Result<space::PlanId> adopt_plan(Node& node, const space::Principal& by, const collect::Plan& plan, const Bytes& source_key);

struct CollectRequest {
  space::PlanId plan;
  std::string file;  // path; FILE.manifest.json beside it is the source's manifest
};
struct CollectAnswer {
  space::BatchId batch;
  bool sealed = false;
  std::string reason;  // why the whole batch is held
  int64_t rows = 0, accepted = 0, warned = 0, held = 0;
  space::DatasetId dataset;
  space::VersionId version;
  uint64_t seq = 0;
  static constexpr auto fields =
      field_list(field("batch", &CollectAnswer::batch), field("sealed", &CollectAnswer::sealed), field("reason", &CollectAnswer::reason),
                 field("rows", &CollectAnswer::rows), field("accepted", &CollectAnswer::accepted), field("warned", &CollectAnswer::warned),
                 field("held", &CollectAnswer::held), field("dataset", &CollectAnswer::dataset), field("version", &CollectAnswer::version),
                 field("seq", &CollectAnswer::seq));
};

// "collection.batch_known" when the same file was sealed before; parser errors (csv.*, table.bad_parquet, collect.*) leave
// nothing. An interrupted collection leaves nothing either and may simply be run again.
Result<CollectAnswer> collect_batch(Node& node, const space::Principal& by, const CollectRequest& request, const ProgressFn& progress = {});

}  // namespace sluice::node
