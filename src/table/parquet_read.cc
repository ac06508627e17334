#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "table/duck_database.h"
#include "table/parquet.h"

namespace sluice::table {

namespace {

struct ParquetFd {
  int fd = -1;
  ~ParquetFd() {
    if (fd >= 0) ::close(fd);
  }
};

bool is_any_of(std::string_view type, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names)
    if (type == name) return true;
  return false;
}

// How a column of this engine type is selected: as it is, as text, or not at all (empty).
std::string selection_of(const std::string& name, std::string_view type) {
  std::string quoted = quote_identifier(name);
  if (is_any_of(type, {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "DATE",
                       "VARCHAR", "FLOAT", "DOUBLE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS",
                       "TIMESTAMP WITH TIME ZONE"}))
    return quoted;
  bool array = type.find('[') != std::string_view::npos;
  if (!array && type.substr(0, 8) == "DECIMAL(") {
    size_t width = static_cast<size_t>(std::atoi(std::string(type.substr(8, 2)).c_str()));
    if (width <= 18) return quoted;
    return "CAST(" + quoted + " AS VARCHAR) AS " + quoted;
  }
  if (is_any_of(type, {"UBIGINT", "HUGEINT", "UHUGEINT", "UUID", "TIME", "TIME WITH TIME ZONE", "INTERVAL"}))
    return "CAST(" + quoted + " AS VARCHAR) AS " + quoted;
  return {};
}

// The reader's own troubles keep their names; all else is the file's fault.
Error blame_file(Error error) {
  for (std::string_view own : {"table.out_of_memory", "table.interrupted", "table.unsupported_type"})
    if (error.reason == own) return error;
  return {Errc::invalid, "table.bad_parquet"};
}

class ParquetStream final : public RowStream {
 public:
  static Result<std::unique_ptr<RowStream>> open(const std::string& path, const EngineLimits& limits) {
    auto out = std::unique_ptr<ParquetStream>(new ParquetStream);
    out->file_.fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (out->file_.fd < 0)
      return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable");
    // By descriptor: the engine sees no name of ours, and no pattern character in a name means anything.
    std::string name = "/proc/self/fd/" + std::to_string(out->file_.fd);
    out->database_ = TRY(DuckDatabase::open({.limits = limits, .readable_file = name}));
    out->table_ = "read_parquet(" + quote_literal(name) + ", binary_as_string = true, hive_partitioning = false)";
    Status started = out->start();
    if (!started) return tl::unexpected(blame_file(std::move(started).error()));
    return std::unique_ptr<RowStream>(std::move(out));
  }

  const std::vector<ColumnSpec>& specs() const override { return rows_->specs(); }

  Result<std::optional<Batch>> next(size_t rows_max) override {
    auto batch = rows_->next(rows_max);
    if (!batch) return tl::unexpected(blame_file(std::move(batch).error()));
    return batch;
  }

 private:
  Status start() {
    auto types = TRY(stream_select(*database_, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + table_ + ")"));
    std::string columns;
    while (auto batch = TRY(types->next(kBatchRows))) {
      for (size_t i = 0; i < batch->rows; i++) {
        std::string name(batch->columns[0].text_at(i));
        std::string selection = selection_of(name, batch->columns[1].text_at(i));
        if (selection.empty()) return fail(Errc::invalid, "table.unsupported_type", name);
        columns += (columns.empty() ? "" : ", ") + selection;
      }
    }
    if (columns.empty()) return fail(Errc::invalid, "table.bad_parquet");
    rows_ = TRY(stream_select(*database_, "SELECT " + columns + " FROM " + table_));
    return {};
  }

  ParquetFd file_;
  std::unique_ptr<DuckDatabase> database_;
  std::string table_;
  std::unique_ptr<RowStream> rows_;  // gone before the database
};

}  // namespace

Result<std::unique_ptr<RowStream>> open_parquet(const std::string& path, const EngineLimits& limits) {
  return ParquetStream::open(path, limits);
}

}  // namespace sluice::table
