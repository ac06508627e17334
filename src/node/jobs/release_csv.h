// The rows in scope as CSV, with the recipient's marks where the release bears some: what a file release writes and what an
// independent check writes again. Internal to the release jobs.
#pragma once

#include "codec/csv.h"
#include "crypto/hash.h"
#include "node/jobs/release_marker.h"
#include "node/jobs/release_rows.h"

namespace sluice::node {

using BytesSink = std::function<Status(ByteView)>;

// visit_rows with marked columns. `marker` may be null.
Status visit_marked_rows(vault::SealedReader& reader, const ReleaseScope& scope, ReleaseMarker* marker,
                         const std::function<Status(std::span<const table::ColumnRef>, size_t row)>& row, const std::function<Status(size_t group)>& after_group);

// SM3 of what write_release_csv would write of the same rows: what a later check compares where another format left.
class CsvContent {
 public:
  explicit CsvContent(std::span<const table::ColumnSpec> specs);
  void row(std::span<const table::ColumnRef> shown, size_t r);
  Digest finish();

 private:
  void flush();
  Sm3 hash_;
  std::string buffer_, cell_;
  std::optional<CsvWriter> csv_;
};

// The number of rows.
Result<int64_t> write_release_csv(WorkerContext& context, vault::SealedReader& reader, const ReleaseScope& scope, ReleaseMarker* marker, const BytesSink& sink);

}  // namespace sluice::node
