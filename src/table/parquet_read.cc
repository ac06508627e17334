#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/owned_fd.h"
#include "table/parquet.h"
#include "table/parquet_file.h"

namespace sluice::table {

namespace {

class ParquetStream final : public RowStream {
 public:
  static Result<std::unique_ptr<RowStream>> open(const std::string& path, const EngineLimits& limits, const std::vector<std::string>& columns) {
    auto out = std::unique_ptr<ParquetStream>(new ParquetStream(TRY(ParquetFile::open(path))));
    out->database_ = TRY(DuckDatabase::open({.limits = limits, .files = {out->file_.name()}}));
    Status started = out->start(columns);
    if (!started) return tl::unexpected(ParquetFile::blame(std::move(started).error()));
    return std::unique_ptr<RowStream>(std::move(out));
  }

  const std::vector<ColumnSpec>& specs() const override { return rows_->specs(); }

  Result<std::optional<Batch>> next(size_t rows_max) override {
    auto batch = rows_->next(rows_max);
    if (!batch) return tl::unexpected(ParquetFile::blame(std::move(batch).error()));
    return batch;
  }

 private:
  explicit ParquetStream(ParquetFile file) : file_(std::move(file)) {}
  Status start(const std::vector<std::string>& wanted) {
    const auto fields = TRY(file_.fields(*database_));
    std::string columns;
    auto add = [&](const ParquetFile::Field& field) { columns += (columns.empty() ? "" : ", ") + field.selection; };
    if (wanted.empty()) std::for_each(fields.begin(), fields.end(), add);
    for (const std::string& name : wanted) {
      auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
      if (field == fields.end()) return fail(Errc::invalid, "table.unknown_column", name.substr(0, 80));
      add(*field);
    }
    rows_ = TRY(stream_select(*database_, "SELECT " + columns + " FROM " + file_.table()));
    return {};
  }

  ParquetFile file_;
  std::unique_ptr<DuckDatabase> database_;
  std::unique_ptr<RowStream> rows_;  // gone before the database
};

}  // namespace

bool is_parquet(const std::string& path) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char magic[4] = {};
  return fd && ::read(fd.get(), magic, sizeof magic) == sizeof magic && std::string_view(magic, sizeof magic) == "PAR1";
}

Result<ParquetNotes> parquet_notes(const std::string& path) {
  ParquetFile file = TRY(ParquetFile::open(path));
  auto database = TRY(DuckDatabase::open({.limits = {}, .files = {file.name()}}));
  auto read = [&]() -> Result<ParquetNotes> {
    auto rows = TRY(stream_select(*database, "SELECT decode(key), decode(value) FROM parquet_kv_metadata(" + quote_literal(file.name()) + ")"));
    ParquetNotes out;
    while (auto batch = TRY(rows->next(1024)))
      for (size_t r = 0; r < batch->rows; r++) out.emplace(batch->columns[0].text_at(r), batch->columns[1].text_at(r));
    return out;
  };
  auto notes = read();
  if (!notes) return tl::unexpected(ParquetFile::blame(std::move(notes).error()));
  return notes;
}

Result<std::unique_ptr<RowStream>> open_parquet(const std::string& path, const EngineLimits& limits, const std::vector<std::string>& columns) {
  return ParquetStream::open(path, limits, columns);
}

}  // namespace sluice::table
