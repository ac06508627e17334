// Parquet files: reading those of strangers, writing our releases.
//
// Reading runs in a private engine that may open this one file and nothing else, within a memory limit; the caller
// gives it a worker process of its own when the file comes from outside (a parser of another maker is trusted with
// errors, not with its memory). Types: integers, DECIMAL(≤18), DATE, TIMESTAMP, BOOLEAN, text and unannotated binary
// that is UTF-8 map as in table/engine.h; floating point, wider numbers, times, UUID arrive as text; nested types are
// "table.unsupported_type" (detail: column). Errors: "table.bad_parquet" for anything wrong with the file,
// "table.out_of_memory", "table.interrupted", "file.not_found".
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "table/column.h"
#include "table/engine.h"

namespace sluice::table {

// Whether the file begins as Parquet files do.
bool is_parquet(const std::string& path);

// The rows of the file in file order; where columns are named only these are read, in this order ("table.unknown_column", detail: the column).
Result<std::unique_ptr<RowStream>> open_parquet(const std::string& path, const EngineLimits& limits = {}, const std::vector<std::string>& columns = {});

// Texts that a Parquet file carries in its footer (key-value metadata), by key.
using ParquetNotes = std::map<std::string, std::string>;

// Writes a Parquet file (zstd, row groups of 122,880 rows). The file appears under `path` on finish(), after fsync;
// a writer that is dropped earlier leaves nothing. "file.unwritable", "file.disk_full", "table.bad_columns".
Result<std::unique_ptr<BatchSink>> create_parquet(const std::string& path, const std::vector<ColumnSpec>& specs,
                                                  const EngineLimits& limits = {}, const ParquetNotes& notes = {});
// What the file's footer carries. Errors as open_parquet.
Result<ParquetNotes> parquet_notes(const std::string& path);

}  // namespace sluice::table
