#include "anonymity/table_file.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/owned_fd.h"
#include "base/pending_file.h"
#include "table/cell_text.h"
#include "table/parquet.h"

namespace sluice::anonymity {

namespace {

Result<CsvTable> read_parquet_table(const std::string& path, const std::vector<std::string>& columns) {
  if (columns.empty()) return fail(Errc::usage, "anonymity.no_columns");
  CsvTable table;
  auto whole = TRY(table::open_parquet(path));
  for (const auto& spec : whole->specs()) table.header.push_back(spec.name);
  for (const auto& name : columns) {
    if (std::find(table.header.begin(), table.header.end(), name) == table.header.end()) return fail(Errc::invalid, "anonymity.unknown_column", name);
    if (std::count(columns.begin(), columns.end(), name) > 1) return fail(Errc::invalid, "anonymity.column_twice", name);
    table.columns.push_back({.name = name, .keys = {}, .texts = {}});
  }
  auto stream = TRY(table::open_parquet(path, {}, columns));
  std::string text;
  while (auto batch = TRY(stream->next())) {
    for (size_t c = 0; c < columns.size(); c++) {
      for (size_t r = 0; r < batch->rows; r++) {
        text.clear();
        table::cell_text_to(text, batch->columns[c], r);
        table.columns[c].keys.codes.push_back(table.columns[c].texts.code_of(text));
      }
    }
    table.rows += batch->rows;
    if (table.rows >= UINT32_MAX) return fail(Errc::exhausted, "anonymity.too_many_rows");
  }
  for (TableColumn& column : table.columns) column.keys.cardinality = column.texts.size();
  return table;
}

class CsvRows final : public table::RowStream {
 public:
  static Result<std::unique_ptr<table::RowStream>> open(const std::string& path, char delimiter) {
    OwnedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable", path));
    auto source = bytes_of_fd(file.get());
    auto out = std::unique_ptr<CsvRows>(new CsvRows(std::move(file), std::move(source)));
    out->reader_.emplace(TRY(CsvReader::open(*out->source_, {.delimiter = delimiter})));
    for (const auto& name : out->reader_->header()) out->specs_.push_back({name, table::Type::text, 0});
    return std::unique_ptr<table::RowStream>(std::move(out));
  }
  const std::vector<table::ColumnSpec>& specs() const override { return specs_; }
  Result<std::optional<table::Batch>> next(size_t) override {
    const CsvBlock* block = TRY(reader_->next());
    if (!block) return std::optional<table::Batch>();
    table::Batch batch;
    batch.rows = block->rows;
    for (size_t c = 0; c < specs_.size(); c++) {
      table::ColumnBuilder builder(table::Type::text);
      builder.reserve(block->rows);
      for (size_t r = 0; r < block->rows; r++) builder.append_text(block->cell(r, c));
      batch.columns.push_back(builder.finish());
    }
    return std::optional(std::move(batch));
  }

 private:
  CsvRows(OwnedFd file, std::unique_ptr<ByteSource> source) : file_(std::move(file)), source_(std::move(source)) {}
  OwnedFd file_;
  std::unique_ptr<ByteSource> source_;
  std::optional<CsvReader> reader_;
  std::vector<table::ColumnSpec> specs_;
};

class CsvRowSink final : public table::BatchSink {
 public:
  CsvRowSink(PendingFile file, std::vector<table::ColumnSpec> specs, char delimiter) : file_(std::move(file)), specs_(std::move(specs)), writer_(text_, delimiter) {
    for (const auto& spec : specs_) writer_.field(spec.name);
    writer_.end_record();
  }
  Status append(const table::Batch& batch) override {
    TRY(table::check_shape(batch, specs_));
    std::string cell;
    for (size_t r = 0; r < batch.rows; r++) {
      for (const table::Column& column : batch.columns) {
        cell.clear();
        table::cell_text_to(cell, column, r);
        writer_.field(cell);
      }
      writer_.end_record();
    }
    return flush();
  }
  Status finish() override {
    TRY(flush());
    return file_.commit();
  }

 private:
  Status flush() {
    TRY(file_.write(text_));
    text_.clear();
    return {};
  }
  PendingFile file_;
  std::vector<table::ColumnSpec> specs_;
  std::string text_;
  CsvWriter writer_;
};

bool ends_in(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return path.ends_with(e); });
}

}  // namespace

FileFormat format_of_file(const std::string& path) { return table::is_parquet(path) ? FileFormat::parquet : FileFormat::csv; }

FileFormat format_of_output(const std::string& out_path, FileFormat input) {
  if (ends_in(out_path, {".parquet"})) return FileFormat::parquet;
  return ends_in(out_path, {".csv", ".tsv", ".txt"}) ? FileFormat::csv : input;
}

Result<CsvTable> read_table_file(const std::string& path, const std::vector<std::string>& columns, const ReadOptions& options) {
  return format_of_file(path) == FileFormat::parquet ? read_parquet_table(path, columns) : read_csv_table(path, columns, options);
}

Result<std::unique_ptr<table::RowStream>> open_rows(const std::string& path, char delimiter) {
  return format_of_file(path) == FileFormat::parquet ? table::open_parquet(path) : CsvRows::open(path, delimiter);
}

Result<std::unique_ptr<table::BatchSink>> create_rows(const std::string& path, const std::vector<table::ColumnSpec>& specs, FileFormat format, char delimiter) {
  if (format == FileFormat::parquet) return table::create_parquet(path, specs);
  return std::unique_ptr<table::BatchSink>(std::make_unique<CsvRowSink>(TRY(PendingFile::create(path)), specs, delimiter));
}

}  // namespace sluice::anonymity
