#include "anonymity/write_output.h"

#include <fcntl.h>

#include "anonymity/table_file.h"
#include "base/file.h"
#include "base/pending_file.h"
#include "table/cell_text.h"

namespace sluice::anonymity {

namespace {

// Where input or output is Parquet: quasi-identifiers become text, the other columns keep their types.
Status write_batches(const Request& request, const CsvTable& table, const std::vector<WrittenColumn>& columns, std::span<const uint32_t> class_of_row, const Report& report) {
  auto in = TRY(open_rows(request.in, table.delimiter));
  std::vector<table::ColumnSpec> specs = in->specs();
  if (specs.size() != columns.size()) return fail(Errc::conflict, "anonymity.input_changed");
  std::vector<table::ColumnSpec> written;
  for (size_t c = 0; c < specs.size(); c++) {
    if (specs[c].name != table.header[c]) return fail(Errc::conflict, "anonymity.input_changed");
    if (columns[c].source) specs[c] = {specs[c].name, table::Type::text, 0};
    if (!columns[c].dropped) written.push_back(specs[c]);
  }
  PendingFile whole = TRY(PendingFile::create(request.out));
  auto out = TRY(create_rows(whole.temporary(), written, format_of_output(request.out, format_of_file(request.in)), table.delimiter));
  uint64_t first = 0;
  std::string cell;
  while (auto batch = TRY(in->next())) {
    if (first + batch->rows > table.rows) return fail(Errc::conflict, "anonymity.input_changed");
    auto stays = [&](size_t r) { return request.suppressed_rows == SuppressedRows::mark || class_of_row[first + r] != kSuppressed; };
    table::Batch made;
    for (size_t r = 0; r < batch->rows; r++) made.rows += stays(r);
    for (size_t c = 0; c < columns.size(); c++) {
      if (columns[c].dropped) continue;
      table::ColumnBuilder builder(specs[c]);
      for (size_t r = 0; r < batch->rows; r++) {
        if (const TableColumn* from = columns[c].source) {
          cell.clear();
          table::cell_text_to(cell, batch->columns[c], r);
          if (from->texts.text_of(from->keys.codes[first + r]) != cell) return fail(Errc::conflict, "anonymity.input_changed");
          if (stays(r)) builder.append_text(columns[c].label(first + r, class_of_row[first + r]));
        } else if (stays(r)) {
          builder.append_rows(batch->columns[c], r, 1);
        }
      }
      made.columns.push_back(builder.finish());
    }
    if (made.rows > 0) TRY(out->append(made));
    first += batch->rows;
  }
  if (first != table.rows) return fail(Errc::conflict, "anonymity.input_changed");
  TRY(out->finish());
  if (request.written) TRY(request.written(whole.temporary(), table.delimiter, report));
  return whole.commit();
}

Status write_csv_rows(const Request& request, const CsvTable& table, const std::vector<WrittenColumn>& columns, std::span<const uint32_t> class_of_row, const Report& report) {
  OwnedFd file(::open(request.in.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return tl::unexpected(last_os_error("file.unreadable", request.in));
  auto source = bytes_of_fd(file.get());
  CsvReader reader = TRY(CsvReader::open(*source, {.delimiter = table.delimiter}));
  if (reader.header() != table.header) return fail(Errc::conflict, "anonymity.input_changed");
  PendingFile out = TRY(PendingFile::create(request.out));
  std::string text;
  CsvWriter writer(text, table.delimiter);
  for (size_t c = 0; c < columns.size(); c++)
    if (!columns[c].dropped) writer.field(reader.header()[c]);
  writer.end_record();
  uint64_t row = 0;
  while (const CsvBlock* block = TRY(reader.next())) {
    for (size_t r = 0; r < block->rows; r++, row++) {
      if (row >= table.rows) return fail(Errc::conflict, "anonymity.input_changed");
      bool gone = class_of_row[row] == kSuppressed;
      if (gone && request.suppressed_rows == SuppressedRows::drop) continue;
      for (size_t c = 0; c < columns.size(); c++) {
        if (columns[c].dropped) continue;
        std::string_view cell = block->cell(r, c);
        if (const TableColumn* from = columns[c].source) {
          if (from->texts.text_of(from->keys.codes[row]) != cell) return fail(Errc::conflict, "anonymity.input_changed");
          cell = columns[c].label(row, class_of_row[row]);
        }
        writer.field(cell);
      }
      writer.end_record();
    }
    TRY(out.write(text));
    text.clear();
  }
  if (row != table.rows) return fail(Errc::conflict, "anonymity.input_changed");
  TRY(out.write(text));
  if (request.written) TRY(request.written(out.temporary(), table.delimiter, report));
  return out.commit();
}

}  // namespace

Status write_output(const Request& request, const CsvTable& table, const std::vector<WrittenColumn>& columns, std::span<const uint32_t> class_of_row, const Report& report) {
  const bool csv = format_of_file(request.in) == FileFormat::csv && format_of_output(request.out, FileFormat::csv) == FileFormat::csv;
  return (csv ? write_csv_rows : write_batches)(request, table, columns, class_of_row, report);
}

}  // namespace sluice::anonymity
