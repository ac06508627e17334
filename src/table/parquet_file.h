// A Parquet file as the engine reads it: by descriptor, column by column. Internal to table/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/owned_fd.h"
#include "table/duck_database.h"

namespace sluice::table {

class ParquetFile {
 public:
  static Result<ParquetFile> open(const std::string& path);  // "file.not_found", "file.unreadable"

  // By descriptor: the engine sees no name of ours, and no pattern character in a name means anything.
  std::string name() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }
  // The file in a FROM clause.
  std::string table() const { return "read_parquet(" + quote_literal(name()) + ", binary_as_string = true, hive_partitioning = false)"; }

  struct Field {
    std::string name;
    std::string selection;  // how it is selected: as it is, or as text
    bool text = false;
  };
  // "table.unsupported_type" (detail: the column), "table.bad_parquet".
  Result<std::vector<Field>> fields(DuckDatabase& database) const;

  // The reader's own troubles keep their names; all else is the file's fault.
  static Error blame(Error error);

 private:
  explicit ParquetFile(OwnedFd fd) : fd_(std::move(fd)) {}
  OwnedFd fd_;
};

}  // namespace sluice::table
