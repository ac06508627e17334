#include "table/parquet_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdlib>

namespace sluice::table {

namespace {

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

}  // namespace

Result<ParquetFile> ParquetFile::open(const std::string& path) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable");
  return ParquetFile(std::move(fd));
}

Result<std::vector<ParquetFile::Field>> ParquetFile::fields(DuckDatabase& database) const {
  auto types = TRY(stream_select(database, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + table() + ")"));
  std::vector<Field> out;
  while (auto batch = TRY(types->next(kBatchRows))) {
    for (size_t i = 0; i < batch->rows; i++) {
      Field field{.name = std::string(batch->columns[0].text_at(i)), .selection = {}};
      field.selection = selection_of(field.name, batch->columns[1].text_at(i));
      field.text = batch->columns[1].text_at(i) == "VARCHAR";
      if (field.selection.empty()) return fail(Errc::invalid, "table.unsupported_type", field.name);
      out.push_back(std::move(field));
    }
  }
  if (out.empty()) return fail(Errc::invalid, "table.bad_parquet");
  return out;
}

Error ParquetFile::blame(Error error) {
  for (std::string_view own : {"table.out_of_memory", "table.interrupted", "table.unsupported_type", "table.unknown_column"})
    if (error.reason == own) return error;
  return {Errc::invalid, "table.bad_parquet"};
}

}  // namespace sluice::table
