#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <set>
#include <thread>

#include "base/file.h"
#include "base/limits.h"
#include "base/pending_file.h"
#include "table/duck_database.h"
#include "table/duck_scan.h"
#include "table/limits.h"
#include "table/parquet.h"

namespace sluice::table {

namespace {

constexpr size_t kQueuedBatches = 2;

// Batches on their way from append() to the engine, which draws them as a scan of one thread.
class BatchQueue {
 public:
  // False when the reader has stopped.
  bool push(GroupFeed::Group group) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() < kQueuedBatches || stopped_; });
    if (stopped_) return false;
    waiting_.push_back(std::move(group));
    changed_.notify_all();
    return true;
  }
  Result<GroupFeed::Group> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty() || ended_ || cancelled_; });
    if (cancelled_) return fail(Errc::conflict, "table.interrupted");
    if (waiting_.empty()) return GroupFeed::Group{};
    GroupFeed::Group group = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return group;
  }
  void end() { set(ended_); }
  void cancel() { set(cancelled_); }
  void stop() { set(stopped_); }

 private:
  void set(bool& flag) {
    std::lock_guard lock(mutex_);
    flag = true;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<GroupFeed::Group> waiting_;
  bool ended_ = false, cancelled_ = false, stopped_ = false;
};

class QueueFeed final : public GroupFeed {
 public:
  explicit QueueFeed(BatchQueue& queue) : queue_(queue) {}
  Result<Group> next(const std::vector<size_t>& columns) override {
    Group whole = TRY(queue_.pop());
    Group out{.rows = whole.rows, .columns = {}};
    for (size_t column : columns)
      if (whole.rows > 0) out.columns.push_back(whole.columns[column]);
    return out;
  }
  size_t threads_max() const override { return 1; }

 private:
  BatchQueue& queue_;
};

class QueueSource final : public FeedSource {
 public:
  QueueSource(std::vector<ColumnSpec> specs, BatchQueue& queue) : specs_(std::move(specs)), queue_(queue) {}
  const std::vector<ColumnSpec>& specs() const override { return specs_; }
  std::optional<uint64_t> rows() const override { return std::nullopt; }
  std::unique_ptr<GroupFeed> open() override { return std::make_unique<QueueFeed>(queue_); }

 private:
  std::vector<ColumnSpec> specs_;
  BatchQueue& queue_;
};

class ParquetSink final : public BatchSink {
 public:
  static Result<std::unique_ptr<BatchSink>> create(const std::string& path, const std::vector<ColumnSpec>& specs,
                                                   const EngineLimits& limits, const ParquetNotes& notes) {
    std::error_code ec;
    std::string whole = std::filesystem::absolute(path, ec).string();
    // Made here, with our own mode, so that a place where nothing can be written is known now.
    PendingFile file = TRY(PendingFile::create(whole));
    auto sink = std::unique_ptr<ParquetSink>(new ParquetSink(std::move(file), specs));
    sink->database_ = TRY(DuckDatabase::open({.limits = limits, .files = {sink->file_.temporary()}}));
    sink->registry_ = TRY(ScanRegistry::install(*sink->database_));
    sink->start(notes);
    return std::unique_ptr<BatchSink>(std::move(sink));
  }

  ~ParquetSink() override {
    queue_.cancel();
    if (writer_.joinable()) writer_.join();
    database_.reset();
  }

  Status append(const Batch& batch) override {
    TRY(check_shape(batch, specs_));
    if (batch.rows == 0) return {};
    GroupFeed::Group group{.rows = batch.rows, .columns = {}};
    for (const Column& column : batch.columns) group.columns.push_back(std::make_shared<const Column>(column));
    if (queue_.push(std::move(group))) return {};
    return join();
  }

  Status finish() override {
    if (finished_) return fail(Errc::conflict, "table.sink_closed");
    finished_ = true;
    queue_.end();
    TRY(join());
    return file_.commit();
  }

 private:
  ParquetSink(PendingFile file, std::vector<ColumnSpec> specs) : file_(std::move(file)), specs_(std::move(specs)) {}

  static std::string notes_words(const ParquetNotes& notes) {
    if (notes.empty()) return {};
    std::string out;
    for (const auto& [key, text] : notes) out += (out.empty() ? "" : ", ") + quote_literal(key) + ": " + quote_literal(text);
    return ", KV_METADATA {" + out + "}";
  }

  void start(const ParquetNotes& notes) {
    uint64_t id = 0;
    std::string scan = registry_->add(std::make_shared<QueueSource>(specs_, queue_), &id);
    std::string sql = "COPY (SELECT * FROM " + scan + ") TO " + quote_literal(file_.temporary()) +
                      " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, USE_TMP_FILE false" + notes_words(notes) + ")";
    writer_ = std::thread([this, sql] {
      outcome_ = database_->run(sql);
      queue_.stop();
    });
  }

  Status join() {
    if (writer_.joinable()) writer_.join();
    if (outcome_ || outcome_.error().reason != "table.failed") return outcome_;
    return fail(Errc::io, "file.unwritable");
  }

  PendingFile file_;
  std::vector<ColumnSpec> specs_;
  BatchQueue queue_;
  std::unique_ptr<ScanRegistry> registry_;
  std::unique_ptr<DuckDatabase> database_;
  std::thread writer_;
  Status outcome_;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<BatchSink>> create_parquet(const std::string& path, const std::vector<ColumnSpec>& specs,
                                                  const EngineLimits& limits, const ParquetNotes& notes) {
  if (specs.empty() || specs.size() > kTableColumnsMax) return fail(Errc::invalid, "table.bad_columns");
  for (const ColumnSpec& spec : specs)
    if (spec.name.empty() || spec.name.find('\0') != std::string::npos) return fail(Errc::invalid, "table.bad_columns");
  for (const auto& [key, text] : notes)
    if (key.empty() || key.find('\0') != std::string::npos || text.find('\0') != std::string::npos) return fail(Errc::invalid, "table.bad_columns", "notes");
  return ParquetSink::create(path, specs, limits, notes);
}

}  // namespace sluice::table
