// The recipient's marks in the rows of a release, while they leave (deident/mark.h). Carriers keep their type; k over the released
// quasi-identifiers is counted before and after. Internal to the release jobs.
#pragma once

#include "deident/mark.h"
#include "node/process/worker.h"
#include "table/classes.h"

namespace sluice::node {

class ReleaseMarker {
 public:
  // Nothing when the request's "marks" are absent; else the key comes next over the key channel. `specs`: the released columns.
  static Result<std::optional<ReleaseMarker>> create(WorkerContext& context, const std::vector<table::ColumnSpec>& specs);

  // Puts marked columns in the place of the carriers. `shown`: the released columns of some rows, in the order of `specs`.
  Status mark(std::vector<table::ColumnRef>& shown);
  // Counts a row that leaves, before and after; `shown` are the columns that mark() was given and gave last.
  void count(size_t row);
  // "mark.k_too_small" when marking took classes below the strategy's k that were not below it before. {cells_changed, cells_marked,
  // k_before, k_min}.
  Result<Json> finish();

 private:
  ReleaseMarker(deident::Strategy strategy, deident::BoundMarks bound, std::vector<table::ColumnSpec> specs);
  deident::Strategy strategy_;
  deident::BoundMarks bound_;
  std::vector<table::ColumnSpec> specs_;
  std::vector<size_t> quasi_;
  std::vector<table::ColumnRef> before_, after_;  // of the quasi-identifiers in the rows at hand
  std::vector<table::KeyEncoder> codes_before_, codes_after_;
  uint64_t changed_ = 0;
};

}  // namespace sluice::node
