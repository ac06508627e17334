#include "deident/file_rows.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "deident/apply.h"
#include "deident/cell_encoding.h"
#include "deident/csv_block.h"
#include "deident/csv_input.h"
#include "deident/text_fault.h"
#include "table/cell_text.h"
#include "table/parquet.h"

namespace sluice::deident {

namespace {

// For every column of the file its place among the wanted ones, or their number.
Result<std::vector<size_t>> places_of(const std::vector<std::string>& header, const std::vector<std::string>& wanted) {
  for (size_t c = 1; c < header.size(); c++)
    if (std::find(header.begin(), header.begin() + static_cast<ptrdiff_t>(c), header[c]) != header.begin() + static_cast<ptrdiff_t>(c))
      return fail(Errc::invalid, "deident.duplicate_column", "#" + std::to_string(c + 1));
  std::vector<size_t> places(header.size(), wanted.size());
  for (size_t w = 0; w < wanted.size(); w++) {
    auto at = std::find(header.begin(), header.end(), wanted[w]);
    if (at == header.end()) return fail(Errc::invalid, "deident.missing_column", wanted[w].substr(0, 80));
    places[static_cast<size_t>(at - header.begin())] = w;
  }
  return places;
}

// Blocks are taken in turn by the threads that call work(); each gives its rows to a take of its own.
class SharedCsv {
 public:
  SharedCsv(CsvInput& in, std::vector<size_t> places, size_t wanted) : in_(in), places_(std::move(places)), wanted_(wanted) {}

  void work(const TakeRow& take) {
    bool goes_on = true;
    std::vector<std::string> memory(wanted_);
    std::vector<std::string_view> decoded(wanted_);
    auto given = [&](std::span<const std::string_view> cells) {
      if (in_.encoding() == TextEncoding::utf8) return goes_on = take(cells);
      for (size_t c = 0; c < wanted_; c++) {
        auto text = decoded_cell(cells[c], in_.encoding(), memory[c]);
        if (!text) return not_text_ = true, goes_on = false;
        decoded[c] = *text;
      }
      return goes_on = take(decoded);
    };
    std::string block;
    while (next(block)) {
      const std::string_view records = CsvInput::record_bytes(block);
      const auto bad_text = text_fault(records, in_.encoding());
      auto count = bad_text ? std::nullopt : read_wanted(records, in_.delimiter(), places_, wanted_, given);
      std::lock_guard lock(mutex_);
      if (count) rows_ += *count;
      if (!count && status_) status_ = bad_text ? fail(Errc::invalid, bad_text->reason) : fail(Errc::invalid, fault_of_records(records, in_.delimiter(), places_.size()).reason);
      ended_ = ended_ || !count || !goes_on;
    }
  }
  Result<uint64_t> rows() const {
    TRY(Status(status_));
    if (not_text_) return fail(Errc::invalid, "csv.bad_encoding");
    return rows_;
  }

 private:
  bool next(std::string& block) {
    std::lock_guard lock(mutex_);
    if (ended_) return false;
    auto read = in_.next(std::move(block));
    if (!read) status_ = tl::unexpected(read.error());
    ended_ = !read || read->empty();
    if (!ended_) block = std::move(*read);
    return !ended_;
  }

  CsvInput& in_;
  const std::vector<size_t> places_;
  const size_t wanted_;
  std::mutex mutex_;
  bool ended_ = false;
  std::atomic<bool> not_text_ = false;
  uint64_t rows_ = 0;
  Status status_;
};

Result<uint64_t> read_csv_rows(const std::string& path, const std::vector<std::string>& wanted, std::span<const TakeRow> takes) {
  auto in = TRY(CsvInput::open(path));
  SharedCsv shared(*in, TRY(places_of(in->header(), wanted)), wanted.size());
  std::vector<std::thread> others;
  for (size_t t = 1; t < takes.size(); t++) others.emplace_back([&, t] { shared.work(takes[t]); });
  shared.work(takes[0]);
  for (auto& thread : others) thread.join();
  return shared.rows();
}

Result<uint64_t> read_parquet_rows(const std::string& path, const std::vector<std::string>& wanted, const TakeRow& take) {
  auto opened = table::open_parquet(path, {}, wanted);
  if (!opened && opened.error().reason == "table.unknown_column") return fail(Errc::invalid, "deident.missing_column", opened.error().detail);
  auto stream = TRY(std::move(opened));
  std::vector<std::string> cells(wanted.size());
  std::vector<std::string_view> views(wanted.size());
  uint64_t rows = 0;
  while (auto batch = TRY(stream->next())) {
    for (size_t r = 0; r < batch->rows; r++) {
      for (size_t c = 0; c < wanted.size(); c++) {
        cells[c].clear();
        table::cell_text_to(cells[c], batch->columns[c], r);
        views[c] = cells[c];
      }
      rows++;
      if (!take(views)) return rows;
    }
  }
  return rows;
}

}  // namespace

Result<uint64_t> read_rows(const std::string& path, const std::vector<std::string>& columns, const TakeRow& take) {
  return read_rows_apart(path, columns, std::span(&take, 1));
}

Result<uint64_t> read_rows_apart(const std::string& path, const std::vector<std::string>& columns, std::span<const TakeRow> takes) {
  std::vector<std::string> wanted;  // a column asked for twice is read once
  std::vector<size_t> from;
  for (const auto& name : columns) {
    auto at = std::find(wanted.begin(), wanted.end(), name);
    from.push_back(static_cast<size_t>(at - wanted.begin()));
    if (at == wanted.end()) wanted.push_back(name);
  }
  std::vector<TakeRow> spread;
  for (const TakeRow& take : takes)
    spread.push_back([&from, &take, given = std::vector<std::string_view>(columns.size())](std::span<const std::string_view> cells) mutable {
      for (size_t i = 0; i < given.size(); i++) given[i] = cells[from[i]];
      return take(given);
    });
  return table::is_parquet(path) ? read_parquet_rows(path, wanted, spread[0]) : read_csv_rows(path, wanted, spread);
}

Result<std::vector<std::string>> columns_of_file(const std::string& path) {
  if (!table::is_parquet(path)) return TRY(CsvInput::open(path))->header();
  auto stream = TRY(table::open_parquet(path));
  std::vector<std::string> out;
  for (const auto& spec : stream->specs()) out.push_back(spec.name);
  return out;
}

}  // namespace sluice::deident
