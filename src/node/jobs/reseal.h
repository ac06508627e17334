// A sealed version written again under fresh keys, row group by row group: some rows may stay out, and one column may come in another form. A chunk is never
// written again under its old key: its nonce is its number, and two texts under one nonce would open both.
#pragma once

#include <cstdint>
#include <functional>

#include "node/jobs/sealed_input.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

// Rows that are kept, one after the other: most groups lose none and are copied in one piece.
struct KeptRun {
  size_t from, count;
};
template <class Stays>
std::vector<KeptRun> kept_runs(size_t rows, Stays stays) {
  std::vector<KeptRun> runs;
  for (size_t row = 0; row < rows; row++) {
    if (!stays(row)) continue;
    if (!runs.empty() && runs.back().from + runs.back().count == row)
      runs.back().count++;
    else
      runs.push_back({row, 1});
  }
  return runs;
}

// What is not copied as it is.
struct ResealChange {
  std::function<Result<std::vector<KeptRun>>(size_t group)> kept{};  // unset: every row
  size_t column = SIZE_MAX;  // of the reader; its rows are those that are kept
  std::function<Result<table::Column>(size_t group, const table::Column& before)> cells{};
};

class Resealer {
 public:
  // The request names "dataset" and "new_version", whose folder goes below descriptor 0; the fresh keys come over the key channel, after those of what is
  // read. `total`: rows that are read in all, for whoever watches.
  static Result<Resealer> open(WorkerContext& context, std::vector<table::ColumnSpec> columns, uint64_t total);
  // Appends the rows of `reader`. "catalog.no_such_column" (detail: its name).
  Status copy(vault::SealedReader& reader, const ResealChange& change = {});
  uint64_t rows() const { return rows_; }
  // The version stands, and its manifest's text is given; without this nothing of it stays.
  Result<std::string> finish();

 private:
  Resealer(WorkerContext& context, std::vector<table::ColumnSpec> columns, uint64_t total) : context_(&context), columns_(std::move(columns)), total_(total) {}
  WorkerContext* context_;
  std::vector<table::ColumnSpec> columns_;
  uint64_t total_ = 0, rows_ = 0;
  std::unique_ptr<vault::SealedWriter> writer_;
};

// The reader's columns of these names, in their order; "catalog.no_such_column" (detail: the name).
Result<std::vector<table::ColumnSpec>> specs_named(const vault::SealedReader& reader, const std::vector<std::string>& names);
// Where a column stands in the reader.
Result<size_t> column_named(const vault::SealedReader& reader, const std::string& name);

}  // namespace sluice::node
