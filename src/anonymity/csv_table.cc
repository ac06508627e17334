#include "anonymity/csv_table.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "anonymity/parallel.h"
#include "base/file.h"
#include "base/owned_fd.h"

namespace sluice::anonymity {

namespace {

constexpr size_t kHeadBytes = 65536;
constexpr size_t kBlocksAtOnce = 8;

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

// A few blocks at a time: parsed side by side, then each column takes them in order.
class TableReader {
 public:
  TableReader(CsvTable& table, const CsvDialect& dialect, unsigned threads) : table_(table), dialect_(dialect), threads_(threads) {}

  Status read(ByteSource& source, const std::vector<std::string>& wanted) {
    CsvSplitter splitter(source, dialect_);
    bool more = true;
    while (more) {
      size_t filled = 0;
      while (filled < kBlocksAtOnce && (more = TRY(splitter.next(raw_[filled])))) filled++;
      if (filled == 0) break;
      TRY(parse(filled, wanted));
    }
    if (table_.header.empty()) return fail(Errc::invalid, "csv.empty");
    for (auto& c : table_.columns) c.keys.cardinality = c.texts.size();
    return {};
  }

 private:
  Status parse(size_t filled, const std::vector<std::string>& wanted) {
    size_t done = 0;
    if (table_.header.empty()) {
      if (auto fault = parse_csv_block(raw_[0], dialect_, 0, blocks_[0])) return tl::unexpected(fault->error(0));
      if (blocks_[0].rows == 0) return fail(Errc::invalid, "csv.empty");
      for (size_t c = 0; c < blocks_[0].columns; c++) table_.header.emplace_back(blocks_[0].cell(0, c));
      at_ = TRY(positions_of(table_.header, wanted));
      done = 1;
      skip_ = 1;
    }
    std::array<std::optional<CsvFault>, kBlocksAtOnce> faults;
    for_each_part(threads_, filled - done, [&](size_t i) {
      faults[done + i] = parse_csv_block(raw_[done + i], dialect_, table_.header.size(), blocks_[done + i]);
    });
    for (size_t b = 0; b < filled; b++) {
      if (faults[b]) return tl::unexpected(faults[b]->error(records_));
      records_ += blocks_[b].rows;
    }
    table_.rows = records_ - 1;
    if (table_.rows >= UINT32_MAX) return fail(Errc::exhausted, "anonymity.too_many_rows");
    for_each_part(threads_, table_.columns.size(), [&](size_t c) {
      TableColumn& column = table_.columns[c];
      for (size_t b = 0; b < filled; b++)
        for (size_t r = b == 0 ? skip_ : 0; r < blocks_[b].rows; r++) column.keys.codes.push_back(column.texts.code_of(blocks_[b].cell(r, at_[c])));
    });
    skip_ = 0;
    return {};
  }

  CsvTable& table_;
  CsvDialect dialect_;
  unsigned threads_;
  std::vector<size_t> at_;
  size_t skip_ = 0;
  uint64_t records_ = 0;
  std::array<RawCsvBlock, kBlocksAtOnce> raw_;
  std::array<CsvBlock, kBlocksAtOnce> blocks_;
};

}  // namespace

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
  TableReader reader(table, {.delimiter = table.delimiter}, threads_of(options.threads));
  TRY(reader.read(*source, columns));
  return table;
}

}  // namespace sluice::anonymity
