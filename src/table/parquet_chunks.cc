#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>

#include "base/file.h"
#include "base/owned_fd.h"
#include "base/parallel.h"
#include "table/cell_text.h"
#include "table/page_codec.h"
#include "table/parquet_map.h"
#include "table/parquet_meta.h"
#include "table/parquet_pages.h"
#include "table/text_chunk.h"

namespace sluice::table {

namespace {

constexpr std::string_view kMagic = "PAR1";
constexpr size_t kFooterBytesMax = 64u << 20;
constexpr size_t kShownAtOnce = 4096;

tl::unexpected<Error> not_common() { return fail(Errc::invalid, "table.wrong_shape"); }

class ChunkSource {
 public:
  static Result<ChunkSource> open(const std::string& path) {
    OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable");
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0 || about.st_size < 12) return not_common();
    ChunkSource out(std::move(fd));
    const auto size = static_cast<uint64_t>(about.st_size);
    std::string tail = TRY(out.read(size - 8, 8));
    const uint64_t footer = load_le32(tail.data());
    if (std::string_view(tail).substr(4) != kMagic || footer > size - 12 || footer > kFooterBytesMax) return not_common();
    out.meta_ = TRY(read_parquet_meta(TRY(out.read(size - 8 - footer, footer)), size - 8 - footer));
    return out;
  }
  const ParquetMeta& meta() const { return meta_; }
  Result<std::string> read_chunk(const ParquetChunk& chunk) const { return read(chunk.dictionary_page.value_or(chunk.data_page), chunk.bytes); }

 private:
  explicit ChunkSource(OwnedFd fd) : fd_(std::move(fd)) {}
  Result<std::string> read(uint64_t from, uint64_t bytes) const {
    std::string out(bytes, '\0');
    for (uint64_t at = 0; at < bytes;) {
      const ssize_t n = ::pread(fd_.get(), out.data() + at, bytes - at, static_cast<off_t>(from + at));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return not_common();  // shorter than it was
      at += static_cast<uint64_t>(n);
    }
    return out;
  }
  OwnedFd fd_;
  ParquetMeta meta_;
};

// Chunks come in any order and are written in theirs, by whoever brings the next one. The first fault ends it.
class ChunkOrder {
 public:
  ChunkOrder(int fd, unsigned threads) : fd_(fd), window_(4 * threads) {}

  // Waits until the chunk is not too far ahead of what is written. False: in vain.
  bool may_begin(size_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !status_ || number < next_ + window_; });
    return status_.has_value();
  }
  void bring(size_t number, Result<std::string> bytes) {
    std::unique_lock lock(mutex_);
    if (bytes) {
      ready_.emplace(number, *std::move(bytes));
    } else if (status_) {
      status_ = tl::unexpected(std::move(bytes).error());
    }
    while (!writing_ && status_ && !ready_.empty() && ready_.begin()->first == next_) {
      const std::string piece = std::move(ready_.begin()->second);
      ready_.erase(ready_.begin());
      writing_ = true;
      lock.unlock();
      Status written = write(piece);
      lock.lock();
      writing_ = false;
      next_++;
      if (!written && status_) status_ = std::move(written);
      changed_.notify_all();
    }
    if (!status_) changed_.notify_all();
  }
  Status write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return tl::unexpected(last_os_error("file.unwritable"));
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return {};
  }
  Status status() const { return status_; }  // when all are brought

 private:
  const int fd_;
  const size_t window_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<size_t, std::string> ready_;
  size_t next_ = 0;
  bool writing_ = false;
  Status status_;
};

// Shows cells to a function in portions.
class Showing {
 public:
  Showing(TextFunction& function, TextsOut& out) : function_(function), out_(out) {}
  Status add(std::string_view cell, uint64_t times) {
    cells_.push_back(cell);
    times_.push_back(times);
    return cells_.size() < kShownAtOnce ? Status() : finish();
  }
  Status finish() {
    TRY(function_.run(cells_, times_, out_));
    cells_.clear();
    times_.clear();
    return {};
  }

 private:
  TextFunction& function_;
  TextsOut& out_;
  std::vector<std::string_view> cells_;
  std::vector<uint64_t> times_;
};

// The value of a number as it is stored; nothing where it is more than 64 bits.
std::optional<int64_t> stored_number(const char* p, const ParquetLeaf& leaf) {
  if (leaf.type == ParquetType::int32) {
    const uint32_t v = load_le32(p);
    return leaf.kind == ParquetKind::unsigned_integer ? static_cast<int64_t>(v) : static_cast<int64_t>(static_cast<int32_t>(v));
  }
  if (leaf.type == ParquetType::int64) return static_cast<int64_t>(static_cast<uint64_t>(load_le32(p)) | static_cast<uint64_t>(load_le32(p + 4)) << 32);
  const bool negative = static_cast<uint8_t>(p[0]) & 128;  // big-endian, two's complement
  uint64_t v = negative ? ~uint64_t{0} : 0;
  for (int i = 0; i < leaf.width; i++) {
    if (i + 8 < leaf.width && static_cast<uint8_t>(p[i]) != (negative ? 255 : 0)) return std::nullopt;
    v = v << 8 | static_cast<uint8_t>(p[i]);
  }
  if ((static_cast<int64_t>(v) < 0) != negative) return std::nullopt;
  return static_cast<int64_t>(v);
}

class ChunkMap {
 public:
  ChunkMap(const ChunkSource& source, const std::vector<MappedColumn>& columns, std::vector<size_t> leaves) : source_(source), columns_(columns), leaves_(std::move(leaves)) {
    for (size_t leaf : leaves_) {
      const MappedColumn& column = columns_[out_.leaves.size()];
      out_.leaves.push_back(replaces(column) ? text_leaf(column.name) : source_.meta().leaves[leaf]);
    }
    for (const ParquetGroup& group : source_.meta().groups) out_.groups.push_back({.rows = group.rows, .chunks = std::vector<ParquetChunk>(leaves_.size())});
  }
  static bool replaces(const MappedColumn& column) { return column.function && column.function->effect() == TextFunction::Effect::replaces; }

  Status run(int fd, unsigned threads) {
    ChunkOrder order(fd, threads);
    TRY(order.write(kMagic));
    in_parallel(threads, out_.groups.size() * leaves_.size(), [&](size_t number) {
      if (order.may_begin(number)) order.bring(number, make(number / leaves_.size(), number % leaves_.size()));
    });
    TRY(order.status());
    place();
    std::string end = write_parquet_meta(out_);
    put_le32(end, static_cast<uint32_t>(end.size()));
    end += kMagic;
    return order.write(end);
  }

 private:
  Result<std::string> make(size_t g, size_t column) {
    const ParquetChunk& from = source_.meta().groups[g].chunks[leaves_[column]];
    const ParquetLeaf& leaf = source_.meta().leaves[leaves_[column]];
    const std::string bytes = TRY(source_.read_chunk(from));
    const bool replaced = replaces(columns_[column]);
    const ChunkCells cells = TRY(read_chunk_cells(bytes, leaf, from, replaced ? Codes::wanted : Codes::unwanted));
    ParquetChunk& chunk = out_.groups[g].chunks[column];
    if (replaced) return replace(cells, *columns_[column].function, chunk);
    if (!cells.all_used()) return not_common();
    if (columns_[column].function) TRY(watch(cells, leaf, *columns_[column].function));
    return take_over(cells, from, chunk);
  }

  static Result<std::string> replace(const ChunkCells& cells, TextFunction& function, ParquetChunk& chunk) {
    TextsOut texts;
    Showing showing(function, texts);
    std::vector<uint32_t> place(cells.texts.size());
    uint32_t shown = 0;
    for (size_t i = 0; i < cells.texts.size(); i++) {
      const uint64_t times = i < cells.entries ? cells.used[i] : 1;
      if (times == 0) continue;  // in the dictionary only: no cell, not ours
      place[i] = shown++;
      TRY(showing.add(cells.texts[i], times));
    }
    if (cells.nulls > 0) TRY(showing.add({}, cells.nulls));
    TRY(showing.finish());
    if (texts.size() != shown + (cells.nulls > 0)) return fail(Errc::internal, "table.wrong_shape");
    constexpr uint32_t unknown = UINT32_MAX;
    std::vector<uint32_t> tickets(texts.size(), unknown);
    TextChunk out;
    for (uint32_t code : cells.codes) {
      const uint32_t i = code == kNullCode ? shown : place[code];
      if (texts.is_null(i)) {
        out.add_null();
      } else if (tickets[i] == unknown) {
        tickets[i] = out.add(texts.at(i));
      } else {
        out.add_again(tickets[i]);
      }
    }
    return out.finish(chunk);
  }

  static Status watch(const ChunkCells& cells, const ParquetLeaf& leaf, TextFunction& function) {
    TextsOut none;
    Showing showing(function, none);
    for (size_t i = 0; i < cells.texts.size(); i++) TRY(showing.add(cells.texts[i], i < cells.entries ? cells.used[i] : 1));
    TRY(showing.finish());
    if (leaf.kind == ParquetKind::text || leaf.kind == ParquetKind::other) return {};
    for (size_t piece = 0; piece < cells.numbers.size(); piece++) {
      const bool dictionary = piece == 0 && cells.entries > 0;
      TRY(watch_numbers(cells.numbers[piece], dictionary ? std::span(cells.used) : std::span<const uint64_t>(), leaf, function));
    }
    return {};
  }

  static Status watch_numbers(std::string_view numbers, std::span<const uint64_t> used, const ParquetLeaf& leaf, TextFunction& function) {
    uint64_t unit = 1;
    for (int i = 0; i < leaf.scale; i++) unit *= 10;
    ColumnBuilder builder(leaf.kind == ParquetKind::decimal ? Type::decimal : Type::int64, static_cast<uint8_t>(leaf.scale));
    std::vector<uint64_t> times;
    const auto width = static_cast<size_t>(leaf.width);
    for (size_t i = 0; i * width < numbers.size(); i++) {
      auto v = stored_number(numbers.data() + i * width, leaf);
      if (!v) return not_common();
      if ((*v < 0 ? 0 - static_cast<uint64_t>(*v) : static_cast<uint64_t>(*v)) / unit < kLongNumber) continue;
      builder.append_int(*v);
      times.push_back(used.empty() ? 1 : used[i]);
    }
    const Column found = builder.finish();
    TextsOut none;
    std::string cell;
    for (size_t row = 0; row < found.rows(); row++) {
      cell.clear();
      cell_text_to(cell, found, row);
      const std::string_view shown = cell;
      TRY(function.run(std::span(&shown, 1), std::span(&times[row], 1), none));
    }
    return {};
  }

  // Pages as they lie under headers of ours.
  static Result<std::string> take_over(const ChunkCells& cells, const ParquetChunk& from, ParquetChunk& chunk) {
    chunk = ParquetChunk{.codec = from.codec, .values = from.values};
    chunk.nulls = cells.nulls;
    chunk.encodings = {ParquetEncoding::rle};
    std::string out;
    out.reserve(from.bytes);
    std::optional<uint64_t> first_data;
    for (const ChunkPage& page : cells.pages) {
      if (page.header.kind == ParquetPageKind::dictionary) {
        chunk.dictionary_page = out.size();
      } else if (!first_data) {
        first_data = out.size();
      }
      if (std::find(chunk.encodings.begin(), chunk.encodings.end(), page.header.encoding) == chunk.encodings.end()) chunk.encodings.push_back(page.header.encoding);
      const std::string header = write_parquet_page(page.header);
      out += header;
      out += page.body;
      chunk.bytes_plain += header.size() + page.header.bytes_plain;
    }
    chunk.data_page = first_data.value_or(0);
    chunk.bytes = out.size();
    return out;
  }

  // From offsets in the chunk to those in the file.
  void place() {
    uint64_t at = kMagic.size();
    for (ParquetGroup& group : out_.groups) {
      for (ParquetChunk& chunk : group.chunks) {
        chunk.data_page += at;
        if (chunk.dictionary_page) *chunk.dictionary_page += at;
        at += chunk.bytes;
      }
    }
  }

  const ChunkSource& source_;
  const std::vector<MappedColumn>& columns_;
  const std::vector<size_t> leaves_;
  ParquetMeta out_;
};

}  // namespace

Result<uint64_t> map_parquet_chunks(const std::string& in_path, const std::string& out_path, const std::vector<MappedColumn>& columns, unsigned threads) {
  const ChunkSource source = TRY(ChunkSource::open(in_path));
  const std::vector<ParquetLeaf>& all = source.meta().leaves;
  std::vector<size_t> leaves;
  for (const MappedColumn& column : columns) {
    auto at = std::find_if(all.begin(), all.end(), [&](const auto& leaf) { return leaf.name == column.name; });
    if (at == all.end() || (ChunkMap::replaces(column) && at->kind != ParquetKind::text)) return not_common();
    leaves.push_back(static_cast<size_t>(at - all.begin()));
  }
  if (leaves.empty()) return not_common();
  OwnedFd out(::open(out_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out) return tl::unexpected(last_os_error("file.unwritable"));
  Status written = ChunkMap(source, columns, std::move(leaves)).run(out.get(), threads_of(threads));
  if (!written) {
    (void)!::ftruncate(out.get(), 0);  // nothing half-made for whoever writes here next
    return tl::unexpected(std::move(written).error());
  }
  uint64_t rows = 0;
  for (const ParquetGroup& group : source.meta().groups) rows += group.rows;
  return rows;
}

}  // namespace sluice::table
