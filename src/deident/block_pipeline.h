// Blocks go in by number, are masked by several threads in any order, and come out in order: whoever completes the next
// block in order writes it. At most two blocks a thread and two more are alive. A block that is no text in the file's encoding is refused
// (deident/text_fault.h; detail: record and field).
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "deident/csv_block.h"
#include "deident/csv_input.h"
#include "base/pending_file.h"

namespace sluice::deident {

class BlockPipeline {
 public:
  struct Options {
    char delimiter;
    TextEncoding encoding;
    Scan scan;
    Digesting digesting;
    unsigned threads;
  };
  BlockPipeline(const Masker& masker, const Options& options, PendingFile& out);
  ~BlockPipeline() { (void)finish(); }

  void header(std::string_view text);
  // Memory of a block that is written, or none: for the reader of the next.
  std::string spare_block();
  // False: a block has failed, feeding more is useless.
  bool feed(std::string block, uint64_t first_row);
  Status finish();

  // After finish().
  uint64_t rows() const { return rows_; }
  uint64_t dropped() const { return dropped_; }
  const std::vector<CellTally>& cells() const { return cells_; }
  const std::vector<ResidualTally>& residual() const { return residual_; }
  Digest digest() { return digest_.finish(); }

 private:
  struct Job {
    uint64_t number = 0, first_row = 0;
    std::string block{};
  };
  void work();
  void deliver(Job job, BlockResult result);
  Status write_out(const BlockResult& result);
  void start_writeback();

  const Masker& masker_;
  const Options options_;
  PendingFile& out_;
  const uint64_t window_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> todo_;
  std::map<uint64_t, BlockResult> ready_;
  std::vector<std::string> spare_blocks_, spare_outputs_;  // fresh memory costs a page fault for each 4 KiB
  uint64_t fed_ = 0, written_ = 0;
  bool closed_ = false, failed_ = false, writing_ = false;
  Status status_;
  std::vector<std::thread> workers_;
  // Touched only by the thread that is writing.
  uint64_t rows_ = 0, dropped_ = 0;
  uint64_t bytes_out_ = 0, bytes_on_their_way_ = 0;
  std::vector<CellTally> cells_;
  std::vector<ResidualTally> residual_;
  RunningDigest digest_;
};

// The header of the masked file, with byte order mark and line end as the input has them.
std::string header_line(const CsvInput& in, const Masker& masker);

}  // namespace sluice::deident
