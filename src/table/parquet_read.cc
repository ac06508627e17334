#include "table/parquet.h"
#include "table/parquet_file.h"

namespace sluice::table {

namespace {

class ParquetStream final : public RowStream {
 public:
  static Result<std::unique_ptr<RowStream>> open(const std::string& path, const EngineLimits& limits) {
    auto out = std::unique_ptr<ParquetStream>(new ParquetStream(TRY(ParquetFile::open(path))));
    out->database_ = TRY(DuckDatabase::open({.limits = limits, .files = {out->file_.name()}}));
    Status started = out->start();
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
  Status start() {
    std::string columns;
    for (const auto& field : TRY(file_.fields(*database_))) columns += (columns.empty() ? "" : ", ") + field.selection;
    rows_ = TRY(stream_select(*database_, "SELECT " + columns + " FROM " + file_.table()));
    return {};
  }

  ParquetFile file_;
  std::unique_ptr<DuckDatabase> database_;
  std::unique_ptr<RowStream> rows_;  // gone before the database
};

}  // namespace

Result<std::unique_ptr<RowStream>> open_parquet(const std::string& path, const EngineLimits& limits) {
  return ParquetStream::open(path, limits);
}

}  // namespace sluice::table
