// Rows of text from formats that are not CSV: JSON lines, worksheets. A source is read on one thread; its blocks are checked by many.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "codec/csv.h"

namespace sluice::collect {

class BlockSource {
 public:
  virtual ~BlockSource() = default;
  // The columns of every block.
  virtual const std::vector<std::string>& header() const = 0;
  // False at the end; `out` then has no rows. Text is valid UTF-8 without NUL; an absent value is an empty cell.
  virtual Result<bool> next(CsvBlock& out) = 0;
  // Names that stood in the file and that the plan does not know, as far as the source leaves them out itself.
  virtual std::vector<std::string> dropped() const { return {}; }
  // Of messages that were read: the first eight bytes of the SM3 of each msgid, one after another.
  virtual Bytes message_marks() const { return {}; }
};

// Appends cells to a block row by row.
class BlockBuilder {
 public:
  explicit BlockBuilder(CsvBlock& out) : out_(out) {
    out.text.clear();
    out.cells.clear();
    out.rows = 0;
    out.non_ascii = false;
  }
  void cell(std::string_view text) {
    out_.cells.push_back({static_cast<uint32_t>(out_.text.size()), static_cast<uint32_t>(text.size())});
    out_.text.insert(out_.text.end(), text.begin(), text.end());
  }
  void end_row() { out_.rows++; }
  bool full() const { return out_.rows >= kRowsMax || out_.text.size() >= kTextMax; }

 private:
  static constexpr size_t kRowsMax = 8192, kTextMax = 4u << 20;
  CsvBlock& out_;
};

}  // namespace sluice::collect
