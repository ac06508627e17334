// What rows are checked against besides their plan: code tables that were handed over, and the origins of refunds in earlier versions.
#pragma once

#include "collect/pipeline.h"
#include "node/process/worker.h"

namespace sluice::node {

struct CollectChecks {
  std::optional<collect::CodeTables> tables;
  std::optional<collect::RefundBook> refunds;
  void give(collect::CollectOptions& options) {
    if (tables) options.tables = &*tables;
    if (refunds) options.refunds = &*refunds;
  }
};
// The request's "tables" (node/code_tables.h) and "origins" (inputs as of grant_further, whose keys come after those received so far).
Result<CollectChecks> read_collect_checks(WorkerContext& context, const collect::Plan& plan);

}  // namespace sluice::node
