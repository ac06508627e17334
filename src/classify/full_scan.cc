#include "classify/full_scan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "classify/value_tally.h"
#include "codec/csv.h"
#include "table/cell_text.h"
#include "table/parquet.h"

namespace sluice::classify {

namespace {

constexpr size_t kRememberedInAll = 65536;  // values of all columns of a thread

size_t remembered_for(size_t columns) { return std::clamp<size_t>(kRememberedInAll / std::max<size_t>(columns, 1), 16, 1024); }

struct Tallies {
  std::vector<ValueTally> columns;
  std::vector<uint64_t> nulls;
  uint64_t rows = 0;
  Tallies(const ValuePatterns& patterns, size_t n) : nulls(n) {
    for (size_t c = 0; c < n; c++) columns.emplace_back(patterns, remembered_for(n));
  }
  void add(size_t column, std::string_view value) {
    if (value.empty()) {
      nulls[column]++;
    } else {
      columns[column].add(value);
    }
  }
  void add(const CsvBlock& block, size_t from) {
    for (size_t c = 0; c < block.columns; c++)
      for (size_t r = from; r < block.rows; r++) add(c, block.cell(r, c));
    rows += block.rows - from;
  }
};

std::vector<FieldInput> inputs_of(const std::string& table, const std::vector<std::string>& names, std::vector<Tallies>& parts) {
  std::vector<FieldInput> out(names.size());
  for (size_t c = 0; c < names.size(); c++) {
    out[c].table = table;
    out[c].column = names[c];
    for (Tallies& part : parts) {
      out[c].rows += part.rows;
      out[c].nulls += part.nulls[c];
      if (&part != &parts.front()) parts.front().columns[c].merge(part.columns[c]);
    }
    out[c].findings = std::make_shared<const ValueFindings>(parts.front().columns[c].finish());
  }
  return out;
}

// The blocks of a file, handed out one at a time to whoever is free.
class Blocks {
 public:
  Blocks(CsvSplitter& splitter, const SampleLimits& limits) : splitter_(splitter), limits_(limits) {}
  bool next(RawCsvBlock& raw) {
    std::lock_guard lock(mutex_);
    if (failed_) return false;
    auto more = splitter_.next(raw);
    if (!more) fail_with(more.error());
    if (limits_.progress) limits_.progress(splitter_.bytes_read());
    return more && *more;
  }
  void fail(const Error& error) {
    std::lock_guard lock(mutex_);
    fail_with(error);
  }
  Status outcome() const { return failed_ ? Status(tl::unexpected(error_)) : Status(); }

 private:
  void fail_with(const Error& error) {
    if (!failed_) error_ = error;
    failed_ = true;
  }
  CsvSplitter& splitter_;
  const SampleLimits& limits_;
  std::mutex mutex_;
  bool failed_ = false;
  Error error_{};
};

Result<std::vector<FieldInput>> scan_stream(int fd, const std::string& table, char delimiter, const SampleLimits& limits) {
  CsvDialect dialect;
  dialect.delimiter = delimiter;
  auto source = bytes_of_fd(fd);
  CsvSplitter splitter(*source, dialect);
  RawCsvBlock raw;
  CsvBlock first;
  while (first.rows == 0) {
    if (!TRY(splitter.next(raw))) return fail(Errc::invalid, "csv.empty");
    if (auto fault = parse_csv_block(raw, dialect, 0, first)) return tl::unexpected(fault->error(0));
  }
  std::vector<std::string> names;
  for (size_t c = 0; c < first.columns; c++) names.emplace_back(first.cell(0, c));
  unsigned threads = std::max(1u, limits.threads ? limits.threads : std::thread::hardware_concurrency());
  std::vector<Tallies> parts;
  for (unsigned t = 0; t < threads; t++) parts.emplace_back(*limits.full, names.size());
  parts[0].add(first, 1);
  Blocks blocks(splitter, limits);
  auto work = [&](Tallies& mine) {
    RawCsvBlock bytes;
    CsvBlock block;
    while (blocks.next(bytes)) {
      if (auto fault = parse_csv_block(bytes, dialect, names.size(), block)) return blocks.fail(fault->error(0));
      mine.add(block, 0);
    }
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; t++) others.emplace_back(work, std::ref(parts[t]));
  work(parts[0]);
  for (auto& thread : others) thread.join();
  TRY(blocks.outcome());
  return inputs_of(table, names, parts);
}

}  // namespace

Result<std::vector<FieldInput>> scan_csv(const std::string& path, const std::string& table, char delimiter, const SampleLimits& limits) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(last_os_error("file.unreadable"));
  auto result = scan_stream(fd, table, delimiter, limits);
  ::close(fd);
  return result;
}

Result<std::vector<FieldInput>> scan_parquet(const std::string& path, const std::string& table, const SampleLimits& limits) {
  auto rows = TRY(table::open_parquet(path));
  std::vector<std::string> names;
  for (const auto& spec : rows->specs()) names.push_back(spec.name);
  std::vector<Tallies> parts;
  parts.emplace_back(*limits.full, names.size());
  std::string cell;
  while (auto batch = TRY(rows->next())) {
    for (size_t c = 0; c < batch->columns.size(); c++)
      for (size_t r = 0; r < batch->rows; r++) {
        cell.clear();
        cell_text_to(cell, batch->columns[c], r);
        parts[0].add(c, cell);
      }
    parts[0].rows += batch->rows;
  }
  auto out = inputs_of(table, names, parts);
  for (size_t c = 0; c < out.size(); c++) out[c].type = std::string(name_of(rows->specs()[c].type));
  return out;
}

}  // namespace sluice::classify
