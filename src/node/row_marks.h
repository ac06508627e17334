// The same rows under another name: a copy of data that comes in by another plan, from another source, under other columns, or in part, is found by its
// content, so that splitting operations over copies is one operation to the windows (space/operation/windows.h).
//
// Of each dataset a sample of the distinct values of its texts and long numbers is kept, the kRowMarks smallest under a keyed hash: samples of the same
// values agree whatever the order of rows and columns. Two datasets hold the same rows when of the values that both samples speak for at least kSameMarks
// are in both, and these are half of the smaller side or more. The seed and the samples lie sealed in the registry; the ledger gets the finding alone.
//
// Not found: rows whose values were changed (cut, joined, masked), tables with fewer than kSameMarks distinct values of at least kMarkedBytes bytes, rows
// that were held and corrected one by one, what was collected before there were samples, and before something of the dataset was destroyed. Found too often: tables that have most of their values in
// common though their rows say other things, such as two registers of the same persons; a second person then approves what the windows stop.
#pragma once

#include <map>
#include <set>

#include "base/bytes.h"
#include "node/node.h"
#include "table/column.h"

namespace sluice::node {

inline constexpr size_t kRowMarks = 256, kSameMarks = 16, kMarkedBytes = 6;

// A sample as bytes: eight a mark, ascending.
Bytes pack_marks(const std::set<uint64_t>& marks);
std::set<uint64_t> unpack_marks(ByteView bytes);
// The marks of both together; and how many permille of the smaller side are in the other, 0 where that is too little to say.
std::set<uint64_t> join_marks(std::set<uint64_t> a, const std::set<uint64_t>& b);
int64_t same_permille(const std::set<uint64_t>& a, const std::set<uint64_t>& b);

// In the worker: hands rows on and samples them. Without a seed nothing is sampled.
class MarkedRows final : public table::BatchSink {
 public:
  MarkedRows(table::BatchSink& next, ByteView seed);
  Status append(const table::Batch& batch) override;
  Status finish() override { return next_.finish(); }
  Bytes marks() const { return pack_marks(marks_); }

 private:
  void take(std::string_view text);
  table::BatchSink& next_;
  std::optional<uint64_t> seed_;
  std::set<uint64_t> marks_;
};

// Made when first asked for.
Result<SecretBytes> row_marks_seed(Node& node);
// Adds a sample (base64) to the dataset's and reports which others hold the same rows. What goes wrong is logged: the batch stands.
void note_row_marks(Node& node, const space::Principal& by, const space::DatasetId& dataset, const std::string& sample);
// Something of the dataset was destroyed: its sample goes too, and begins anew with what comes. What was found before stands.
void forget_row_marks(Node& node, const space::DatasetId& dataset);

}  // namespace sluice::node
