// The columnar engine: SQL over mounted column sources. DuckDB 1.4 behind our own types.
//
// An Engine is private to its owner and locked down from its first moment: no file, network or extension access, a
// memory limit, no spill to disk, configuration locked. What SQL sees is what was mounted. Only the columns that a
// query needs are read from a source (projection pushdown), by several threads, one row group at a time.
//
// Error texts of the engine are never forwarded, since they may quote rows. They become: "table.bad_query" (does not
// parse, unknown name, wrong types), "table.not_a_query" (anything but one SELECT), "table.bad_value" (a cast or an
// operation failed on data), "table.out_of_memory", "table.interrupted", "table.forbidden" (outside access),
// "table.number_too_large" (an integer result beyond int64), "table.unsupported_type" (detail: the result column),
// "table.not_utf8" (a text of a source; detail: the column), "table.failed". An error of a mounted source comes
// through as it is.
//
// Result types: integers → int64; DECIMAL up to 18 digits → decimal; DATE → date; TIMESTAMP → datetime (milliseconds,
// rounded down); BOOLEAN → boolean; VARCHAR → text; sums of integers → int64 when they fit; DECIMAL beyond
// 18 digits (sums of money) → decimal of the same scale when the value fits; DOUBLE and FLOAT → text, shortest form.
// Other types are "table.unsupported_type": cast them in the query.
//
// Thread rule: an Engine may be used from several threads; a RowStream belongs to one. A stream does not outlive its
// engine, nor a mounted source's engine use the source.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/column.h"

namespace sluice::table {

struct EngineLimits {
  uint64_t memory_bytes = 512u << 20;
  unsigned threads = 2;
};

// The rows of a query, as they are made.
class RowStream {
 public:
  virtual ~RowStream() = default;
  virtual const std::vector<ColumnSpec>& specs() const = 0;
  // The next rows (at most about rows_max, at least one), or nothing at the end.
  virtual Result<std::optional<Batch>> next(size_t rows_max = kBatchRows) = 0;
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> create(const EngineLimits& limits = {});
  virtual ~Engine() = default;

  // Makes `source` visible as the table `name` (any text; quote it in SQL with quote_identifier). The source must
  // outlive the engine or be unmounted first. "table.name_taken"; "table.bad_columns" for none, too many or equal names.
  virtual Status mount(std::string_view name, ColumnSource& source) = 0;
  // No query may be using the table. "table.not_mounted".
  virtual Status unmount(std::string_view name) = 0;

  // Runs one SELECT. Rows are produced while they are read.
  virtual Result<std::unique_ptr<RowStream>> query(const std::string& sql) = 0;
  // Runs one SELECT into a sink of the same columns and finishes the sink; gives the number of rows.
  Result<uint64_t> query_into(const std::string& sql, BatchSink& sink);
  // Runs one SELECT whose whole result is small: all rows in one batch; "table.result_too_large" beyond rows_max.
  Result<Batch> query_all(const std::string& sql, size_t rows_max = kBatchRows);

  // Stops every running query at once; each ends with "table.interrupted". From any thread.
  virtual void interrupt() = 0;
};

// "name" with quotes doubled; 'text' with quotes doubled: the only ways by which names and texts enter SQL.
std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);

}  // namespace sluice::table
