#include "anonymity/csv_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "base/file.h"
#include "base/large_memory.h"
#include "base/owned_fd.h"
#include "base/parallel.h"

namespace sluice::anonymity {

namespace {

constexpr size_t kRowsAtOnce = 2048;  // their text and cells stay in the cache of a core while one column after the other is taken
constexpr size_t kCellsAtOnce = 256;

Result<OwnedFd> open_table(const std::string& path) {
  OwnedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable", path));
  return file;
}

Result<std::vector<size_t>> positions_of(const std::vector<std::string>& header, const std::vector<std::string>& wanted) {
  std::vector<size_t> at;
  for (const auto& name : wanted) {
    auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) return fail(Errc::invalid, "anonymity.unknown_column", name);
    if (std::count(header.begin(), header.end(), name) > 1 || std::count(wanted.begin(), wanted.end(), name) > 1)
      return fail(Errc::invalid, "anonymity.column_twice", name);
    at.push_back(static_cast<size_t>(found - header.begin()));
  }
  return at;
}

// Blocks go to whichever thread is free, which parses them and turns their cells into codes of dictionaries of its own while the text is in its cache.
// In the end the texts get the codes that one thread would have given: block by block, those that were new to the block's thread come in order.
class TableReader {
 public:
  TableReader(CsvTable& table, const CsvDialect& dialect, ByteSource& source, unsigned threads)
      : table_(table), dialect_(dialect), splitter_(source, dialect), workers_(threads) {}

  Status read(const std::vector<std::string>& wanted) {
    TRY(read_header(wanted));
    in_parallel(static_cast<unsigned>(workers_.size()), workers_.size(), [&](size_t w) { work(workers_[w], w); });
    TRY(std::move(outcome_));
    std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) { return a.number < b.number; });
    uint64_t records = 1;
    for (const Piece& piece : pieces_) {
      if (piece.fault) return tl::unexpected(piece.fault->error(records));
      records += piece.rows;
    }
    table_.rows = records - 1;
    if (table_.rows >= UINT32_MAX) return fail(Errc::exhausted, "anonymity.too_many_rows");
    in_parallel(static_cast<unsigned>(workers_.size()), table_.columns.size(), [&](size_t c) { join(c); });
    return {};
  }

 private:
  struct Piece {
    size_t number = 0, worker = 0;
    uint64_t rows = 0;
    std::optional<CsvFault> fault{};
    std::vector<std::vector<uint32_t>> codes{};  // column: of the worker's texts
    std::vector<uint32_t> texts{};               // column: how many the worker knew after it
  };
  struct Worker {
    std::vector<Dictionary> texts;
    RawCsvBlock raw;
    CsvBlock block;
  };

  // The first block stays with the first worker.
  Status read_header(const std::vector<std::string>& wanted) {
    Worker& first = workers_[0];
    if (!TRY(splitter_.next(first.raw))) return fail(Errc::invalid, "csv.empty");
    if (auto fault = parse_csv_block(first.raw, dialect_, 0, first.block)) return tl::unexpected(fault->error(0));
    if (first.block.rows == 0) return fail(Errc::invalid, "csv.empty");
    for (size_t c = 0; c < first.block.columns; c++) table_.header.emplace_back(first.block.cell(0, c));
    at_ = TRY(positions_of(table_.header, wanted));
    for (Worker& worker : workers_) worker.texts.resize(at_.size());
    pieces_.push_back(encode(first, 0, 0, 1));
    return {};
  }
  void work(Worker& worker, size_t own_number) {
    while (auto number = take(worker.raw)) {
      auto fault = parse_csv_block(worker.raw, dialect_, table_.header.size(), worker.block);
      Piece piece = fault ? Piece{.number = *number, .worker = own_number, .fault = fault} : encode(worker, own_number, *number, 0);
      std::lock_guard lock(mutex_);
      more_ = more_ && !fault;
      pieces_.push_back(std::move(piece));
    }
  }
  // The next block and its number; nothing at the end, or once anything went wrong.
  std::optional<size_t> take(RawCsvBlock& into) {
    std::lock_guard lock(mutex_);
    if (!more_) return std::nullopt;
    auto read = splitter_.next(into);
    more_ = read && *read;
    if (!read) outcome_ = tl::unexpected(read.error());
    return more_ ? std::optional(++taken_) : std::nullopt;
  }
  Piece encode(Worker& worker, size_t own_number, size_t number, size_t first_row) const {
    const CsvBlock& block = worker.block;
    Piece piece{.number = number, .worker = own_number, .rows = block.rows - first_row, .codes = std::vector<std::vector<uint32_t>>(at_.size())};
    for (auto& codes : piece.codes) codes.reserve(piece.rows);
    for (size_t from = first_row; from < block.rows; from += kRowsAtOnce)
      for (size_t c = 0; c < at_.size(); c++) encode_cells(block, from, std::min(block.rows, from + kRowsAtOnce), at_[c], worker.texts[c], piece.codes[c]);
    for (const Dictionary& texts : worker.texts) piece.texts.push_back(texts.size());
    return piece;
  }
  static void encode_cells(const CsvBlock& block, size_t from, size_t to, size_t column, Dictionary& texts, std::vector<uint32_t>& codes) {
    std::array<std::string_view, kCellsAtOnce> cells;
    while (from < to) {
      size_t n = 0;
      while (n < cells.size() && from < to) cells[n++] = block.cell(from++, column);
      texts.codes_of(std::span(cells).first(n), codes);
    }
  }
  void join(size_t c) {
    TableColumn& column = table_.columns[c];
    reserve_large(column.keys.codes, table_.rows);
    std::vector<std::vector<uint32_t>> code(workers_.size());  // worker: of each of its texts
    for (Piece& piece : pieces_) {
      std::vector<uint32_t>& known = code[piece.worker];
      const Dictionary& texts = workers_[piece.worker].texts[c];
      for (auto t = static_cast<uint32_t>(known.size()); t < piece.texts[c]; t++) known.push_back(column.texts.code_of(texts.text_of(t)));
      for (uint32_t own : piece.codes[c]) column.keys.codes.push_back(known[own]);
      piece.codes[c] = {};
    }
    for (Worker& worker : workers_) worker.texts[c] = {};
    column.keys.cardinality = column.texts.size();
  }

  CsvTable& table_;
  CsvDialect dialect_;
  CsvSplitter splitter_;
  std::vector<size_t> at_;
  std::vector<Worker> workers_;
  std::vector<Piece> pieces_;
  std::mutex mutex_;  // over the splitter and what follows, while workers run; over pieces_ too
  bool more_ = true;
  size_t taken_ = 0;
  Status outcome_;
};

}  // namespace

std::vector<uint32_t> places_by_value(const TableColumn& column) {
  const uint32_t size = column.texts.size();
  std::vector<double> number(size);
  bool numbers = true;
  for (uint32_t c = 0; c < size && numbers; c++) {
    std::string text(column.texts.text_of(c));
    char* end = nullptr;
    number[c] = std::strtod(text.c_str(), &end);
    numbers = !text.empty() && *end == '\0' && std::isfinite(number[c]);
  }
  std::vector<uint32_t> codes(size), places(size);
  for (uint32_t c = 0; c < size; c++) codes[c] = c;
  std::sort(codes.begin(), codes.end(), [&](uint32_t a, uint32_t b) {
    return numbers && number[a] != number[b] ? number[a] < number[b] : column.texts.text_of(a) < column.texts.text_of(b);
  });
  for (uint32_t i = 0; i < size; i++) places[codes[i]] = i;
  return places;
}

const TableColumn* CsvTable::find(std::string_view name) const {
  for (const auto& c : columns)
    if (c.name == name) return &c;
  return nullptr;
}

Result<CsvTable> read_csv_table(const std::string& path, const std::vector<std::string>& columns, const ReadOptions& options) {
  if (columns.empty()) return fail(Errc::usage, "anonymity.no_columns");
  OwnedFd file = TRY(open_table(path));
  CsvTable table;
  table.delimiter = options.delimiter == '\0' ? TRY(find_delimiter_of_file(path)) : options.delimiter;
  for (const auto& name : columns) table.columns.push_back({.name = name, .keys = {}, .texts = {}});
  auto source = bytes_of_fd(file.get());
  TableReader reader(table, {.delimiter = table.delimiter}, *source, threads_of(options.threads));
  TRY(reader.read(columns));
  return table;
}

}  // namespace sluice::anonymity
