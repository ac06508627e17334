// A sample of a dataset's rows, by which copies of them are known under other names and in another order, wholly or in part.
//
// Rows are compared, not values: that a value stands in two tables says that one refers to the other. Of each value that stands in one row alone (six bytes
// or more; an anchor) the row is kept, as the set of its cells; values that stand in several rows are kept as such. Both are keyed hashes, of the
// kRowAnchors values with the smallest: samples of the same rows agree whatever their order. Two datasets hold the same rows when of the anchors that both
// samples speak for kSameRows or more, and half of the smaller side, stand in rows that agree; rows agree when nine tenths of the narrower one's telling
// cells, and two at least, are in the other. A cell tells nothing whose value is in more than a sixteenth of a sample's rows.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "table/column.h"

namespace sluice::node {

inline constexpr size_t kRowAnchors = 512, kRowCells = 32, kSameRows = 16, kAnchorBytes = 6, kCellBytes = 2;

// By anchor: marks of the row's cells, ascending, the kRowCells smallest; none: the value stands in several rows.
using RowSample = std::map<uint64_t, std::vector<uint32_t>>;

// As bytes, with the version of the format before them; what has another version, or is not one, is an empty sample.
Bytes pack_sample(const RowSample& sample);
RowSample unpack_sample(ByteView bytes);
// Of both together. A row that came again takes the place of the one before.
RowSample join_samples(RowSample older, const RowSample& newer);
// How many permille of the smaller side's anchors stand in rows that agree; 0: not the same rows, or too little to say.
int64_t same_permille(const RowSample& a, const RowSample& b);

// In the worker: hands rows on and samples them. Without a seed nothing is sampled.
class SampledRows final : public table::BatchSink {
 public:
  SampledRows(table::BatchSink& next, ByteView seed);
  Status append(const table::Batch& batch) override;
  Status finish() override { return next_.finish(); }
  const RowSample& sample() const { return sample_; }

 private:
  void take(const table::Batch& batch, size_t row, std::string_view value);
  std::vector<uint32_t> cells_of(const table::Batch& batch, size_t row) const;
  table::BatchSink& next_;
  std::optional<uint64_t> seed_;
  RowSample sample_;
};

}  // namespace sluice::node
