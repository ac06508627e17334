// Which rows of a sealed version a masking run takes, group by group: those of the strategy's sample, and, where it is demanded, those
// without level-5 content (the classifier's codes and terms; issue 4, row-level grading). Whatever is left out is not learnt from either, so
// that no value of it can come back by a permutation or a mean. Internal to the mask job.
#pragma once

#include "deident/masker.h"
#include "vault/sealed_reader.h"

namespace sluice::node {

// Some columns of the taken rows of one group, at their places in the version; the others are null.
struct TakenRows {
  std::vector<table::ColumnRef> columns;
  size_t rows = 0;
  uint64_t first_row = 0;  // counted over the taken rows
};

class RowChoice {
 public:
  // `level5`: positions of the columns that are looked at for level-5 content, by the rules of `packs` (null: the built-in ones).
  static Result<RowChoice> make(vault::SealedReader& reader, const deident::Masker& masker, const std::vector<size_t>& level5, const Json* packs);

  // `wanted`: one flag a column.
  Result<TakenRows> group(size_t number, const std::vector<bool>& wanted) const;
  uint64_t taken() const { return taken_; }
  uint64_t not_sampled() const { return not_sampled_; }
  uint64_t level5() const { return level5_; }

 private:
  explicit RowChoice(vault::SealedReader& reader) : reader_(reader) {}
  vault::SealedReader& reader_;
  std::vector<std::vector<uint8_t>> stays_;  // by group; empty: all of its rows
  std::vector<uint64_t> first_, rows_;       // by group
  uint64_t taken_ = 0, not_sampled_ = 0, level5_ = 0;
};

// The rows of `batch` whose flag is set.
table::Batch rows_of_batch(const table::Batch& batch, std::span<const table::ColumnSpec> specs, std::span<const uint8_t> stays);

}  // namespace sluice::node
