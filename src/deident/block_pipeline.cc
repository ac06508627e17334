#include "deident/block_pipeline.h"

#include <fcntl.h>

#include "deident/text_fault.h"

namespace sluice::deident {

BlockPipeline::BlockPipeline(const Masker& masker, const Options& options, PendingFile& out)
    : masker_(masker), options_(options), out_(out), window_(options.threads * 2 + 2), digest_(options.digesting) {
  cells_.resize(masker.columns());
  residual_.resize(masker.columns());
  for (unsigned i = 0; i < options.threads; i++) workers_.emplace_back([this] { work(); });
}

void BlockPipeline::header(std::string_view text) {
  digest_.update(text);
}

std::string BlockPipeline::spare_block() {
  std::lock_guard lock(mutex_);
  if (spare_blocks_.empty()) return {};
  std::string memory = std::move(spare_blocks_.back());
  spare_blocks_.pop_back();
  return memory;
}

bool BlockPipeline::feed(std::string block, uint64_t first_row) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return fed_ - written_ < window_ || failed_; });
  if (failed_) return false;
  todo_.push_back({fed_++, first_row, std::move(block)});
  changed_.notify_all();
  return true;
}

Status BlockPipeline::finish() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  for (auto& t : workers_) t.join();
  workers_.clear();
  return status_;
}

void BlockPipeline::work() {
  while (true) {
    Job job;
    BlockResult result;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !todo_.empty() || closed_ || failed_; });
      if (failed_ || todo_.empty()) return;
      job = std::move(todo_.front());
      todo_.pop_front();
      if (!spare_outputs_.empty()) {
        result.out = std::move(spare_outputs_.back());
        spare_outputs_.pop_back();
      }
    }
    result.out.clear();
    const std::string_view records = CsvInput::record_bytes(job.block);
    if (auto fault = text_fault(records, options_.encoding)) {
      FaultPlace place = place_of_fault(records, options_.delimiter, masker_.columns(), fault->at);
      result.error = fault->reason;
      result.error_row = place.record;
      result.error_column = place.field;
    } else {
      mask_block(masker_, options_.delimiter, records, job.first_row, options_.scan, result);
    }
    deliver(std::move(job), std::move(result));
  }
}

void BlockPipeline::deliver(Job job, BlockResult result) {
  std::unique_lock lock(mutex_);
  ready_.emplace(job.number, std::move(result));
  spare_blocks_.push_back(std::move(job.block));
  if (writing_) return;
  writing_ = true;
  while (!failed_) {
    auto next = ready_.find(written_);
    if (next == ready_.end()) break;
    BlockResult mine = std::move(next->second);
    ready_.erase(next);
    lock.unlock();
    Status status = write_out(mine);
    lock.lock();
    spare_outputs_.push_back(std::move(mine.out));
    written_++;
    if (!status) {
      status_ = status;
      failed_ = true;
    }
    changed_.notify_all();
  }
  writing_ = false;
}

Status BlockPipeline::write_out(const BlockResult& result) {
  if (!result.error.empty()) {
    std::string where = "record " + std::to_string(rows_ + result.error_row + 2) + ", field " + std::to_string(result.error_column + 1);
    return fail(Errc::invalid, result.error, where);
  }
  rows_ += result.rows;
  dropped_ += result.dropped;
  for (size_t c = 0; c < cells_.size(); c++) {
    cells_[c].masked += result.cells[c].masked;
    cells_[c].nulls += result.cells[c].nulls;
    cells_[c].failed += result.cells[c].failed;
    residual_[c].add(result.residual[c]);
  }
  digest_.update(result.out);
  TRY(out_.write(result.out));
  bytes_out_ += result.out.size();
  start_writeback();
  return {};
}

// The disk begins while we go on masking, so that the fsync at the end has little left to wait for. A hint: its errors come back there.
void BlockPipeline::start_writeback() {
  constexpr uint64_t piece = 16u << 20;
  if (bytes_out_ - bytes_on_their_way_ < piece) return;
  (void)::sync_file_range(out_.fd(), static_cast<off64_t>(bytes_on_their_way_), static_cast<off64_t>(bytes_out_ - bytes_on_their_way_), SYNC_FILE_RANGE_WRITE);
  bytes_on_their_way_ = bytes_out_;
}

std::string header_line(const CsvInput& in, const Masker& masker) {
  std::string head = in.has_bom() ? "\xef\xbb\xbf" : "";
  bool first = true;
  for (size_t c = 0; c < in.header().size(); c++) {
    if (masker.dropped(c)) continue;
    if (!std::exchange(first, false)) head += in.delimiter();
    put_field(head, in.raw_header()[c], in.delimiter());
  }
  head += in.line_end();
  return head;
}

}  // namespace sluice::deident
