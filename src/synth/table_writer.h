// One CSV table on its way to disk: rows, digest and control totals as they pass.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/csv.h"
#include "collect/manifest.h"
#include "crypto/hash.h"

namespace sluice::synth {

// Cells are appended left to right, in the order of the plan's fields. Texts come from our own lists, which hold nothing
// that needs quotes. Errors of the disk are kept and given by finish().
class TableWriter {
 public:
  TableWriter(const std::string& dir, collect::Plan plan, Encoding encoding);
  ~TableWriter();
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  void text(std::string_view value) {
    separate();
    buffer_.append(value);
  }
  void number(int64_t value);
  void money(int64_t fen);   // 12.30
  void day(int32_t days);    // YYYY-MM-DD
  void moment(int64_t seconds);  // YYYY-MM-DD hh:mm:ss, seconds since 1970 of the wall clock
  void end_row();
  // The row that was ended last, once more.
  void repeat_row();
  // What the row that is being written counts for in a control total.
  void count(size_t total, int64_t minor_units) { row_totals_[total] += minor_units; }

  uint64_t rows() const { return rows_; }
  const collect::Plan& plan() const { return plan_; }
  // Closes the file and gives its manifest, unsigned.
  Result<collect::BatchManifest> finish(TimeMs made_at);

 private:
  void separate() {
    if (!first_) buffer_ += ',';
    first_ = false;
  }
  void flush(size_t size);

  collect::Plan plan_;
  std::string path_;
  Encoding encoding_;
  std::FILE* file_;
  std::string buffer_;
  size_t row_start_ = 0, last_row_ = 0;
  bool first_ = true, failed_ = false;
  uint64_t rows_ = 0;
  std::vector<int64_t> totals_, row_totals_, last_totals_;
  Sm3 hash_;
};

}  // namespace sluice::synth
