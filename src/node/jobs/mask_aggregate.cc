#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "codec/csv.h"
#include "deident/aggregate.h"
#include "node/jobs/mask_job.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

constexpr const char* kMaskedRows = "masked.csv";
constexpr const char* kAggregate = "aggregate.csv";

std::string in_folder(int folder, const char* name) { return "/proc/self/fd/" + std::to_string(folder) + "/" + name; }

bool is_count(std::string_view name) { return name == "count" || name == "suppressed"; }

// Sums and means stay text: they may hold more digits than a decimal does.
Result<MaskedRowsFile::Aggregated> read_lines(const std::string& path, size_t groups) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error("file.unreadable"));
  auto bytes = bytes_of_fd(fd.get());
  CsvReader reader = TRY(CsvReader::open(*bytes, CsvDialect{}));
  MaskedRowsFile::Aggregated out;
  std::vector<table::ColumnBuilder> builders;
  for (size_t c = 0; c < reader.header().size(); c++) {
    out.specs.push_back({reader.header()[c], c >= groups && is_count(reader.header()[c]) ? table::Type::int64 : table::Type::text, 0});
    builders.emplace_back(out.specs.back());
  }
  while (const CsvBlock* block = TRY(reader.next()))
    for (size_t r = 0; r < block->rows; r++) {
      for (size_t c = 0; c < builders.size(); c++) {
        std::string_view cell = block->cell(r, c);
        int64_t number = 0;
        if (cell.empty()) {
          builders[c].append_null();
        } else if (out.specs[c].type == table::Type::text) {
          builders[c].append_text(cell);
        } else if (std::from_chars(cell.data(), cell.data() + cell.size(), number).ec == std::errc()) {
          builders[c].append_int(number);
        } else {
          return fail(Errc::internal, "aggregate.not_a_number", out.specs[c].name);
        }
      }
      out.lines.rows++;
    }
  for (auto& builder : builders) out.lines.columns.push_back(builder.finish());
  return out;
}

}  // namespace

Result<MaskedRowsFile> MaskedRowsFile::create(int folder, const deident::AggregateRule& rule, std::span<const table::ColumnSpec> specs) {
  MaskedRowsFile out(folder, rule);
  std::vector<std::string> needed = rule.by;
  for (const auto* list : {&rule.sums, &rule.means}) needed.insert(needed.end(), list->begin(), list->end());
  if (rule.contributor) needed.push_back(*rule.contributor);
  for (const std::string& name : needed) {
    size_t at = table::find_column(specs, name);
    if (at == specs.size()) return fail(Errc::invalid, "deident.missing_column", name.substr(0, 80));
    if (std::find(out.columns_.begin(), out.columns_.end(), at) == out.columns_.end()) out.columns_.push_back(at);
  }
  out.file_ = OwnedFd(::openat(folder, kMaskedRows, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out.file_) return fail(Errc::io, "file.unwritable", kMaskedRows);
  std::string header;
  CsvWriter csv(header);
  for (size_t c : out.columns_) csv.field(specs[c].name);
  csv.end_record();
  TRY(out.write(header));
  return out;
}

MaskedRowsFile::~MaskedRowsFile() {
  if (!file_) return;  // moved from
  ::unlinkat(folder_, kMaskedRows, 0);
  ::unlinkat(folder_, kAggregate, 0);
}

Status MaskedRowsFile::write(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    ssize_t n = ::write(file_.get(), text.data() + at, text.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(last_os_error("file.unwritable", kMaskedRows));
    at += static_cast<size_t>(n);
  }
  return {};
}

Status MaskedRowsFile::append(const table::Batch& batch) {
  std::string text, cell;
  CsvWriter csv(text);
  for (size_t row = 0; row < batch.rows; row++) {
    for (size_t c : columns_) {
      cell.clear();
      if (!batch.columns[c].is_null(row)) table::cell_text_to(cell, batch.columns[c], row);
      csv.field(cell);
    }
    csv.end_record();
  }
  return write(text);
}

Result<MaskedRowsFile::Aggregated> MaskedRowsFile::aggregate() {
  auto report = TRY(deident::aggregate_file(rule_, in_folder(folder_, kMaskedRows), in_folder(folder_, kAggregate)));
  Aggregated out = TRY(read_lines(in_folder(folder_, kAggregate), rule_.by.size()));
  out.cells = report.cells;
  out.hidden = report.cells_hidden;
  return out;
}

}  // namespace sluice::node
