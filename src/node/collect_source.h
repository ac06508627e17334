// Use case: rows of a database into the space, by a plan (C6.1.1, C6.1.2).
//
// Two workers: one reaches the database and holds no key, the other holds the keys of the new version and reaches nothing; a pipe
// lies between them. Both ends of the check are of one moment: count and control totals are measured at the source, in the snapshot
// that the rows are read from. A run that is cut off leaves nothing, and the next begins where the last sealed one ended.
#pragma once

#include "node/collect_batch.h"
#include "odbc/description.h"

namespace sluice::node {

struct CollectSourceAsk {
  space::PlanId plan;
  odbc::Description source;
  SecretText password;
  std::optional<space::SourceId> registered{};  // whose run this is; absent: by hand
};
struct CollectSourceAnswer {
  std::optional<CollectAnswer> batch;      // absent: nothing new
  std::optional<std::string> mark_before, mark_after;
  int64_t without_mark = 0;                // rows of the source that no incremental run takes
  static constexpr auto fields = field_list(field("batch", &CollectSourceAnswer::batch), field("mark_before", &CollectSourceAnswer::mark_before),
                                            field("mark_after", &CollectSourceAnswer::mark_after), field("without_mark", &CollectSourceAnswer::without_mark));
};

// "plan.not_found", "collection.plan_wants_file", "source.*" of odbc/connection.h, "collection.batch_known" (the whole table is as it was
// taken), "collection.mark_moved" (another run was faster). A source whose form is not the plan's any more (a column or table that is
// gone, a change while it was read, a value that is not of its type) is a batch that is held, with that reason.
Result<CollectSourceAnswer> collect_source(Node& node, const space::Principal& by, const CollectSourceAsk& ask, const ProgressFn& progress = {});

}  // namespace sluice::node
