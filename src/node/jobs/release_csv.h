// The rows in scope as CSV, with the recipient's marks where the release bears some: what a file release writes and what an
// independent check writes again. Internal to the release jobs.
#pragma once

#include "node/jobs/release_marker.h"
#include "node/jobs/release_rows.h"

namespace sluice::node {

using BytesSink = std::function<Status(ByteView)>;

// visit_rows with marked columns. `marker` may be null.
Status visit_marked_rows(vault::SealedReader& reader, const ReleaseScope& scope, ReleaseMarker* marker,
                         const std::function<Status(std::span<const table::ColumnRef>, size_t row)>& row, const std::function<Status(size_t group)>& after_group);

// The number of rows.
Result<int64_t> write_release_csv(WorkerContext& context, vault::SealedReader& reader, const ReleaseScope& scope, ReleaseMarker* marker, const BytesSink& sink);

}  // namespace sluice::node
