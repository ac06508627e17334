#include "deident/apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "crypto/hash.h"
#include "deident/csv_block.h"
#include "deident/risk.h"

namespace sluice::deident {

namespace {

constexpr size_t kBlockBytes = 2u << 20;
constexpr size_t kPadding = 16;  // word reads behind the block

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close_now(); }
  int get() const { return fd_; }
  void close_now() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// The output beside its final name; removed unless committed.
class PendingFile {
 public:
  static Result<PendingFile> create(const std::string& path) {
    std::string temporary = path + ".part." + std::to_string(::getpid());
    int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return tl::unexpected(last_os_error("file.unwritable"));
    return PendingFile(path, std::move(temporary), fd);
  }
  PendingFile(PendingFile&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})), fd_(std::exchange(other.fd_, -1)) {}
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }
  const std::string& temporary() const { return temporary_; }
  Status write(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return tl::unexpected(last_os_error("file.unwritable"));
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return {};
  }
  Status commit() {
    if (::fsync(fd_) != 0) return tl::unexpected(last_os_error("file.unwritable"));
    ::close(std::exchange(fd_, -1));
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return tl::unexpected(last_os_error("file.unwritable"));
    temporary_.clear();
    auto slash = path_.rfind('/');
    std::string dir = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
    Descriptor folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0) ::fsync(folder.get());
    return {};
  }

 private:
  PendingFile(std::string path, std::string temporary, int fd) : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}
  std::string path_, temporary_;
  int fd_;
};

char find_delimiter(std::string_view data) {
  std::string_view line = data.substr(0, data.find('\n'));
  char best = ',';
  auto most = std::count(line.begin(), line.end(), ',');
  for (char d : {'\t', ';', '|'}) {
    auto n = std::count(line.begin(), line.end(), d);
    if (n > most) {
      most = n;
      best = d;
    }
  }
  return best;
}

// UTF-8 unless the bytes say otherwise; a character cut by the end of the sample does not count.
TextEncoding find_encoding(std::string_view data) {
  for (size_t cut = 0; cut < 4 && cut <= data.size(); cut++)
    if (is_utf8(data.substr(0, data.size() - cut))) return TextEncoding::utf8;
  return TextEncoding::gb18030;
}

Result<size_t> read_some(int fd, char* to, size_t size) {
  while (true) {
    ssize_t n = ::read(fd, to, size);
    if (n >= 0) return static_cast<size_t>(n);
    if (errno != EINTR) return tl::unexpected(last_os_error("file.unreadable"));
  }
}

// Blocks go in by number, are masked in any order, and come out in order. One feeder, many workers; whoever completes the
// next block in order writes it. At most `window` blocks are alive.
class BlockPipeline {
 public:
  BlockPipeline(const Masker& masker, char delimiter, const ApplyOptions& options, PendingFile& out, unsigned threads)
      : masker_(masker), delimiter_(delimiter), options_(options), out_(out), window_(threads * 2 + 2) {
    cells_.resize(masker.columns());
    residual_.resize(masker.columns());
    for (unsigned i = 0; i < threads; i++) workers_.emplace_back([this] { work(); });
  }
  ~BlockPipeline() { finish(); }

  // False: a block has failed, feeding more is useless.
  bool feed(std::string block) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return fed_ - written_ < window_ || failed_; });
    if (failed_) return false;
    todo_.emplace_back(fed_++, std::move(block));
    changed_.notify_all();
    return true;
  }
  Status finish() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
      changed_.notify_all();
    }
    for (auto& t : workers_) t.join();
    workers_.clear();
    return status_;
  }
  void header(std::string_view text) {
    if (options_.checks.digests) hash_.update(view(text));
  }

  uint64_t rows() const { return rows_; }
  const std::vector<CellTally>& cells() const { return cells_; }
  const std::vector<ResidualTally>& residual() const { return residual_; }
  Digest digest() { return hash_.finish(); }

 private:
  void work() {
    while (true) {
      std::pair<uint64_t, std::string> job;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !todo_.empty() || closed_ || failed_; });
        if (failed_ || todo_.empty()) return;
        job = std::move(todo_.front());
        todo_.pop_front();
      }
      BlockResult result;
      std::string_view block(job.second.data(), job.second.size() - kPadding);
      mask_block(masker_, delimiter_, block, options_.checks.scan ? Scan::on : Scan::off, result);
      deliver(job.first, std::move(result));
    }
  }

  void deliver(uint64_t number, BlockResult result) {
    std::unique_lock lock(mutex_);
    ready_.emplace(number, std::move(result));
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
      written_++;
      if (!status) {
        status_ = status;
        failed_ = true;
      }
      changed_.notify_all();
    }
    writing_ = false;
  }

  Status write_out(const BlockResult& result) {
    if (!result.error.empty()) {
      std::string where = "record " + std::to_string(rows_ + result.error_row + 2) + ", field " + std::to_string(result.error_column + 1);
      return fail(Errc::invalid, result.error, where);
    }
    rows_ += result.rows;
    for (size_t c = 0; c < cells_.size(); c++) {
      cells_[c].masked += result.cells[c].masked;
      cells_[c].nulls += result.cells[c].nulls;
      cells_[c].failed += result.cells[c].failed;
      residual_[c].add(result.residual[c]);
    }
    if (options_.checks.digests) hash_.update(view(result.out));
    return out_.write(result.out);
  }

  const Masker& masker_;
  const char delimiter_;
  const ApplyOptions& options_;
  PendingFile& out_;
  const uint64_t window_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<uint64_t, std::string>> todo_;
  std::map<uint64_t, BlockResult> ready_;
  uint64_t fed_ = 0, written_ = 0;
  bool closed_ = false, failed_ = false, writing_ = false;
  Status status_;
  std::vector<std::thread> workers_;
  // Touched only by the thread that is writing.
  uint64_t rows_ = 0;
  std::vector<CellTally> cells_;
  std::vector<ResidualTally> residual_;
  Sm3 hash_;
};

// Reads the file as blocks of whole records into the pipeline; hashes what it reads.
class BlockReader {
 public:
  BlockReader(int fd, uint64_t size, const ApplyOptions& options) : fd_(fd), size_(size), options_(options) {}

  // Fills `pending_` with up to one block; false at the end of the file.
  Result<bool> more() {
    size_t had = pending_.size();
    pending_.resize(had + kBlockBytes);
    size_t got = 0;
    while (got < kBlockBytes) {
      size_t n = TRY(read_some(fd_, pending_.data() + had + got, kBlockBytes - got));
      if (n == 0) break;
      got += n;
    }
    pending_.resize(had + got);
    if (options_.checks.digests) hash_.update(view(std::string_view(pending_).substr(had)));
    done_ += got;
    if (options_.progress) options_.progress(done_, size_);
    return got > 0;
  }
  std::string_view pending() const { return pending_; }
  void skip(size_t bytes) { pending_.erase(0, bytes); }
  // The next block of whole records, padded; empty when there is no whole record yet.
  std::string take(char delimiter, bool at_end) {
    if (at_end && !pending_.empty() && pending_.back() != '\n') pending_ += '\n';
    size_t whole = whole_records(pending_, delimiter);
    if (at_end) whole = pending_.size();
    if (whole == 0) return {};
    std::string rest = pending_.substr(whole);
    std::string block = std::exchange(pending_, std::move(rest));
    block.resize(whole);
    block.append(kPadding, '\n');
    return block;
  }
  Digest digest() { return hash_.finish(); }

 private:
  int fd_;
  uint64_t size_;
  const ApplyOptions& options_;
  std::string pending_;
  uint64_t done_ = 0;
  Sm3 hash_;
};

Status judge_residual(const Strategy& strategy, const std::vector<std::string>& names, BlockPipeline& pipeline, Receipt& receipt) {
  std::string found;
  for (size_t c = 0; c < names.size(); c++) {
    const ResidualTally& t = pipeline.residual()[c];
    bool expected = std::find(strategy.identifiers_kept.begin(), strategy.identifiers_kept.end(), names[c]) != strategy.identifiers_kept.end();
    for (auto [type, cells] : {std::pair<const char*, uint64_t>{"id_number", t.id_numbers()}, {"phone", t.mobiles}, {"email", t.emails}}) {
      if (cells == 0) continue;
      receipt.residual.push_back({.column = names[c], .type = type, .cells = cells});
      if (!expected) found += (found.empty() ? "column " : ", ") + std::to_string(c + 1) + ": " + type + " in " + std::to_string(cells) + " cells";
    }
  }
  if (!found.empty()) return fail(Errc::refused, "deident.residual_found", found);
  return {};
}

}  // namespace

Result<Receipt> apply_csv(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path,
                          const std::string& out_path, const ApplyOptions& options) {
  auto started = std::chrono::steady_clock::now();
  TRY(check(strategy));
  Descriptor in(::open(in_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  struct stat info {};
  if (::fstat(in.get(), &info) != 0 || S_ISDIR(info.st_mode)) return fail(Errc::io, "file.unreadable");
  struct stat existing {};
  if (::stat(out_path.c_str(), &existing) == 0 && existing.st_dev == info.st_dev && existing.st_ino == info.st_ino)
    return fail(Errc::usage, "deident.same_file");

  BlockReader reader(in.get(), static_cast<uint64_t>(info.st_size), options);
  bool more = TRY(reader.more());
  bool bom = reader.pending().starts_with("\xef\xbb\xbf");
  std::string_view start = reader.pending().substr(bom ? 3 : 0);
  char delimiter = find_delimiter(start);
  TextEncoding encoding = find_encoding(start);
  std::optional<FirstRecord> header = first_record(start, delimiter);
  if (!header && !more) return fail(Errc::invalid, "deident.no_header");
  if (!header) return fail(Errc::invalid, start.size() >= kBlockBytes ? "deident.record_too_long" : "deident.no_header");
  Masker masker = TRY(Masker::bind(strategy, header->fields, key, encoding));

  PendingFile out = TRY(PendingFile::create(out_path));
  std::string head = bom ? "\xef\xbb\xbf" : "";
  bool first = true;
  for (size_t c = 0; c < header->fields.size(); c++) {
    if (masker.dropped(c)) continue;
    if (!std::exchange(first, false)) head += delimiter;
    put_field(head, header->fields[c], delimiter);
  }
  head += reader.pending().substr((bom ? 3 : 0) + header->bytes - std::min<size_t>(2, header->bytes)).starts_with("\r\n") ? "\r\n" : "\n";
  TRY(out.write(head));
  reader.skip((bom ? 3 : 0) + header->bytes);

  unsigned threads = options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  BlockPipeline pipeline(masker, delimiter, options, out, threads);
  pipeline.header(head);
  while (true) {
    std::string block = reader.take(delimiter, !more);
    if (!block.empty() && !pipeline.feed(std::move(block))) break;
    if (block.empty() && reader.pending().size() > kCsvRecordBytesMax) return fail(Errc::invalid, "deident.record_too_long");
    if (!more) break;
    more = TRY(reader.more());
  }
  TRY(pipeline.finish());

  Receipt receipt;
  receipt.strategy = strategy.id;
  receipt.strategy_version = strategy.version;
  receipt.strategy_digest = digest_of(strategy);
  receipt.rows_in = receipt.rows_out = pipeline.rows();
  if (key) {
    Bytes named = to_bytes("sluice-key-id/1");
    put(named, key->reveal("key id"));
    receipt.key_id = hex(ByteView(sm3(named)).first(8));
    wipe(named.data(), named.size());
  }
  if (options.checks.digests) {
    receipt.input_sm3 = reader.digest();
    receipt.output_sm3 = pipeline.digest();
  }
  for (size_t c = 0; c < header->fields.size(); c++) {
    const CellTally& t = pipeline.cells()[c];
    receipt.columns.push_back(
        {.column = header->fields[c], .technique = masker.technique(c), .masked = t.masked, .nulls = t.nulls, .failed = t.failed});
  }
  if (options.checks.scan) {
    receipt.residual_rows_scanned = pipeline.rows();
    TRY(judge_residual(strategy, header->fields, pipeline, receipt));
  }
  if (options.checks.risk && !strategy.quasi_identifiers.empty()) {
    receipt.risk_before = TRY(measure_csv(in_path, delimiter, strategy.quasi_identifiers));
    std::vector<std::string> left;
    for (const auto& name : strategy.quasi_identifiers) {
      auto at = std::find(header->fields.begin(), header->fields.end(), name) - header->fields.begin();
      if (!masker.dropped(static_cast<size_t>(at))) left.push_back(name);
    }
    receipt.risk_after = TRY(measure_csv(out.temporary(), delimiter, left));
    if (strategy.k_min && receipt.risk_after->rows > 0 && receipt.risk_after->k_min < static_cast<uint64_t>(*strategy.k_min))
      return fail(Errc::refused, "deident.k_too_small", std::to_string(receipt.risk_after->k_min));
  }
  TRY(out.commit());
  receipt.duration_ms = static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
  return receipt;
}

}  // namespace sluice::deident
